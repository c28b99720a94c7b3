"""Events written the way real publishers write them: Windows zone names, no end, no UID, HTML, a fold inside a letter.

Every reader of school calendars meets these. One of them is past help and must be refused without harm to the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta

from rehearsal.town.days import FRIDAY, MONDAY, THURSDAY, WEDNESDAY, SchoolYear, nth
from rehearsal.town.event import Event, all_day, timed
from rehearsal.town.ics import written
from rehearsal.town.places import CENTER, SCHOOL

_GYM = f"{SCHOOL}, Gymnasium"
_LIBRARY = f"{SCHOOL}, Library"


def odd_events(year: SchoolYear) -> Iterator[Event]:
    """One of each oddity that still can be read."""
    for part in (_zones, _ends, _left_out, _texts, _states, _one_uid_twice):
        yield from (_named(event, year) for event in part(year))


def hopeless_event(year: SchoolYear) -> bytes:
    """A VEVENT without a start: nobody can tell when it is."""
    return written(
        (
            "BEGIN:VEVENT",
            f"UID:spring-musical-{year.fall}@maple.example",
            "DTSTAMP:20260801T120000Z",
            "SUMMARY:Spring Musical (date to be announced)",
            f"DESCRIPTION:Auditions are in January. The date will follow in {year.spring}.",
            "END:VEVENT",
        )
    )


def _zones(year: SchoolYear) -> Iterator[Event]:
    """A Windows zone name, UTC, and floating times that only X-WR-TIMEZONE explains."""
    words = (
        _GYM,
        "Fifteen minutes with your child's teacher. Interpreters for Spanish, Vietnamese, Somali and Arabic are free: "
        "tell the office which language you would like.\n\nQuince minutos con la maestra de su hijo. Los intérpretes "
        "son gratis: diga en la oficina qué idioma prefiere.",
        "Family",
    )
    evening = timed(
        "conferences-evening", nth(year.fall, 11, WEDNESDAY, 1), (16, 0), 180, "Parent-Teacher Conferences", *words
    )
    morning = timed(
        "conferences-morning", nth(year.fall, 11, THURSDAY, 1), (8, 0), 180, "Parent-Teacher Conferences", *words
    )
    clinic = timed(
        "flu-shots",
        nth(year.fall, 10, MONDAY, 3),
        (14, 0),
        180,
        "Free Flu Shots for Families",
        f"{SCHOOL}, Nurse's Office",
        "No insurance needed. Please bring the yellow shot card if you have one.",
        "Health",
    )
    yield replace(evening, zone="Central Standard Time")
    yield replace(morning, zone="UTC")
    yield replace(clinic, zone="")


def _ends(year: SchoolYear) -> Iterator[Event]:
    """No DTEND at all, on a day and on a time, and a DURATION in its place."""
    hundredth = all_day(
        "hundredth-day",
        nth(year.spring, 2, WEDNESDAY, 2),
        "100th Day of School",
        "School",
        "Bring 100 of something small.",
    )
    bus = timed(
        "bus-change",
        nth(year.spring, 1, MONDAY, 2),
        (7, 20),
        0,
        "Bus 12: New Stop at Oak and 3rd",
        "Oak Street and 3rd Avenue",
        "From today Bus 12 stops at the corner of Oak and 3rd."
        "\n\nDesde hoy el autobús 12 para en la esquina de Oak y 3rd.",
        "School",
    )
    screening = timed(
        "screening",
        nth(year.spring, 1, WEDNESDAY, 4),
        (8, 30),
        150,
        "Vision and Hearing Screening",
        f"{SCHOOL}, Nurse's Office",
        "For kindergarten and grades 1, 3 and 5. If you would rather not take part, tell the office.",
        "Health",
        "DURATION:PT2H30M",
    )
    yield from (replace(event, ends=None) for event in (hundredth, bus, screening))


def _left_out(year: SchoolYear) -> Iterator[Event]:
    """No UID; no DTSTAMP."""
    giveaway = timed(
        "",
        nth(year.fall, 12, WEDNESDAY, 1),
        (14, 30),
        60,
        "Lost and Found Give-Away",
        f"{SCHOOL}, Cafeteria",
        "Thirty-one jackets are looking for their children. What is left goes to the coat swap.",
        "School",
    )
    yearbook = all_day(
        "yearbook", nth(year.spring, 3, FRIDAY, 1), "Last Day to Order a Yearbook", "PTA", "Twelve dollars."
    )
    yield giveaway
    yield replace(yearbook, stamped=None)


def _texts(year: SchoolYear) -> Iterator[Event]:
    """HTML where plain text belongs, and long lines folded in the middle of a letter."""
    yield timed(
        "kindergarten-round-up",
        nth(year.spring, 2, MONDAY, 2),
        (17, 30),
        60,
        "Kindergarten Round-Up",
        _LIBRARY,
        "<p>Is your child five by <b>September 1</b>? Welcome!</p><ul><li>Birth certificate</li><li>Shot record</li>"
        "<li>Proof of address</li></ul><p>Missing a paper? <b>Come anyway</b> &amp; we will help.</p>",
        "Enrollment",
    )
    session = timed(
        "dual-language",
        nth(year.spring, 4, MONDAY, 1),
        (17, 30),
        60,
        "Dual-Language Program / Programa de dos idiomas",
        _LIBRARY,
        "¿Le gustaría que su niño o niña aprendiera en español e inglés? Conozca a las maestras, visite los salones y "
        "haga todas sus preguntas. Habrá intérpretes, cuidado de niños y algo de cenar.\n\n"
        "Quý phụ huynh muốn con học hai ngôn ngữ? Buổi giới thiệu có thông dịch tiếng Việt, giữ trẻ và bữa tối nhẹ.",
        "Enrollment",
    )
    yield replace(session, careless=True)


def _states(year: SchoolYear) -> Iterator[Event]:
    """Cancelled before anybody read it; not certain yet."""
    yield timed(
        "walk-a-thon",
        nth(year.fall, 10, FRIDAY, 1),
        (13, 0),
        90,
        "Walk-a-Thon",
        f"{SCHOOL}, Playground",
        "Cancelled this year because of the work on the track.",
        "PTA",
        "STATUS:CANCELLED",
    )
    yield timed(
        "movie-night",
        nth(year.spring, 5, FRIDAY, 2),
        (19, 30),
        120,
        "Movie Night on the Lawn",
        f"{SCHOOL}, Front Lawn",
        "If it stays dry. Bring blankets and a flashlight.",
        "PTA",
        "STATUS:TENTATIVE",
    )


def _one_uid_twice(year: SchoolYear) -> Iterator[Event]:
    """Two trainings that both take place, under one UID and one SEQUENCE by the publisher's mistake."""
    starts = datetime.combine(nth(year.spring, 1, MONDAY, 4), time(9, 0))
    at_school = Event(
        uid="volunteer-training",
        title="Library Volunteer Training",
        starts=starts,
        ends=starts + timedelta(hours=1),
        place=_LIBRARY,
        text="One hour, and you can check out books, read with children, or mend covers at home.",
        categories=("PTA",),
        extra=("SEQUENCE:0",),
    )
    yield at_school
    yield replace(
        at_school,
        starts=starts + timedelta(hours=9),
        ends=starts + timedelta(hours=10),
        place=f"{CENTER}, Reading Room",
    )


def _named(event: Event, year: SchoolYear) -> Event:
    return replace(event, uid=event.uid and f"{event.uid}-{year.fall}@maple.example")

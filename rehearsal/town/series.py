"""The series of the sample school: PTA meetings, the reading club with its exceptions, a story hour without an end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from rehearsal.town.days import SATURDAY, TUESDAY, WEDNESDAY, SchoolYear, Span, nth, on_or_after
from rehearsal.town.event import Event, timed
from rehearsal.town.ics import moment
from rehearsal.town.places import CENTER, SCHOOL

_LIBRARY = f"{SCHOOL}, Library"
_STORY_HOUR_SINCE = date(2022, 9, 3)
_STORY_HOUR_UNTIL_YEAR = 2040


def series_events(year: SchoolYear) -> Iterator[Event]:
    """Masters and exceptions of all series; an exception shares the UID of its master."""
    yield _pta_meetings(year)
    yield from _reading_club(year)
    yield _story_hour()


def _pta_meetings(year: SchoolYear) -> Event:
    """The second Tuesday of each month, none in December."""
    first, skipped = nth(year.fall, 9, TUESDAY, 2), nth(year.fall, 12, TUESDAY, 2)
    return timed(
        f"pta-meeting-{year.fall}@maple.example",
        first,
        (18, 30),
        75,
        "PTA Meeting",
        _LIBRARY,
        "Everybody is a member, everybody may vote. Child care and interpreters are free.\n\nTodas las familias pueden "
        "votar. Hay cuidado de niños e intérpretes gratis.",
        "PTA",
        f"RRULE:FREQ=MONTHLY;BYDAY=2TU;UNTIL={year.spring}0531T235959Z",
        moment("EXDATE", datetime.combine(skipped, time(18, 30))),
    )


def _reading_club(year: SchoolYear) -> Iterator[Event]:
    """Wednesdays after school, not in the breaks; one date moved, one cancelled. UNTIL stands without its Z."""
    uid, at = f"reading-club-{year.fall}@maple.example", (15, 15)
    first, moved, cancelled = (
        nth(year.fall, 9, WEDNESDAY, 2),
        nth(year.fall, 10, WEDNESDAY, 2),
        nth(year.spring, 2, WEDNESDAY, 1),
    )
    spans = (year.thanksgiving_break, year.winter_break, year.spring_break)
    free = [day for days in spans for day in _wednesdays(days)]
    words = (
        "Reading Club",
        _LIBRARY,
        "Grades 2 to 5 read together and have a snack. The late bus leaves at 4:30.",
        "Reading",
    )
    yield timed(
        uid,
        first,
        at,
        60,
        *words,
        f"RRULE:FREQ=WEEKLY;BYDAY=WE;UNTIL={year.spring}0515T235959",
        *(moment("EXDATE", datetime.combine(day, time(*at))) for day in free),
    )
    yield timed(
        uid,
        moved + timedelta(days=1),
        at,
        60,
        words[0],
        f"{SCHOOL}, Room 12",
        "This week on Thursday, in Room 12: the library is being painted.",
        words[3],
        moment("RECURRENCE-ID", datetime.combine(moved, time(*at))),
        "SEQUENCE:1",
    )
    yield timed(
        uid,
        cancelled,
        at,
        60,
        *words,
        moment("RECURRENCE-ID", datetime.combine(cancelled, time(*at))),
        "STATUS:CANCELLED",
        "SEQUENCE:1",
    )


def _story_hour() -> Event:
    """A series without an end, all year long, as a library keeps it: the same words and dates whatever `today` is."""
    starts = datetime.combine(_STORY_HOUR_SINCE, time(10, 0))
    closed = [
        datetime(year, month, day, 10, 0)
        for year in range(_STORY_HOUR_SINCE.year, _STORY_HOUR_UNTIL_YEAR)
        for month, day in ((7, 4), (12, 25))
        if date(year, month, day).weekday() == SATURDAY
    ]
    return Event(
        uid="story-hour@maple.example",
        title="Saturday Story Hour / La hora del cuento",
        starts=starts,
        ends=starts + timedelta(hours=1),
        place=f"{CENTER}, Reading Room",
        text="Stories and songs for children from two to eight, in English and Spanish. Free, no sign-up.\n\nCuentos y "
        "canciones para niños de dos a ocho años, en inglés y español. Gratis y sin inscripción.",
        categories=("Reading", "Family"),
        extra=("RRULE:FREQ=WEEKLY;BYDAY=SA", *(moment("EXDATE", at) for at in closed)),
    )


def _wednesdays(days: Span) -> Iterator[date]:
    day = on_or_after(days.first, WEDNESDAY)
    while day in days:
        yield day
        day += timedelta(weeks=1)

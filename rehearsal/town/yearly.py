"""The school's own year: first day, holidays, concerts, fairs. The same every year, on the dates that days.py gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from rehearsal.town.days import FRIDAY, MONDAY, WEDNESDAY, SchoolYear, Span, last, nth
from rehearsal.town.event import Event, all_day, lasting, timed
from rehearsal.town.places import SCHOOL

_GYM = f"{SCHOOL}, Gymnasium"
_LIBRARY = f"{SCHOOL}, Library"


def year_events(year: SchoolYear) -> Iterator[Event]:
    """The single events of one year; the year is part of each UID, for the next year brings them again."""
    for part in (_days_off, _fall, _winter, _spring):
        yield from (replace(event, uid=f"{event.uid}-{year.fall}@maple.example") for event in part(year))


def _days_off(year: SchoolYear) -> Iterator[Event]:
    fall, spring = year.fall, year.spring
    planning = nth(fall, 11, FRIDAY, 1)
    yield all_day("labor-day", nth(fall, 9, MONDAY, 1), "No School: Labor Day", "Holiday")
    yield all_day("october-holiday", nth(fall, 10, MONDAY, 2), "No School: Indigenous Peoples' Day", "Holiday")
    yield all_day("planning-day", planning, "No School for Students", "Holiday", "Teachers plan together on this day.")
    yield timed("pd-day", planning, (8, 0), 420, "Staff only: PD day", _LIBRARY, "Bring your laptop.", "Staff")
    yield lasting("thanksgiving", year.thanksgiving_break, "No School: Thanksgiving Break", "Holiday")
    yield lasting(
        "winter-break",
        year.winter_break,
        "No School: Winter Break",
        "Holiday",
        f"Classes begin again on Monday, January {year.winter_break.end.day}. Enjoy the time with your family!",
    )
    yield all_day("mlk-day", nth(spring, 1, MONDAY, 3), "No School: Martin Luther King Jr. Day", "Holiday")
    yield all_day("presidents-day", nth(spring, 2, MONDAY, 3), "No School: Presidents' Day", "Holiday")
    yield lasting("spring-break", year.spring_break, "No School: Spring Break", "Holiday")
    yield all_day("memorial-day", last(spring, 5, MONDAY), "No School: Memorial Day", "Holiday")


def _fall(year: SchoolYear) -> Iterator[Event]:
    fall = year.fall
    yield timed(
        "meet-the-teacher",
        year.first_day - timedelta(days=3),
        (16, 0),
        90,
        "Meet the Teacher / Conozca a su maestra",
        SCHOOL,
        "Find your classroom, meet your teacher and drop off supplies. Teachers and interpreters are waiting for you."
        "\n\nConozca el salón y a la maestra de su hijo. Habrá intérpretes de español, vietnamita y somalí.",
        "Family",
    )
    yield all_day(
        "first-day", year.first_day, "First Day of School", "School", "Doors open at 7:40. Breakfast is free."
    )
    yield timed(
        "back-to-school-night",
        nth(fall, 9, WEDNESDAY, 2),
        (17, 30),
        90,
        "Back-to-School Night",
        _GYM,
        "See what your child will learn this year. Child care and dinner are free.\n\nVea lo que su hijo va a aprender "
        "este año. Hay cuidado de niños y cena gratis.",
        "Family",
    )
    yield timed(
        "picture-day",
        nth(fall, 9, FRIDAY, 3),
        (8, 30),
        210,
        "Picture Day",
        _GYM,
        "Every child gets a class picture, also without an order form.",
        "School",
    )
    yield timed(
        "bilingual-night",
        nth(fall, 10, WEDNESDAY, 3),
        (17, 30),
        120,
        "Bilingual Family Night / Noche Familiar Bilingüe",
        f"{SCHOOL}, Cafeteria",
        "An evening in Spanish and English: songs, lotería, and a shared dinner. Bring a dish if you can, and come "
        "just the same if not.\n\nUna noche en español e inglés: canciones, lotería y una cena compartida. Traiga un "
        "platillo si puede; si no, venga igual.",
        "Family",
    )
    yield timed(
        "harvest-parade",
        last(fall, 10, FRIDAY),
        (13, 30),
        60,
        "Harvest Parade",
        f"{SCHOOL}, Front Lawn",
        "Children walk around the block in costume. No masks or toy weapons, please.",
        "School",
    )
    yield lasting(
        "fall-book-fair",
        Span(nth(fall, 11, MONDAY, 2), nth(fall, 11, MONDAY, 2) + timedelta(days=5)),
        "Fall Book Fair",
        "PTA",
        "In the library all week, before and after school. Every child may choose one book for free.",
    )


def _winter(year: SchoolYear) -> Iterator[Event]:
    spring = year.spring
    yield timed(
        "winter-concert",
        nth(year.fall, 12, WEDNESDAY, 2),
        (18, 0),
        75,
        "Winter Concert",
        _GYM,
        "Grades 2 and 4 sing. Please come fifteen minutes early; seats are first come, first served.",
        "Music",
    )
    yield timed(
        "tet-celebration",
        nth(spring, 2, FRIDAY, 1),
        (14, 0),
        60,
        "Tết and Lunar New Year Celebration",
        _GYM,
        "Lion dance, lucky red envelopes and spring rolls. Chúc mừng năm mới!",
        "Family",
    )
    yield timed(
        "science-fair",
        nth(spring, 2, FRIDAY, 4),
        (9, 0),
        180,
        "Science Fair",
        _GYM,
        "Come see what the children found out. Visitors are welcome all morning.",
        "School",
    )
    yield timed(
        "international-night",
        nth(spring, 3, WEDNESDAY, 2),
        (17, 30),
        120,
        "International Night",
        _GYM,
        "Families from nineteen countries share food, music and stories. Would you like a table? Write to the PTA.",
        "Family",
    )


def _spring(year: SchoolYear) -> Iterator[Event]:
    spring = year.spring
    fair, thanks = nth(spring, 4, MONDAY, 2), nth(spring, 5, MONDAY, 1)
    yield lasting(
        "spring-book-fair", Span(fair, fair + timedelta(days=5)), "Spring Book Fair", "PTA", "Buy one, get one."
    )
    yield timed(
        "spring-concert",
        nth(spring, 4, WEDNESDAY, 4),
        (18, 0),
        75,
        "Spring Concert",
        _GYM,
        "Kindergarten, grade 1 and the ukulele club.",
        "Music",
    )
    yield lasting(
        "teacher-thanks",
        Span(thanks, thanks + timedelta(days=5)),
        "Teacher Appreciation Week",
        "PTA",
        "A note from your child, in any language, is the best present.",
    )
    yield timed(
        "field-day",
        nth(spring, 5, FRIDAY, 3),
        (9, 0),
        240,
        "Field Day",
        f"{SCHOOL}, Playground",
        "Hats, water bottles and sunscreen! Lunch is outside.\n\n¡Gorra, botella de agua y protector solar!",
        "School",
    )
    yield timed(
        "promotion",
        year.last_day - timedelta(days=1),
        (9, 30),
        60,
        "Fifth-Grade Promotion",
        _GYM,
        "All of the family is welcome. There is no limit on guests.",
        "School",
    )
    yield all_day(
        "last-day", year.last_day, "Last Day of School", "School", "School ends at 12:15. The buses run early."
    )

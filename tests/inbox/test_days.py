"""Which day somebody means, in English and Spanish, seen from a Tuesday, the first of December 2026."""

from __future__ import annotations

from datetime import date

import pytest

from inbox.days import day_meant

TODAY = date(2026, 12, 1)  # a Tuesday


@pytest.mark.parametrize(
    ("text", "month", "day"),
    [
        ("I'll find out by Thursday", 12, 3),
        ("by Thu.", 12, 3),
        ("by Tuesday", 12, 8),
        ("on Friday", 12, 4),
        ("tomorrow", 12, 2),
        ("today", 12, 1),
        ("the day after tomorrow", 12, 3),
        ("next week", 12, 11),
        ("by the end of the week", 12, 4),
        ("next Thursday", 12, 10),
        ("in three days", 12, 4),
        ("within 2 weeks", 12, 15),
        ("by Thursday, December 10", 12, 10),
        ("by Dec. 15th", 12, 15),
        ("by the 15th of December", 12, 15),
        ("12/15", 12, 15),
        ("2026-12-15", 12, 15),
        ("We will know about Friday's trip by tomorrow", 12, 2),
        ("I’ll tell you tomorrow whether the concert of Dec 12 is on", 12, 2),
        ("Le aviso el jueves", 12, 3),
        ("para el miércoles por la mañana", 12, 2),
        ("mañana por la mañana", 12, 2),
        ("Mañana", 12, 2),
        ("pasado mañana", 12, 3),
        ("la próxima semana", 12, 11),
        ("la semana que viene", 12, 11),
        ("el jueves de la próxima semana", 12, 10),
        ("el 15 de diciembre", 12, 15),
        ("a más tardar el viernes", 12, 4),
        ("dentro de dos días", 12, 3),
        ("antes del sábado", 12, 5),
    ],
)
def test_the_day_is_understood(text: str, month: int, day: int) -> None:
    assert day_meant(text, TODAY) == date(2026, month, day)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "as soon as I know",
        "esta mañana",
        "por la mañana",
        "2026-11-30",
        "31/31",
        "February 31",
        "2026-13-01",
    ],
)
def test_what_names_no_day_to_come_is_none(text: str) -> None:
    assert day_meant(text, TODAY) is None


def test_a_date_without_a_year_is_the_next_one() -> None:
    assert day_meant("January 8", TODAY) == date(2027, 1, 8)
    assert day_meant("8 de enero de 2027", TODAY) == date(2027, 1, 8)


def test_a_spanish_date_that_could_be_two_days_is_none() -> None:
    assert day_meant("3/4", TODAY) == date(2027, 3, 4)
    assert day_meant("3/4", TODAY, "es") is None
    assert day_meant("15/12", TODAY, "es") == date(2026, 12, 15)

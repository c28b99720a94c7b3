"""Days, times and lengths as offices type them into lists."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from calendars.spreadsheet.clock import read_length, read_times
from calendars.spreadsheet.days import Order, order_of, read_day

CHICAGO, BERLIN = "America/Chicago", "Europe/Berlin"


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-08", "2026/12/8", "20261208", "2026-12-08T18:00:00", "Dec 8, 2026", "December 8th, 2026", "8 December 2026",
        "Tuesday, December 8, 2026", "8-Dec-2026", "8. Dezember 2026", "Di, 8. Dez. 2026", "8 de diciembre de 2026",
        "martes 8 de diciembre de 2026", "mar 8 dic 2026", "mardi 8 décembre 2026", "mar. 8 déc. 2026", "8 de dezembro de 2026",
        "8 декабря 2026 г.", "8 грудня 2026", "8 ديسمبر 2026", "٨ ديسمبر ٢٠٢٦", "2026年12月8日", "2026年12月8日(周二)",
        "2026년 12월 8일",
        "ngày 8 tháng 12 năm 2026", "8 tháng 12, 2026", "8 desanm 2026", "8 Diseembar 2026", "Disyembre 8, 2026",
    ],
)  # fmt: skip
def test_a_day_is_understood_in_the_languages_that_ship(text: str) -> None:
    day = read_day(text)
    assert day is not None
    assert day.as_date("") == date(2026, 12, 8)


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("12/8/2026", "month-first", date(2026, 12, 8)),
        ("12/8/2026", "day-first", date(2026, 8, 12)),
        ("12/8/26", "month-first", date(2026, 12, 8)),
        ("8.12.2026", "day-first", date(2026, 12, 8)),
        ("8-12-2026", "day-first", date(2026, 12, 8)),
        ("Tue 12/8/2026", "month-first", date(2026, 12, 8)),
        ("5/5/2026", "", date(2026, 5, 5)),
        ("31/12/2026", "", date(2026, 12, 31)),
    ],
)
def test_a_day_in_numbers_follows_the_order_of_its_list(text: str, order: Order, expected: date) -> None:
    day = read_day(text)
    assert day is not None
    assert day.as_date(order) == expected


@pytest.mark.parametrize("text", ["", "soon", "Dec 8", "46387", "2026-02-30", "12/8", "32/45/2026"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert read_day(text) is None


def test_a_day_that_could_be_two_is_no_day_while_the_order_is_unknown() -> None:
    day = read_day("4/3/2026")
    assert day is not None
    with pytest.raises(ValueError, match="either"):
        day.as_date("")


@pytest.mark.parametrize(
    ("texts", "zone", "expected"),
    [
        (["4/3/2026", "12/21/2026"], BERLIN, ("month-first", False)),
        (["4/3/2026", "21/12/2026"], CHICAGO, ("day-first", False)),
        (["4/3/2026"], CHICAGO, ("month-first", True)),
        (["4/3/2026"], "US/Central", ("month-first", True)),
        (["4/3/2026"], "Asia/Manila", ("month-first", True)),
        (["4/3/2026"], BERLIN, ("day-first", True)),
        (["4/3/2026"], "UTC", ("day-first", True)),
        (["5/5/2026", "2026-12-31"], CHICAGO, ("month-first", False)),
        (["12/21/2026", "21/12/2026"], CHICAGO, ("", False)),
        ([*(f"12/{n}/2026" for n in range(13, 23)), "21/12/2026"], CHICAGO, ("month-first", False)),
    ],
)
def test_the_whole_list_tells_the_order_and_else_the_schools_country(
    texts: list[str], zone: str, expected: tuple[Order, bool]
) -> None:
    assert order_of(filter(None, map(read_day, texts)), zone) == expected


@pytest.mark.parametrize(
    "text",
    [
        "18:30", "18.30", "18.30 Uhr", "18h30", "1830", "18:30:00", "6:30 pm", "6:30PM", "6:30 p.m.", "6:30 p. m.", "6:30p",
        "18:30 pm", "下午6:30", "下午6点30分", "오후 6시 30분", "6:30 م", "٦:٣٠ م", "6:30 de la tarde", "a las 18:30", "às 18:30",
        "6:30 chiều", "6:30 вечера", "18:30 ч",
    ],
)  # fmt: skip
def test_half_past_six_in_the_evening(text: str) -> None:
    assert read_times(text) == (time(18, 30), None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("noon", time(12)), ("12 noon", time(12)), ("midnight", time(0)), ("12 am", time(0)), ("12 pm", time(12)),
        ("12:15 am", time(0, 15)), ("24:00", time(0)), ("8", time(8)), ("上午9点", time(9)), ("오전 9시", time(9)),
    ],
)  # fmt: skip
def test_noon_midnight_and_mornings(text: str, expected: time) -> None:
    assert read_times(text) == (expected, None)


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("6-8 pm", time(18), time(20)), ("6:00 PM - 8:00 PM", time(18), time(20)), ("18:00–20:00", time(18), time(20)),
        ("11 am - 1 pm", time(11), time(13)), ("11-1 pm", time(11), time(13)), ("9:00 to 10:30", time(9), time(10, 30)),
        ("de 18h à 20h", time(18), time(20)), ("с 18:00 до 20:00", time(18), time(20)), ("18 bis 20 Uhr", time(18), time(20)),
        ("9-12", time(9), time(12)), ("8-9 am", time(8), time(9)),
    ],
)  # fmt: skip
def test_a_range_is_a_start_and_an_end(text: str, begin: time, end: time) -> None:
    assert read_times(text) == (begin, end)


@pytest.mark.parametrize("text", ["", "all day", "ganztägig", "todo el día", "全天", "종일", "cả ngày"])
def test_a_whole_day_has_no_time(text: str) -> None:
    assert read_times(text) == (None, None)


@pytest.mark.parametrize(
    "text", ["soon", "25:00", "18:61", "6 pm or 7 pm", "18:30Z", "6 pm EST", "after school", "1-2-3"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_times(text)


@pytest.mark.parametrize(
    "text", ["1:30", "90", "90 min", "1.5 h", "1,5 Stunden", "1 h 30 min", "1 hour 30 minutes", "PT1H30M"]
)
def test_an_hour_and_a_half(text: str) -> None:
    assert read_length(text) == timedelta(minutes=90)


@pytest.mark.parametrize("text", ["long", "2 moons", "9999 days", ""])
def test_what_is_no_length_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_length(text)

"""When the event of one line begins and ends, in wall times: from its day, time, end and length, however they are split."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from calendars.spreadsheet.clock import read_length, read_times
from calendars.spreadsheet.days import Day, Order, read_day
from calendars.spreadsheet.table import Row
from config.columns import column_words, normal_form

_DAY = timedelta(days=1)
_SOON = timedelta(hours=24)  # an end before its start, without a day of its own, is meant on the next day
_LIKE = {
    "day": "write it like 2026-12-31",
    "time": "write it like 18:30 or 6:30 pm",
    "length": "write it like 1:30 or 90 min",
}


class BadCell(Exception):
    """A cell that cannot be understood. `column` is ours; the message says what is wrong with it, and the mend."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column


@dataclass(frozen=True, slots=True)
class When:
    """Wall times of the school; `end` is exclusive, None for a point in time. Midnights when `all_day`.

    `doubt` is what could not be believed about its end ("" = nothing), with the column that it concerns.
    """

    start: datetime
    end: datetime | None
    all_day: bool
    doubt: tuple[str, str] = ("", "")


def days_in(row: Row) -> list[Day]:
    """Every day that the line names, for finding out in which order the list writes them."""
    found = (read_day(row.cell(column)) for column in ("date", "start", "end_date", "end"))
    return [day for day in found if day is not None]


def when(row: Row, order: Order, zone: str) -> When:
    """Raises BadCell for a start that cannot be understood; an end that cannot is told in `doubt`."""
    day, begins, ends = _start(row, order, zone)
    try:
        last_day, until = _end(row, order, zone)
        until = until or ends
        if begins is None or _says(row, "all_day", "yes"):
            return _whole_days(row, day, last_day, until)
        start = datetime.combine(day, begins)
        return _checked(row, start, _timed_end(row, start, last_day, until))
    except BadCell as wrong:
        start = datetime.combine(day, begins or time())
        return When(start, None if begins else start + _DAY, begins is None, (wrong.column, str(wrong)))


def _start(row: Row, order: Order, zone: str) -> tuple[date, time | None, time | None]:
    """First day, time (None = all day), and the end of a range like "6-8 pm"."""
    day, rest = _day(row, "date", order)
    from_start, late = _day(row, "start", order) if row.cell("start") else (None, "")
    if day is None and from_start is None:
        column = "date" if "date" in row.names else "start"
        if row.cell(column):
            raise BadCell(column, f"“{_short(row.cell(column))}” is no date; {_LIKE['day']}")
        raise BadCell(column, f"is empty, and without a date nothing can be announced; {_LIKE['day']}")
    told = late if from_start else row.cell("start")
    begins, ends = _times("start" if told else "date", told or rest, zone)
    if not told and begins == time():
        begins = None  # how programs write a cell that holds a day only
    first = day or from_start
    assert first is not None
    return first, begins, ends


def _end(row: Row, order: Order, zone: str) -> tuple[date | None, time | None]:
    last_day, rest = _day(row, "end_date", order)
    if row.cell("end_date") and last_day is None:
        raise BadCell("end_date", f"“{_short(row.cell('end_date'))}” is no date; {_LIKE['day']}")
    from_end, late = _day(row, "end", order)
    told = late if from_end else row.cell("end")
    until, _ = _times("end" if told else "end_date", told or rest, zone)
    return last_day or from_end, until


def _day(row: Row, column: str, order: Order) -> tuple[date | None, str]:
    """The day in a cell, if there is one, and what stands behind it. Raises BadCell for a day that could be two."""
    found = read_day(row.cell(column))
    if found is None:
        return None, ""
    try:
        return found.as_date(order), found.rest
    except ValueError as wrong:
        text = _short(row.cell(column))
        if str(wrong) == "either":
            message = f"“{text}” may be one day or another, since the list writes days in both orders; {_LIKE['day']}"
            raise BadCell(column, message) from None
        raise BadCell(column, f"“{text}” is no date in the order of the other lines; {_LIKE['day']}") from None


def _times(column: str, text: str, zone: str) -> tuple[time | None, time | None]:
    try:
        return read_times(_without_own_zone(text, zone))
    except ValueError:
        raise BadCell(column, f"“{_short(text)}” is no time; {_LIKE['time']}") from None


def _without_own_zone(text: str, zone: str) -> str:
    """ "6 pm CST" is 6 pm for a school in Chicago; another zone's name is left for the complaint."""
    word = re.search(r"\s([A-Z]{2,4})\s*$", text)
    return text[: word.start()] if word and word[1] in _own_names(zone) else text


@cache
def _own_names(zone: str) -> frozenset[str]:
    names = {datetime(2026, month, 1, tzinfo=ZoneInfo(zone)).tzname() or "" for month in (1, 7)} - {"UTC", "GMT"}
    return frozenset(names | {name[0] + name[2] for name in names if len(name) == 3 and name[1] in "SD"})


def _whole_days(row: Row, day: date, last_day: date | None, until: time | None) -> When:
    """Lists name the last day; Outlook, which says "all day" in a column, names the midnight after it."""
    start, last = datetime.combine(day, time()), datetime.combine(last_day or day, time())
    if last < start:
        return When(start, start + _DAY, True, ("end_date", "lies before the first day; the first day was kept"))
    exclusive = until == time() and _says(row, "all_day", "yes") and last > start
    length = _length(row)
    if last_day is None and length:
        last = start + max(length - timedelta(seconds=1), timedelta())
    return When(start, datetime.combine(last, time()) + (timedelta() if exclusive else _DAY), True)


def _timed_end(row: Row, start: datetime, last_day: date | None, until: time | None) -> datetime | None:
    if until is not None:
        end = datetime.combine(last_day or start.date(), until)
        return end + _DAY if last_day is None and end < start else end
    if length := _length(row):
        return start + length
    return datetime.combine(last_day, time()) + _DAY if last_day and last_day > start.date() else None


def _length(row: Row) -> timedelta | None:
    if not row.cell("duration"):
        return None
    try:
        return read_length(row.cell("duration"))
    except ValueError:
        message = f"“{_short(row.cell('duration'))}” is no length; {_LIKE['length']}"
        raise BadCell("duration", message) from None


def _checked(row: Row, start: datetime, end: datetime | None) -> When:
    if end is not None and end < start:
        column = "end" if row.cell("end") else "end_date"
        return When(start, None, False, (column, "lies before the start; the start was kept"))
    return When(start, end, False)


def _says(row: Row, column: str, kind: str) -> bool:
    return normal_form(row.cell(column)) in column_words().words[kind]


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 40 else f"{text[:39]}…"

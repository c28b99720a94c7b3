"""How people write hours, quiet hours, closed days: "Mon-Fri 08:00-16:00", "21:00-07:00", "2026-12-21/2027-01-03"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from config.mistake import Mistake

Span = tuple[int, int]  # minutes since local midnight, the second exclusive, at most 1440

DAY_END = 24 * 60
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_RANGE = re.compile(r"([a-z]+)(?:\s*[-–]\s*([a-z]+))?")
_TIME_RANGE = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})", re.ASCII)
_PIECE = re.compile(rf"\s*(?:(?P<times>{_TIME_RANGE.pattern})|(?P<days>{_DAY_RANGE.pattern}))", re.ASCII)
_LONGEST_CLOSED = timedelta(days=366)
_HOURS_MEND = 'write days and times, such as "Mon-Fri 08:00-16:00" or "Mon-Thu 08:00-16:00, Fri 08:00-12:00"'
_CLOSED_MEND = 'write a day or a range of days, such as "2026-11-26" or "2026-12-21/2027-01-03"'
_QUIET_MEND = 'write two times of day, such as "21:00-07:00", or "" for none'


def week_of(text: str) -> tuple[tuple[Span, ...], ...]:
    """Seven tuples of spans, Monday first, sorted and apart. At least one span. Raises Mistake."""
    week: list[list[Span]] = [[] for _ in _DAYS]
    for days, opens, closes in _parts(text):
        for day in days:
            _put(week, day, opens, closes)
    return tuple(_merged(spans) for spans in week)


def quiet_span(text: str) -> Span | None:
    """(begin, end) of "21:00-07:00", the end before the begin when over midnight; None for "". Raises Mistake."""
    if not text.strip():
        return None
    found = _TIME_RANGE.fullmatch(text.strip())
    if not found:
        raise Mistake(f'"{text}" are no quiet hours', _QUIET_MEND)
    begin, end = _clock(found[1], found[2], _QUIET_MEND) % DAY_END, _clock(found[3], found[4], _QUIET_MEND)
    if begin == end % DAY_END:
        raise Mistake(f'"{text}" would be quiet all day', _QUIET_MEND)
    return begin, end


def closed_days(ranges: Iterable[str]) -> frozenset[date]:
    """All days of "2026-11-26" and "2026-12-21/2027-01-03" (both ends closed). Raises Mistake."""
    return frozenset(day for text in ranges for day in _days_of(text))


def _days_of(text: str) -> list[date]:
    first, slash, last = text.strip().partition("/")
    begin = _day(first, text)
    end = _day(last, text) if slash else begin
    if end < begin:
        raise Mistake(f'"{text}" ends before it begins', "write the earlier day first")
    if end - begin > _LONGEST_CLOSED:
        raise Mistake(f'"{text}" closes the school for more than a year', _CLOSED_MEND)
    return [begin + timedelta(days=n) for n in range((end - begin).days + 1)]


def _day(text: str, whole: str) -> date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text.strip()):
        raise Mistake(f'"{whole}" is neither a day nor a range of days', _CLOSED_MEND)
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise Mistake(f'"{text.strip()}" is no day of the calendar', "correct the month or the day") from None
    if not 1970 <= day.year <= 2200:
        raise Mistake(f'"{text.strip()}" is far from our time', "correct the year")
    return day


def _parts(text: str) -> Iterator[tuple[list[int], int, int]]:
    """(weekdays, opening, closing) for each stretch of times; days stand before the times they belong to."""
    days: list[int] = []
    waiting = True  # days that still lack their times
    for piece in _pieces(text):
        if piece["days"]:
            days = [*(days if waiting else []), *_weekdays(piece["days"], text)]
            waiting = True
        elif not days:
            raise Mistake(f'"{text}" has times without days', _HOURS_MEND)
        else:
            yield days, *_opening(piece["times"], text)
            waiting = False
    if waiting:
        raise Mistake(f'"{text}" has days without times' if days else "no hours are written", _HOURS_MEND)


def _pieces(text: str) -> Iterator[re.Match[str]]:
    low = text.strip().lower()
    at = 0
    while at < len(low):
        found = _PIECE.match(low, at)
        if not found:
            raise Mistake(f'"{text}" cannot be read as hours', _HOURS_MEND)
        yield found
        at = found.end()
        at += len(low[at:]) - len(low[at:].lstrip(" \t,;"))


def _weekdays(text: str, whole: str) -> list[int]:
    found = _DAY_RANGE.fullmatch(text)
    assert found
    first = _weekday(found[1], whole)
    last = _weekday(found[2], whole) if found[2] else first
    return [(first + n) % 7 for n in range((last - first) % 7 + 1)]


def _weekday(name: str, whole: str) -> int:
    for number, day in enumerate(_DAYS):
        if len(name) >= 2 and day.startswith(name):
            return number
    raise Mistake(f'"{whole}" names no weekday with "{name}"', "use Mon, Tue, Wed, Thu, Fri, Sat or Sun")


def _opening(text: str, whole: str) -> Span:
    found = _TIME_RANGE.fullmatch(text)
    assert found
    opens, closes = _clock(found[1], found[2], _HOURS_MEND), _clock(found[3], found[4], _HOURS_MEND)
    closes = DAY_END if closes in (0, DAY_END - 1) else closes
    if opens in (closes, DAY_END):
        raise Mistake(f'"{whole}" opens and closes at the same time', _HOURS_MEND)
    return opens, closes


def _clock(hour: str, minute: str, mend: str) -> int:
    value = int(hour) * 60 + int(minute)
    if int(minute) > 59 or value > DAY_END:
        raise Mistake(f'"{hour}:{minute}" is no time of day', mend)
    return value


def _put(week: list[list[Span]], day: int, opens: int, closes: int) -> None:
    if opens < closes:
        week[day].append((opens, closes))
    else:
        week[day].append((opens, DAY_END))
        week[(day + 1) % 7].append((0, closes))


def _merged(spans: list[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for opens, closes in sorted(spans):
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], closes))
        else:
            merged.append((opens, closes))
    return tuple(merged)

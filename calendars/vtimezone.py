"""VTIMEZONE blocks of our own: a STANDARD and DAYLIGHT pair with yearly rules, which every reader understands.

The rules come from the footer of the zone's file (its POSIX rule). They hold for today's and coming years, which is what
is written; readers that know the zone by name use their own tables anyway. Where no rule can tell these years (Morocco's
clocks follow Ramadan, Paraguay gave its summer time up), each change until 2045 is written by its date, one a line: ical.js
reads only the first date of a list.
"""

from __future__ import annotations

import re
import zoneinfo
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from pathlib import Path

from calendars.rhythm import DAYS
from calendars.times import DAY, time_text

_SINCE = 1970
_TOLD_FROM, _TOLD_UNTIL = datetime(2024, 1, 1, tzinfo=UTC), datetime(2045, 1, 1, tzinfo=UTC)
_CYCLE = timedelta(days=146_097)  # 400 years: the calendar is the same again, and a zone has nothing left but its rule
_NAME = r"(<[^>]+>|[A-Za-z]+)"
_OFFSET = r"([+-]?\d+(?::\d+){0,2})"
_POSIX = re.compile(rf"{_NAME}{_OFFSET}(?:{_NAME}{_OFFSET}?,([^,]+),([^,]+))?")
_ONSET = re.compile(r"M(\d+)\.(\d)\.(\d)(?:/([+-]?\d+(?::\d+){0,2}))?")


@lru_cache(maxsize=512)
def vtimezone(tzid: str) -> tuple[str, ...]:
    """The lines of a VTIMEZONE for an IANA zone."""
    parts = _rule_parts(_footer(tzid), _SINCE) if _rule_holds(tzid) else _told_parts(tzid)
    return ("BEGIN:VTIMEZONE", f"TZID:{tzid}", *parts, "END:VTIMEZONE")


def _rule_parts(footer: str, since: int) -> list[str]:
    """`since`: the first year that they tell."""
    found = _POSIX.fullmatch(footer)
    if not found:
        raise ValueError(f"The rule of a time zone is not understood: {footer!r}.")
    name, offset, other_name, other_offset, to_other, to_base = found.groups()
    base = _Side(name.strip("<>"), -_span(offset))
    if other_name is None:
        return _part(base, base, [f"DTSTART:{since}0101T000000"])
    other = _Side(other_name.strip("<>"), -_span(other_offset) if other_offset else base.offset + timedelta(hours=1))
    return _part(other, base, _onset(to_base, since)) + _part(base, other, _onset(to_other, since))


def _rule_holds(tzid: str) -> bool:
    zone = zoneinfo.ZoneInfo(tzid)
    return all(day.astimezone(zone).utcoffset() == (day + _CYCLE).astimezone(zone).utcoffset() for day in _told_days())


def _told_parts(tzid: str) -> list[str]:
    """What held before, the changes of the same kind together, and the zone's rule for the years after."""
    zone = zoneinfo.ZoneInfo(tzid)
    before = _side(_TOLD_FROM.astimezone(zone))
    parts = _part(before, before, [f"DTSTART:{_SINCE}0101T000000"])
    alike: dict[tuple[_Side, _Side], list[str]] = {}
    for at in _changes(zone):
        after = _side(at.astimezone(zone))
        alike.setdefault((before, after), []).append(time_text((at + before.offset).replace(tzinfo=None)))
        before = after
    for sides, walls in alike.items():
        parts += _part(*sides, [f"DTSTART:{walls[0]}", *(f"RDATE:{wall}" for wall in walls[1:])])
    return parts + _rule_parts(_footer(tzid), _TOLD_UNTIL.year)


def _changes(zone: zoneinfo.ZoneInfo) -> list[datetime]:
    """The moments in UTC, to the second, at which this zone's offset changes in the years that are told by date."""
    days = list(_told_days())
    return [
        _moment_of_change(zone, before, after)
        for before, after in pairwise(days)
        if before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset()
    ]


def _moment_of_change(zone: zoneinfo.ZoneInfo, before: datetime, after: datetime) -> datetime:
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        before, after = (middle, after) if middle.astimezone(zone).utcoffset() == old else (before, middle)
    return after


def _told_days() -> Iterator[datetime]:
    """Every second one: no clock is changed and changed back within two days."""
    return (_TOLD_FROM + timedelta(days=n) for n in range(0, (_TOLD_UNTIL - _TOLD_FROM).days, 2))


@dataclass(frozen=True, slots=True)
class _Side:
    name: str
    offset: timedelta


def _side(local: datetime) -> _Side:
    return _Side(local.tzname() or "", local.utcoffset() or timedelta())


def _part(before: _Side, after: _Side, onset: list[str]) -> list[str]:
    """Summer is when clocks are ahead, also where the law calls winter the exception (Ireland)."""
    kind = "DAYLIGHT" if after.offset > before.offset else "STANDARD"
    offsets = [f"TZOFFSETFROM:{_offset(before.offset)}", f"TZOFFSETTO:{_offset(after.offset)}"]
    return [f"BEGIN:{kind}", *onset, *offsets, f"TZNAME:{after.name}", f"END:{kind}"]


def _onset(text: str, since: int) -> list[str]:
    """DTSTART and RRULE of "the w-th weekday d of month m, at …" (w 5: the last); the time may lie outside that day."""
    found = _ONSET.fullmatch(text)
    if not found:
        raise ValueError(f"The rule of a time zone is not understood: {text!r}.")
    month, week, weekday = int(found[1]), int(found[2]), (int(found[3]) - 1) % 7
    span = _span(found[4] or "2")
    shift, clock = span // DAY, span % DAY
    first = datetime(since, month, 1)
    last_day = monthrange(since, month)[1]
    earliest = first + timedelta(days=last_day - 7 if week == 5 else 7 * (week - 1))
    begin = earliest + timedelta(days=(weekday - earliest.weekday()) % 7 + shift)
    return [f"DTSTART:{time_text(begin + clock)}", f"RRULE:FREQ=YEARLY;{_days(earliest, shift, begin.weekday(), week)}"]


def _days(earliest: datetime, shift: int, weekday: int, week: int) -> str:
    """The days on which an onset can fall, as rule parts. Counted from the year's end where they span two months."""
    if shift == 0:
        return f"BYMONTH={earliest.month};BYDAY={-1 if week == 5 else week}{DAYS[weekday]}"
    days = [earliest + timedelta(days=shift + more) for more in range(7)]
    if days[0].month == days[-1].month:
        within = ",".join(str(day.day) for day in days)
        return f"BYMONTH={days[0].month};BYMONTHDAY={within};BYDAY={DAYS[weekday]}"
    end = datetime(days[0].year + 1, 1, 1)
    return f"BYYEARDAY={','.join(str((day - end).days) for day in days)};BYDAY={DAYS[weekday]}"


def _span(text: str) -> timedelta:
    """ "-2:30" as a span of time."""
    sign = -1 if text.startswith("-") else 1
    hours, minutes, seconds = ([int(part) for part in text.lstrip("+-").split(":")] + [0, 0])[:3]
    return sign * timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _offset(span: timedelta) -> str:
    seconds = int(abs(span).total_seconds())
    told = f"{'-' if span < timedelta() else '+'}{seconds // 3600:02}{seconds // 60 % 60:02}"
    return told + (f"{seconds % 60:02}" if seconds % 60 else "")


def _footer(tzid: str) -> str:
    return _file(tzid).rstrip(b"\n").rpartition(b"\n")[2].decode("ascii")


def _file(tzid: str) -> bytes:
    """The zone's file, from where zoneinfo takes it: the system's folders, then the tzdata package."""
    zoneinfo.ZoneInfo(tzid)  # refuses names that would lead out of these folders
    for folder in zoneinfo.TZPATH:
        path = Path(folder, tzid)
        if path.is_file():
            return path.read_bytes()
    return resources.files("tzdata").joinpath("zoneinfo", *tzid.split("/")).read_bytes()

"""VTIMEZONE blocks of our own: a STANDARD and DAYLIGHT pair with yearly rules, which every reader understands.

The rules come from the footer of the zone's file (its POSIX rule). They hold for today's and coming years, which is what
is written; readers that know the zone by name use their own tables anyway.
"""

from __future__ import annotations

import re
import zoneinfo
from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from importlib import resources
from pathlib import Path

from calendars.rhythm import DAYS
from calendars.times import DAY, time_text

_SINCE = 1970
_NAME = r"(<[^>]+>|[A-Za-z]+)"
_OFFSET = r"([+-]?\d+(?::\d+){0,2})"
_POSIX = re.compile(rf"{_NAME}{_OFFSET}(?:{_NAME}{_OFFSET}?,([^,]+),([^,]+))?")
_ONSET = re.compile(r"M(\d+)\.(\d)\.(\d)(?:/([+-]?\d+(?::\d+){0,2}))?")


@lru_cache(maxsize=512)
def vtimezone(tzid: str) -> tuple[str, ...]:
    """The lines of a VTIMEZONE for an IANA zone."""
    return ("BEGIN:VTIMEZONE", f"TZID:{tzid}", *_parts(_footer(tzid)), "END:VTIMEZONE")


def _parts(footer: str) -> list[str]:
    found = _POSIX.fullmatch(footer)
    if not found:
        raise ValueError(f"The rule of a time zone is not understood: {footer!r}.")
    name, offset, other_name, other_offset, to_other, to_base = found.groups()
    base = _Side(name.strip("<>"), -_span(offset))
    if other_name is None:
        return _part("STANDARD", base, base, [f"DTSTART:{_SINCE}0101T000000"])
    other = _Side(other_name.strip("<>"), -_span(other_offset) if other_offset else base.offset + timedelta(hours=1))
    kinds = ("STANDARD", "DAYLIGHT") if base.offset < other.offset else ("DAYLIGHT", "STANDARD")
    return _part(kinds[0], other, base, _onset(to_base)) + _part(kinds[1], base, other, _onset(to_other))


@dataclass(frozen=True, slots=True)
class _Side:
    name: str
    offset: timedelta


def _part(kind: str, before: _Side, after: _Side, onset: list[str]) -> list[str]:
    offsets = [f"TZOFFSETFROM:{_offset(before.offset)}", f"TZOFFSETTO:{_offset(after.offset)}"]
    return [f"BEGIN:{kind}", *onset, *offsets, f"TZNAME:{after.name}", f"END:{kind}"]


def _onset(text: str) -> list[str]:
    """DTSTART and RRULE of "the w-th weekday d of month m, at …" (w 5: the last); the time may lie outside that day."""
    found = _ONSET.fullmatch(text)
    if not found:
        raise ValueError(f"The rule of a time zone is not understood: {text!r}.")
    month, week, weekday = int(found[1]), int(found[2]), (int(found[3]) - 1) % 7
    span = _span(found[4] or "2")
    shift, clock = span // DAY, span % DAY
    first = datetime(_SINCE, month, 1)
    last_day = monthrange(_SINCE, month)[1]
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
    end = datetime(_SINCE + 1, 1, 1)
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

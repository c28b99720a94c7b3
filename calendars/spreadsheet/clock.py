"""Times of day and lengths as people write them in lists: 6 pm, 18:00, 18.00 Uhr, 18h30, 下午6点, 2 h, 90 min."""

from __future__ import annotations

import re
from datetime import time, timedelta
from functools import cache, lru_cache

from calendars.spreadsheet.days import plain_digits
from config.columns import column_words, normal_form

_TIME = re.compile(
    r"(?P<before>\D*?)(?P<hour>\d{1,2})(?:(?:\s*[:.h時时点點시]\s*|(?=\d\d(?!\d)))(?P<minute>\d{2})[분分]?(?::(?P<second>\d{2})(?:[.,]\d+)?)?)?"
    r"(?P<after>\D*)"
)
_BETWEEN = re.compile(
    r"\s*(?:[-–—~〜～]|\s(?:to|bis|a|à|às|hasta|até|до|đến|至|到|ilaa|jiska|hanggang|until|إلى)\s)\s*"
)
_PART = re.compile(r"(\d+(?:[.,]\d+)?)\s*(\D*)")
_ISO = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?", re.IGNORECASE)
_LONGEST = timedelta(days=366)


@lru_cache(maxsize=4096)
def read_times(text: str) -> tuple[time | None, time | None]:
    """One time, or "6-8 pm": start and end. (None, None) for a whole day. Raises ValueError."""
    text = plain_digits(text).strip(" \t,;T")
    if not text or _is("whole_day", text):
        return None, None
    parts = [part.strip() for part in _BETWEEN.split(f" {text} ") if part.strip()]
    if not 0 < len(parts) < 3:
        raise ValueError(text)
    return (_time(parts[0]), None) if len(parts) == 1 else (_first_of_two(*parts), _time(parts[1]))


def _first_of_two(first: str, last: str) -> time:
    """In "6-8 pm" the half of the day stands once, and means both, unless that would end before it begins."""
    begin, end = _time(first), _time(last)
    if _half(first) or not _half(last) or begin.hour >= 12 or end.hour < 12:
        return begin
    later = begin.replace(hour=begin.hour + 12)
    return later if later <= end else begin


def _time(text: str) -> time:
    for kind, hour in (("noon", 12), ("midnight", 0)):
        if _is(kind, text):
            return time(hour)
    found = _TIME.fullmatch(text)
    if not found:
        raise ValueError(text)
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    half = _half_said(found["after"]) or _half_said(found["before"])
    if half and hour <= 12:  # in "18:00 pm" the 24 hours win
        hour = hour % 12 + (12 if half == "pm" else 0)
    if (hour, minute, second) == (24, 0, 0):
        return time(0)
    return time(hour, minute, second)


def _half(text: str) -> str:
    found = _TIME.fullmatch(text)
    return (_half_said(found["after"]) or _half_said(found["before"])) if found else ""


def _half_said(text: str) -> str:
    """ "am", "pm" or "". ValueError when anything else is said beside the digits: it might be another zone."""
    found = _around().fullmatch(normal_form(text))
    if not found:
        raise ValueError(text)
    return "pm" if found["pm"] else "am" if found["am"] else ""


@cache
def _around() -> re.Pattern[str]:
    """All that may stand around the digits of a time: halves of the day, o'clock, small words."""
    words = column_words().words
    rest = frozenset().union(*(words[kind] for kind in ("noon", "oclock", "minutes", "filler")))
    am, pm, other = ("|".join(sorted(of, key=len, reverse=True)) for of in (words["am"], words["pm"], rest))
    return re.compile(f"(?:(?P<am>{am})|(?P<pm>{pm})|(?:{other}))*")


def _is(kind: str, text: str) -> bool:
    return normal_form(text) in column_words().words[kind]


def read_length(text: str) -> timedelta:
    """ "2 h", "1:30", "1.5 hours", "90 min", "90" (minutes), "PT2H". Raises ValueError."""
    text = plain_digits(text).strip()
    if found := _ISO.fullmatch(text):
        return timedelta(hours=int(found[1] or 0), minutes=int(found[2] or 0))
    if found := re.fullmatch(r"(\d{1,3}):(\d\d)(?::\d\d)?", text):
        return timedelta(hours=int(found[1]), minutes=int(found[2]))
    parts = _PART.findall(text)
    if not parts or not text[:1].isdigit():
        raise ValueError(text)
    length = sum((_length(number, normal_form(unit)) for number, unit in parts), timedelta())
    if length > _LONGEST:
        raise ValueError(text)
    return length


def _length(number: str, unit: str) -> timedelta:
    words, many = column_words().words, float(number.replace(",", "."))
    if not unit or unit in words["minutes"]:
        return timedelta(minutes=many)
    if unit in words["hours"] or unit in ("heures", "heure"):
        return timedelta(hours=many)
    if unit in words["days"]:
        return timedelta(days=many)
    raise ValueError(unit)

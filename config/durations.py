"""Durations as people write them: "15m", "14d", "1h30m"."""

from __future__ import annotations

import re
from datetime import timedelta

from config.mistake import Mistake

_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_WHOLE = re.compile(r"(?:[0-9]{1,6}[wdhms]){1,5}")
_PART = re.compile(r"([0-9]+)([wdhms])")
_LONGEST = timedelta(days=3660)


def parse_duration(text: str) -> timedelta:
    """The span of "15m", "2h", "14d", "1w", "30s" or "1h30m": more than nothing, at most ten years. Raises Mistake."""
    text = text.strip()
    if not _WHOLE.fullmatch(text):
        mend = 'write a number and a unit (s, m, h, d or w), such as "15m", "2h" or "14d"'
        raise Mistake(f'"{text}" is not a duration', mend)
    span = sum((timedelta(**{_UNITS[unit]: int(number)}) for number, unit in _PART.findall(text)), timedelta())
    if not span:
        raise Mistake(f'"{text}" is no time at all', 'write a longer duration, such as "15m"')
    if span > _LONGEST:
        raise Mistake(f'"{text}" is longer than ten years', 'write a shorter duration, such as "14d"')
    return span

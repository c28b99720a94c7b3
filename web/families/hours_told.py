"""Hours as families read them: "Monday – Thursday 8:00 AM – 4:00 PM, Friday 8:00 AM – 12:00 PM". Pure."""

from __future__ import annotations

from datetime import time
from itertools import groupby

from babel import Locale
from babel.dates import format_time, get_day_names

from config.hours import Hours
from config.hours_text import DAY_END, Span


def hours_told(text: str, tag: str) -> str:
    """`text` as config.hours reads it, in the language `tag`. Days that follow one another with the same hours are one."""
    week, locale = Hours.parse(text).week, Locale.parse(tag, sep="-")
    runs = [(spans, [day for day, _ in days]) for spans, days in groupby(enumerate(week), key=lambda one: one[1])]
    return ", ".join(f"{_days(days, locale)} {_times(spans, locale)}" for spans, days in runs if spans)


def _days(days: list[int], locale: Locale) -> str:
    names = get_day_names("wide", locale=locale)
    return str(names[days[0]]) if len(days) == 1 else f"{names[days[0]]} – {names[days[-1]]}"


def _times(spans: tuple[Span, ...], locale: Locale) -> str:
    return ", ".join(f"{_time(opens, locale)} – {_time(closes, locale)}" for opens, closes in spans)


def _time(minute: int, locale: Locale) -> str:
    hour, rest = divmod(minute % DAY_END, 60)
    return format_time(time(hour, rest), "short", locale=locale).replace("\u202f", " ")

"""Posts on a month's leaf: days in weeks, as a table of the eyes and a list for phones and screen readers. Pure."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton, get_day_names

from web.plans.post_view import PostLine

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_SUNDAY_FIRST = calendar.Calendar(firstweekday=6)  # as school calendars here are printed


@dataclass(frozen=True, slots=True)
class Square:
    """One day. `is_outside`: it belongs to the month before or after."""

    on: date
    is_today: bool
    is_outside: bool
    posts: tuple[PostLine, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """`before` and `after` are the neighbours, like "2026-11"."""

    name: str
    before: str
    after: str
    weekdays: tuple[str, ...]
    squares: tuple[Square, ...]


def month_of(text: str, today: date) -> date:
    """The first day of the month that is asked for ("2026-12"), else of this one."""
    found = _MONTH.fullmatch(text)
    year = int(found[1]) if found else today.year
    return date(year, int(found[2]), 1) if found and 1970 < year < 2200 else today.replace(day=1)


def span(first: date, zone: str) -> tuple[datetime, datetime]:
    """From the first square to the end of the last, in UTC."""
    days = list(_SUNDAY_FIRST.itermonthdates(first.year, first.month))
    begin, end = (datetime.combine(one, time.min, ZoneInfo(zone)) for one in (days[0], days[-1] + timedelta(days=1)))
    return begin.astimezone(UTC), end.astimezone(UTC)


def month(first: date, posts: Sequence[PostLine], zone: str, today: date, tag: str) -> Month:
    locale = Locale.parse(tag, sep="-")
    names = get_day_names("abbreviated", "stand-alone", locale)
    return Month(
        name=str(format_skeleton("yMMMM", first, locale=locale)),
        before=(first - timedelta(days=1)).strftime("%Y-%m"),
        after=(first + timedelta(days=31)).strftime("%Y-%m"),
        weekdays=tuple(names[day] for day in (6, 0, 1, 2, 3, 4, 5)),
        squares=tuple(_square(one, first, posts, zone, today) for one in _SUNDAY_FIRST.itermonthdates(first.year, first.month)),
    )  # fmt: skip


def _square(on: date, first: date, posts: Sequence[PostLine], zone: str, today: date) -> Square:
    its = tuple(one for one in posts if one.at.astimezone(ZoneInfo(zone)).date() == on)
    return Square(on, on == today, on.month != first.month, its)

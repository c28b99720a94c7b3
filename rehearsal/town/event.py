"""One event of the sample school as a value, and the usual ways to make one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from rehearsal.town.days import Span
from rehearsal.town.places import ZONE


@dataclass(frozen=True, slots=True)
class Event:
    """One VEVENT. `starts` and `ends` are the school's wall time (naive), or dates for all day; `ends` is exclusive.

    `zone` is how the time is written: an IANA or Windows name, "UTC" (converted), or "" for floating. An empty `uid` or
    a `stamped` of None leaves the line out, as some publishers do. `extra` are finished lines such as an RRULE.
    `careless` folds by octets without looking where a character ends.
    """

    uid: str
    title: str
    starts: date | datetime
    ends: date | datetime | None = None
    place: str = ""
    text: str = ""
    categories: tuple[str, ...] = ()
    zone: str = ZONE
    extra: tuple[str, ...] = ()
    stamped: datetime | None = datetime(2026, 8, 1, 12, 0)
    careless: bool = False


def timed(
    uid: str,
    day: date,
    at: tuple[int, int],
    minutes: int,
    title: str,
    place: str,
    text: str,
    category: str,
    *extra: str,
) -> Event:
    starts = datetime.combine(day, time(*at))
    return Event(
        uid=uid,
        title=title,
        starts=starts,
        ends=starts + timedelta(minutes=minutes),
        place=place,
        text=text,
        categories=(category,),
        extra=extra,
    )


def all_day(uid: str, day: date, title: str, category: str, text: str = "") -> Event:
    return lasting(uid, Span(day, day + timedelta(days=1)), title, category, text)


def lasting(uid: str, days: Span, title: str, category: str, text: str = "") -> Event:
    return Event(
        uid=uid,
        title=title,
        starts=days.first,
        ends=days.end,
        text=text,
        categories=(category,),
        extra=("TRANSP:TRANSPARENT",),
    )

"""The values that reading a calendar yields. Times are aware; `timezone` is the IANA zone the school wrote them in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Status = Literal["confirmed", "tentative", "cancelled"]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a series repeats, as far as words can say it. `weekdays` are 0 = Monday … 6 = Sunday.

    `position` is set for "the second Tuesday" (2) or "the last Friday" (-1) of a month; `month_day` for "the 15th".
    A rule that words cannot say has `frequency` "other".
    """

    frequency: Literal["daily", "weekly", "monthly", "yearly", "other"]
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    position: int | None = None
    month_day: int | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class EventValue:
    """One VEVENT as the school wrote it: a single event, the master of a series, or one exception of it.

    `recurrence_id` is the original start of an exception, else None. `ends_at` is exclusive; for all-day events both
    ends are local midnight. `ends_at` is never before `starts_at`.
    """

    uid: str
    recurrence_id: datetime | None
    title: str
    description: str
    location: str
    url: str
    starts_at: datetime
    ends_at: datetime
    all_day: bool
    timezone: str
    status: Status
    sequence: int
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """All that stands under one UID: the event, its rule if it repeats, its exceptions.

    `variant` is "" except where two different events share a UID: then it tells them apart (a stable digest).
    `master` is None for exceptions without a master. `ics` is a complete small VCALENDAR text of just this series with
    the VTIMEZONEs it names: enough to expand it again later and to write it into another calendar.
    """

    uid: str
    variant: str
    master: EventValue | None
    exceptions: tuple[EventValue, ...]
    rhythm: Rhythm | None
    ics: str


@dataclass(frozen=True, slots=True)
class OccurrenceValue:
    """One date of one event. `recurrence_id` is the original start for a date of a series, else None."""

    uid: str
    variant: str
    recurrence_id: datetime | None
    title: str
    description: str
    location: str
    starts_at: datetime
    ends_at: datetime
    all_day: bool
    timezone: str
    status: Status
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with one event (uid) of a feed, in a sentence for people. The rest of the feed is fine."""

    problem: str
    uid: str
    message: str


class FeedRefused(Exception):
    """The whole feed cannot be believed; the message is one sentence with the reason. The last good copy stands."""


@dataclass(frozen=True, slots=True)
class Group:
    """The raw VEVENTs under one UID. `digest` ignores volatile lines (DTSTAMP, LAST-MODIFIED, CREATED, order, folding)."""

    uid: str
    digest: str
    vevents: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Split:
    """A feed cut into groups, nothing parsed yet. `timezones` maps TZID to its raw VTIMEZONE block."""

    zone: str | None  # X-WR-TIMEZONE
    name: str  # X-WR-CALNAME / NAME
    timezones: dict[str, bytes] = field(repr=False)
    groups: dict[str, Group] = field(repr=False)
    problems: tuple[Problem, ...] = ()

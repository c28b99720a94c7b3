"""The values that plans are made of and consist of: a page's rules, events with their dates, what stands, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from config.hours import QuietHours
from mirroring.by_hand import ByHand
from mirroring.facts import Facts

Kind = Literal["announcement", "reminder", "change", "cancellation", "you-said"]


@dataclass(frozen=True, slots=True)
class PageRules:
    """What a page wants said, from its site file. `hold` is a reason to post nothing at all ("" = none)."""

    slug: str
    zone: str
    categories: tuple[str, ...]
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    announce: timedelta
    remind: tuple[timedelta, ...]
    needs_approval: bool
    quiet: QuietHours
    daily_limit: int
    hold: str = ""


@dataclass(frozen=True, slots=True)
class EventDate:
    """One date of an event. `deviates` when an exception says something else than the rule."""

    original_at: datetime
    facts: Facts
    deviates: bool = False

    @property
    def on(self) -> bool:
        return self.facts.status != "cancelled"


@dataclass(frozen=True, slots=True)
class PlannedEvent:
    """A head event with its dates, soonest first. `standing` "missing": nothing may be told until a person decides."""

    id: str
    facts: Facts
    dates: tuple[EventDate, ...]
    categories: tuple[str, ...]
    first_seen_at: datetime
    standing: Literal["on", "cancelled", "missing"]
    is_series: bool
    by_hand: ByHand | None = None  # a post on the page in hand that may announce it already

    def next_date(self, now: datetime) -> EventDate | None:
        return next((one for one in self.dates if one.on and one.facts.ends_at > now), None)

    @property
    def over_at(self) -> datetime:
        """When its last known date ends."""
        return max([self.facts.ends_at, *(one.facts.ends_at for one in self.dates)])

    def date(self, original_at: datetime | None) -> EventDate | None:
        return next((one for one in self.dates if one.original_at == original_at), None)


# What a comment tells: of which date (its original start; None: of the event itself), what was, what is.
Told = tuple[datetime | None, Facts, Facts]


@dataclass(frozen=True, slots=True)
class Standing:
    """A post row as the plan sees it. `busy`: a delivery of it is under way, its text must not change now.

    `said` are the facts its text tells, `dates_said` those of deviating dates (original start -> facts), `coming_said`
    the original starts of all dates that lay ahead when it was said: families count on them.
    """

    id: str
    kind: Kind
    event_id: str
    purpose: str
    state: str
    said: Facts
    busy: bool
    queued: bool  # its first delivery waits in the outbox and was not begun
    approved: bool
    due_at: datetime
    occurrence_at: datetime | None = None
    sent_at: datetime | None = None
    under: str | None = None
    tells: tuple[Told, ...] = ()  # of a change comment: what families knew before it, and what it says
    refused_by: str = ""  # a person said no
    dates_said: tuple[tuple[datetime, Facts], ...] = ()
    coming_said: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Telling:
    """A post about no event whose words people wrote, and one approved. `begun`: something is or was owed for it."""

    id: str
    purpose: str
    title: str
    approved_at: datetime
    begun: bool
    counts_today: bool  # it went out on this day of the school, or is on its way


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment under an edited post: what was, what is, when it may be said."""

    kind: Literal["change", "cancellation"]
    tells: tuple[Told, ...]
    at: datetime
    urgent: bool
    replaces: str | None = None  # a comment that was not sent yet and is overtaken by this one

    @property
    def pairs(self) -> tuple[tuple[Facts, Facts], ...]:
        return tuple((before, after) for _, before, after in self.tells)


@dataclass(frozen=True, slots=True)
class Action:
    """One line of the plan. `draft`: not to be sent now, but to be written down so that a person can say yes."""

    action: Literal["publish", "revise", "withdraw", "hold"]
    kind: Kind
    page: str
    event_id: str | None  # None: about no event
    title: str
    at: datetime
    why: str
    purpose: str = ""
    post_id: str | None = None
    occurrence_at: datetime | None = None
    facts: Facts | None = None
    date: EventDate | None = None
    lead: timedelta | None = None
    draft: bool = False
    urgent: bool = False
    comment: Comment | None = None
    dates_said: tuple[tuple[datetime, Facts], ...] = ()
    coming_said: tuple[datetime, ...] = ()
    over_at: datetime | None = None  # when nobody needs to hear of it any more
    by_hand: ByHand | None = None  # a post made by hand that may say it already


def deviations(event: PlannedEvent) -> tuple[tuple[datetime, Facts], ...]:
    """The dates that an exception sets apart from the rule: original start and what is told of it."""
    return tuple((date.original_at, date.facts) for date in event.dates if date.deviates)


def coming(event: PlannedEvent, now: datetime) -> tuple[datetime, ...]:
    """The original starts of a series' dates that lie ahead."""
    return tuple(date.original_at for date in event.dates if date.facts.ends_at > now) if event.is_series else ()

"""What families were told of a series' dates, against what its dates are now. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from mirroring.facts import Change, Facts, changes
from mirroring.planned import EventDate, PlannedEvent, Standing, Told, deviations


def moved_dates(event: PlannedEvent, post: Standing, now: datetime) -> list[Told]:
    """Dates of a series that were told otherwise, or not at all, and lie ahead."""
    if post.kind != "announcement" or not event.is_series or event.standing == "cancelled":
        return []
    said = dict(post.dates_said)
    moved: list[Told] = []
    for date in event.dates:
        before = said.get(date.original_at)
        if not date.deviates and before is None:
            continue
        believed = before or _by_rule(event, date)
        if changes(believed, date.facts) and max(believed.ends_at, date.facts.ends_at) > now:
            moved.append((date.original_at, believed, date.facts))
    return moved


def lost_dates(event: PlannedEvent, post: Standing, told: Iterable[Change], now: datetime) -> list[Told]:
    """Dates that families count on and the series left out (EXDATE): for them that is a cancellation.

    A new rhythm or time tells it all by itself; what lies beyond a new end of the series is not told date by date.
    """
    if _tells_all_dates(told) or event.standing == "cancelled":
        return []
    lost = [(at, known, replace(known, status="cancelled")) for at, known in _left_out(event, post, now)]
    return [one for one in lost if changes(one[1], one[2])]


def dates_said_after(
    event: PlannedEvent, post: Standing, told: Iterable[Change], now: datetime
) -> tuple[tuple[datetime, Facts], ...]:
    """What families know, after this edit, of dates that are not as the rule says; left out ones may come back."""
    if _tells_all_dates(told):
        return deviations(event)
    left_out = [(at, replace(facts, status="cancelled")) for at, facts in _left_out(event, post, now)]
    return (*deviations(event), *left_out)


def _tells_all_dates(told: Iterable[Change]) -> bool:
    return any(one.kind in ("rhythm", "time") for one in told)


def _left_out(event: PlannedEvent, post: Standing, now: datetime) -> list[tuple[datetime, Facts]]:
    """Original start and what families know of it, of every date told before that is none of the series' now."""
    if post.kind != "announcement" or not event.is_series:
        return []
    said, given = dict(post.dates_said), {date.original_at for date in event.dates}
    until = event.facts.rhythm.until if event.facts.rhythm else None
    known = [(at, said.get(at) or _plain_date(event, at)) for at in sorted({*post.coming_said, *said} - given)]
    return [(at, facts) for at, facts in known if facts.ends_at > now and not (until and at > until)]


def _plain_date(event: PlannedEvent, at: datetime) -> Facts:
    length = event.facts.ends_at - event.facts.starts_at
    return replace(event.facts, rhythm=None, starts_at=at, ends_at=at + length)


def _by_rule(event: PlannedEvent, date: EventDate) -> Facts:
    """What the announced rhythm makes families believe about this date."""
    head = event.facts
    return replace(
        date.facts,
        title=head.title,
        location=head.location,
        description=head.description,
        status=head.status,
        starts_at=date.original_at,
        ends_at=date.original_at + (head.ends_at - head.starts_at),
    )

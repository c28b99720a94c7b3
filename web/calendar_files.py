"""Calendars for subscribers and for single events, made from rows. Equal rows give equal bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from calendars.read import restored
from calendars.write import FeedItem, feed
from models.event import Event
from models.school import School


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """`changed_at` is the newest real change of anything in it."""

    body: bytes
    changed_at: datetime


def event_file(school: School, head: Event, link: str) -> CalendarFile:
    """One event, with the address of its page where the school gave it none."""
    return CalendarFile(feed(school.name, school.timezone, _items(school, [head], link)), _changed_at(head))


def feed_file(school: School, name: str, heads: Sequence[Event], since: datetime) -> CalendarFile:
    """Many events. `since`: when the feed was made, for one that is still empty."""
    changed_at = max([since, *(_changed_at(head) for head in heads)])
    return CalendarFile(feed(name, school.timezone, _items(school, heads)), changed_at)


def _items(school: School, heads: Iterable[Event], link: str = "") -> list[FeedItem]:
    return [
        FeedItem(
            series=restored(head.ics, school.timezone, head.variant),
            uid=f"{head.uid}-{head.variant}" if head.variant else head.uid,
            description=head.description,
            url=head.url or link,
            sequence=_sequence(head),
            stamped_at=_changed_at(head),
            cancelled=_is_cancelled(head),
        )
        for head in heads
        if head.ics
    ]


def _changed_at(head: Event) -> datetime:
    times = (head.first_seen_at, head.changed_at, head.missing_decided_at if _is_cancelled(head) else None)
    return max(one for one in times if one)


def _sequence(head: Event) -> int:
    """Rises with every change and needs no counter: the seconds from when we first saw the event to its last change.

    The school's own number is no help: many calendars never raise it, and programs then keep the old time.
    """
    return int((_changed_at(head) - head.first_seen_at).total_seconds())


def _is_cancelled(head: Event) -> bool:
    return head.status == "cancelled"

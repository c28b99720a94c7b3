"""Calendars for subscribers and for single events, made from rows. Equal rows give equal bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlmodel import Session

from calendars.read import restored
from calendars.uids import Named, published
from calendars.values import Series
from calendars.write import FeedItem, feed
from mirroring.alone import alone
from models.center import FEED_AHEAD
from models.event import Event, last_change, uids
from models.school import School

CALENDAR = "text/calendar; charset=utf-8"


def event_file(school: School, head: Event, names: Mapping[str, str], link: str) -> bytes:
    """One event, with the address of its page where the school gave it none."""
    return feed(school.name, school.timezone, _items(school, [head], names, link))


def feed_file(school: School, name: str, heads: Iterable[Event], names: Mapping[str, str], about: str = "") -> bytes:
    """Many events; `name` and `about` are what the calendar says of itself."""
    return feed(name, school.timezone, _items(school, heads, names), about)


def newest_change(heads: Iterable[Event], since: datetime, now: datetime) -> datetime:
    """Of all events of a school, whether a calendar shows them or not: one that left it changed it, too. One that came
    near enough to be shown did so without any change of its own.
    """
    came = (moment for head in heads if (moment := head.starts_at - FEED_AHEAD) <= now)
    return max([since, *map(last_change, heads), *came])


def names_of(session: Session, school: str) -> dict[str, str]:
    """event id -> the UID under which it is published: of all events of a school, so that no two get the same."""
    return published(Named(*row) for row in uids(session, school))


def _items(school: School, heads: Iterable[Event], names: Mapping[str, str], link: str = "") -> list[FeedItem]:
    return [
        FeedItem(
            series=_series(school, head),
            uid=names[head.id],
            description=head.description,
            url=head.url or link,
            sequence=_sequence(head),
            stamped_at=last_change(head),
            cancelled=head.status == "cancelled",
        )
        for head in heads
        if head.ics
    ]


def _series(school: School, head: Event) -> Series:
    series = restored(head.ics, school.timezone, head.variant)
    return alone(series, head.recurrence_id) if head.recurrence_id and not series.master else series


def _sequence(head: Event) -> int:
    """Rises with every change and needs no counter: the seconds from when we first saw the event to its last change.

    The school's own number is no help: many calendars never raise it, and programs then keep the old time.
    """
    return int((last_change(head) - head.first_seen_at).total_seconds())

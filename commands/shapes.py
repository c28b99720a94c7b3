"""Rows as the JSON that scripts rely on. More keys may be added; none is ever renamed.

Times are ISO 8601 with offset: an event's own in the event's zone, all others in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from mirroring.receipts import Receipt
from models.card import Card
from models.center import CalendarEntry, Feed
from models.conversation import Conversation, Message
from models.delivery import Delivery
from models.event import Event, EventText, Occurrence
from models.post import Post
from models.run import Run

Shape = dict[str, Any]


def event(row: Event, texts: Mapping[str, EventText]) -> Shape:
    return {
        **_same(row, "id", "school", "source", "uid"),
        "recurrence_id": _in_zone(row.recurrence_id, row.timezone),
        **_same(row, "title", "description", "location"),
        "starts_at": _in_zone(row.starts_at, row.timezone),
        "ends_at": _in_zone(row.ends_at, row.timezone),
        **_same(row, "all_day", "timezone", "status", "categories", "fingerprint"),
        "texts": {
            language: _same(one, "title", "description", "status", "by") for language, one in sorted(texts.items())
        },
        "series": row.series or None,
        "url": row.url,
        "missing_since": moment(row.missing_since),
    }


def occurrence(row: Occurrence, zone: str) -> Shape:
    """One date of an event, in the event's zone."""
    times = {name: _in_zone(getattr(row, name), zone) for name in ("original_at", "starts_at", "ends_at")}
    return {**_same(row, "id", "event_id"), **times, **_same(row, "all_day", "status")}


def post(row: Post, zone: str, comments: tuple[int, int] | None = None) -> Shape:
    """`zone`: that of the event. `comments`: how many Facebook counts under it, and how many of them we may not see."""
    told, unseen = comments or (None, None)
    return {
        **_same(row, "id", "school", "page", "kind", "event_id"),
        "occurrence_at": _in_zone(row.occurrence_at, zone),
        **_same(row, "languages", "text", "state", "external_id", "permalink", "code"),
        **_times(row, "created_at", "due_at", "sent_at", "approved_at"),
        **_same(row, "approved_by", "under", "reason"),
        "looks_like": row.looks_like or None,
        **_same(row, "adopted_by"),
        "comments_told": told,
        "comments_unseen": unseen,
    }


def calendar_entry(row: CalendarEntry) -> Shape:
    return _same(row, "id", "school", "center", "event_id", "href", "etag", "state", "problem", "conflicts")


def receipt(one: Receipt, zone: str) -> Shape:
    """`zone`: the school's, in which people are told when."""
    times = {"since": _in_zone(one.since, zone), "last_change_at": _in_zone(one.last_change_at, zone)}
    return {**_same(one, "place", "kind", "up_to_date", "note", "link"), **times}


def conversation(row: Conversation, messages: Iterable[Message]) -> Shape:
    return {
        **_same(row, "id", "school", "page", "post_external_id", "comment_external_id"),
        **_same(row, "author_name", "author_external_id", "language", "confidence", "state", "closed_reason"),
        **_same(row, "assignee", "reason"),
        **_times(row, "due_at", "opened_at", "answered_at", "closed_at"),
        "closed_by": row.closed_by,
        "messages": [message(one) for one in messages],
    }


def last_said(shape: Shape) -> str:
    """What the family said last, for a list that people read."""
    received = [one["text"] for one in shape["messages"] if one["direction"] == "received" and not one["removed_at"]]
    return str(received[-1]) if received else ""


def message(row: Message) -> Shape:
    return {
        **_same(row, "id", "direction", "text", "language", "external_id"),
        **_times(row, "created_at"),
        "author": row.author,
        **_times(row, "edited_at", "removed_at", "hidden_at"),
        **_same(row, "state", "permalink", "attachment", "automatic", "machine"),
    }


def delivery(row: Delivery) -> Shape:
    return {
        **_same(row, "id", "school", "kind", "target", "state", "attempts"),
        **_times(row, "next_at"),
        **_same(row, "external_id", "error", "lane"),
        **_times(row, "created_at", "settled_at"),
        "settled_by": row.settled_by,
    }


def run(row: Run) -> Shape:
    return {
        **_same(row, "id", "job", "school"),
        **_times(row, "started_at", "ended_at"),
        **_same(row, "outcome", "counts"),
    }


def card(row: Card) -> Shape:
    return {
        **_same(row, "id", "school", "kind", "subject", "message"),
        **_times(row, "opened_at", "told_at", "closed_at"),
        "closed_by": row.closed_by,
    }


def feed(row: Feed) -> Shape:
    """Without its address, which nobody knows any more once it was shown."""
    return {
        **_same(row, "id", "school", "center", "category"),
        "url": None,
        **_times(row, "revoked_at", "made_at", "fetched_at"),
    }


def moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None


def _in_zone(at: datetime | None, zone: str) -> str | None:
    return at.astimezone(ZoneInfo(zone)).isoformat() if at else None


def _same(row: object, *names: str) -> Shape:
    return {name: getattr(row, name) for name in names}


def _times(row: object, *names: str) -> Shape:
    return {name: moment(getattr(row, name)) for name in names}

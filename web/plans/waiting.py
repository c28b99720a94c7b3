"""What waits for a person, most urgent first. Pure: rows in, lines out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from models.card import Card
from models.delivery import Delivery
from models.event import Event
from models.page import Page
from models.source import Source
from upkeep.cards import BY_HAND

# Families wait behind the first; the last can wait till tomorrow.
RANKS = (
    "paused",
    "token",
    "blocked",
    "delivery",
    "held",
    "missing",
    "double-booking",
    "duplicate",
    "subscription",
    "expiry",
)


@dataclass(frozen=True, slots=True)
class Waits:
    """One thing. `kind` decides how it is shown; `id` is what it is about, `words` what was to be said, if anything was."""

    kind: str
    id: str
    at: datetime
    title: str = ""
    message: str = ""
    words: str = ""
    errand: str = ""  # of a delivery: its kind
    link: str = ""
    when: datetime | None = None  # of an event
    until: datetime | None = None
    difference: Sequence[Mapping[str, str]] = ()
    may_close: bool = False
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class Errand:
    """What a delivery was to say, of which event or family, and where that can be seen."""

    title: str = ""
    words: str = ""
    link: str = ""


def in_order(lines: Iterable[Waits]) -> list[Waits]:
    return sorted(
        lines, key=lambda one: (not one.is_urgent, RANKS.index(one.kind) if one.kind in RANKS else 99, one.at)
    )


def of_deliveries(rows: Sequence[Delivery], errands: Mapping[str, Errand]) -> Iterator[Waits]:
    for row in rows:
        told = errands.get(row.target, Errand())
        yield Waits(
            "delivery", row.id, row.created_at, told.title, row.error, told.words, row.kind, told.link,
            is_urgent=row.urgent,
        )  # fmt: skip


def of_cards(rows: Sequence[Card]) -> Iterator[Waits]:
    """Those of blocked pages are told by `of_pages`, with the way out of it."""
    for row in rows:
        if row.kind != "blocked":
            yield Waits(row.kind, row.id, row.opened_at, row.subject, row.message, may_close=row.kind in BY_HAND)


def of_pages(rows: Sequence[Page]) -> Iterator[Waits]:
    for row in rows:
        if row.blocked_at is not None:
            yield Waits("blocked", row.slug, row.blocked_at, row.slug)


def of_sources(rows: Sequence[Source]) -> Iterator[Waits]:
    """A feed that was released waits for the next reading, and for nobody."""
    for row in rows:
        if row.held_at is not None and not is_released(row):
            yield Waits("held", row.slug, row.held_at, row.slug, row.held_reason, difference=row.held_difference)


def is_released(row: Source) -> bool:
    return bool(row.held_at and row.released_at and row.released_at >= row.held_at)


def of_missing(rows: Sequence[Event]) -> Iterator[Waits]:
    for row in rows:
        yield Waits("missing", row.id, row.missing_since or row.first_seen_at, row.title, when=row.starts_at)


# --- where something stands on Facebook, as people can tell it

_ID = re.compile(r"\d{3,}_\d{3,}")
_NUMBER = re.compile(r"(?:posts|videos|photos|permalink)/(?:[^/?]+/)?(\d{5,})")


def external_id(given: str, page: str, *, is_comment: bool) -> str:
    """The id that an address or an id on Facebook names, "" where none is found. `page`: the Page's own id.

    A comment's address names its post first: `…/posts/1?comment_id=2`.
    """
    given = given.strip()
    parts = urlsplit(given) if "/" in given else urlsplit("")
    asked = parse_qs(parts.query)
    post = next((asked[name][0] for name in ("story_fbid", "fbid") if asked.get(name)), "")
    post = post or (found[1] if (found := _NUMBER.search(parts.path)) else "")
    comment = next((asked[name][0] for name in ("reply_comment_id", "comment_id") if asked.get(name)), "")
    if is_comment and comment.isdigit():
        return f"{post}_{comment}" if post.isdigit() else comment
    if whole := _ID.search(given):
        return whole[0]
    if post.isdigit() and not is_comment:
        return f"{page}_{post}"
    return given if given.isdigit() else ""

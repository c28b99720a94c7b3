"""Reads the Page's own words back, after a restore: its posts, its comments under them, its replies to families."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from connector.errors import Gone, OutsideError
from connector.graph.page import FacebookPage, identity
from connector.graph.values import PageReading, RemoteComment, RemotePost
from models.delivery import Attempt, Delivery
from outbox.kinds import Stands, Unclear
from outbox.ledger import Outbox
from outbox.reply_kind import Reply

_CODE = re.compile(r"/e/([0-9abcdefghjkmnpqrstvwxyz]{10})(?![0-9a-z])")


@dataclass(frozen=True, slots=True)
class Seen:
    """Something by the Page with a code of ours in it; the shape of mirroring.forgotten.Found."""

    external_id: str
    permalink: str
    created_at: datetime
    text: str
    under: str = ""


class Unproven(OutsideError):
    """What was read shows too little to tell what stands there."""


def complete(reading: PageReading, known: Sequence[tuple[str, datetime]]) -> tuple[RemotePost, ...]:
    if not reading.complete:
        raise reading.problem or Unproven("the page could not be read to the end.")
    shown = {identity(one.id) for one in reading.posts}
    if known and not any(identity(one) in shown for one, _ in known):
        raise Unproven("the page shows none of the posts that stood there before.")
    return reading.posts


def comments_since(
    door: FacebookPage, feed: Sequence[RemotePost], open_ones: Sequence[str], since: datetime
) -> dict[str, list[RemoteComment]]:
    """External id of a post -> the Page's own comments under it since then."""
    found = {one.id: _deeper(door, one, since) for one in feed if one.author_id == door.page_id}
    shown = {identity(one.id) for one in feed}
    for external_id in open_ones:
        if identity(external_id) not in shown:
            found[external_id] = _newest(door, external_id, None, since)
    return {id: [one for one in rows if one.author_id == door.page_id] for id, rows in found.items()}


def _deeper(door: FacebookPage, post: RemotePost, since: datetime) -> list[RemoteComment]:
    shown = list(post.comments)
    if post.more_comments is None or (shown and shown[-1].created_at < since):
        return shown
    return shown + _newest(door, post.id, post.more_comments, since)


def _newest(door: FacebookPage, post_id: str, after: str | None, since: datetime) -> list[RemoteComment]:
    found: list[RemoteComment] = []
    walk = door.comments(post_id, after=after)
    try:
        for batch in walk:
            found += batch
            if batch and batch[-1].created_at < since:
                return found
    except Gone:
        return found  # the post was taken down, and what stood under it
    if not walk.complete:
        raise Unproven("the comments of a post could not be read to the end.")
    return found


def answer(outbox: Outbox, door: FacebookPage, delivery: Delivery) -> Stands | None:
    """A reply that was owed may have been sent since; found by its text, as after a lost answer."""
    kind = Reply()
    with outbox.db.read() as session:
        errand = kind.prepare(session, delivery)
    if errand is None:
        return None
    try:
        since = Attempt(school="", delivery_id="", number=0, process="", started_at=delivery.created_at)
        seen = kind.look(door, errand, since)
    except Gone:
        return None  # sending it will tell
    if isinstance(seen, Unclear):
        raise Unproven(f"{seen.why}.")
    return seen if isinstance(seen, Stands) else None


def seen_codes(own: Sequence[RemotePost], comments: Mapping[str, list[RemoteComment]]) -> Iterable[tuple[str, Seen]]:
    """Posts last, and of two with the same code the older one: whoever shares our link comes after it."""
    under = [
        Seen(one.id, one.permalink_url, one.created_at, one.message, id) for id, all in comments.items() for one in all
    ]
    posted = [Seen(one.id, one.permalink_url, one.created_at, one.message) for one in own]
    for rows in (under, posted):
        for one in sorted(rows, key=lambda row: row.created_at, reverse=True):
            yield from ((code, one) for code in _CODE.findall(one.text))

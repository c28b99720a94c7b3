"""Finding our own comment again among those of a post, when nobody knows whether it was made. Reads only."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from connector.errors import Gone
from connector.graph.page import FacebookPage, identity
from connector.graph.values import RemoteComment
from models.conversation import Message
from models.delivery import Attempt
from models.post import Post
from outbox.kinds import Absent, Errand, Look, Stands, Unclear

# Clocks differ a little, ours and Facebook's: look this far before the attempt began.
SLACK = timedelta(minutes=10)


def look_among(door: FacebookPage, errand: Errand, is_it: Callable[[RemoteComment], bool], attempt: Attempt) -> Look:
    """Look for our own comment among the newest of the post, at every level, back to before the attempt.

    At every level, because Facebook keeps two: a reply to a reply hangs under the top comment, not under what it answers.
    """
    walk, seen = door.comments(errand.under), set[str]()
    for batch in walk:
        for comment in batch:
            if is_it(comment) and _may_be_ours(door, comment, errand, attempt):
                return Stands(comment.id)
            seen.add(identity(comment.id))
        if batch and batch[-1].created_at < attempt.started_at - SLACK:
            break
    else:
        if not walk.complete:
            return Unclear("the comments could not be read to the end")
    if not door.comment_exists(errand.to):
        raise Gone("What this answers is no longer on Facebook.")
    if errand.older and not any(identity(one) in seen for one, _ in errand.older):
        return Unclear("the post shows none of the comments that stood there before")
    return Absent()


def _may_be_ours(door: FacebookPage, comment: RemoteComment, errand: Errand, attempt: Attempt) -> bool:
    by_us = comment.author_id in (None, door.page_id)
    fresh = comment.created_at >= attempt.started_at - SLACK
    return by_us and fresh and identity(comment.id) not in errand.taken


def normal(text: str) -> str:
    """Facebook may trim and re-compose what it stores; compare without that."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def comments_under(session: Session, ours: Post | Message, external_id: str) -> tuple[tuple[str, datetime], ...]:
    """The newest comments that we know to stand under a post."""
    query = select(Message.external_id, Message.created_at).where(
        Message.school == ours.school, Message.page == ours.page, Message.post_external_id == external_id,
        col(Message.external_id).is_not(None), col(Message.removed_at).is_(None),
    )  # fmt: skip
    found = session.exec(query.order_by(col(Message.created_at).desc()).limit(5))
    return tuple((str(one), at) for one, at in found if str(one) != external_id)

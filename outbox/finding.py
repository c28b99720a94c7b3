"""Finding what we may have said: what a reading proves, and our own comment among those of a post. Reads only."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from connector.errors import Gone
from connector.graph.page import FacebookPage, identity
from connector.graph.values import RemoteComment, RemotePost
from models.conversation import Message
from models.delivery import Attempt, attempts
from models.erasure import TOMB
from models.page import Page, PagePost
from models.post import Post
from outbox.kinds import Absent, Errand, Look, Stands, Unclear

# Clocks differ a little, ours and Facebook's: look this far before the attempt began.
SLACK = timedelta(minutes=10)
_ENOUGH = 5  # things known to stand: one of them in a reading shows that it is true


def weigh(
    found: Sequence[RemotePost | RemoteComment], seen: Collection[str], older: Collection[str], *, complete: bool
) -> Look:
    """What a reading proves. `found`: what is ours in it; `seen`, `older`: identities that it shows, and that it must show.

    Of several the oldest counts. An empty or short list proves nothing: one of the older ones must be in it.
    """
    if found:
        first, *others = sorted(found, key=lambda one: (one.created_at, one.id))
        return Stands(first.id, first.permalink_url or "", twins=tuple(one.permalink_url or one.id for one in others))
    if not complete:
        return Unclear("it could not be read to the end")
    if older and not any(one in seen for one in older):
        return Unclear("it shows nothing of what stood there before")
    return Absent()


def look_among(door: FacebookPage, errand: Errand, is_it: Callable[[RemoteComment], bool], attempt: Attempt) -> Look:
    """Look for our own comment among the newest of the post, at every level, back to before the attempt.

    At every level, because Facebook keeps two: a reply to a reply hangs under the top comment, not under what it answers.
    """
    walk, seen, found = door.comments(errand.under), set[str](), list[RemoteComment]()
    reached = False
    for batch in walk:
        seen |= {identity(comment.id) for comment in batch}
        found += [one for one in batch if is_it(one) and _may_be_ours(door, one, errand, attempt)]
        reached = bool(batch) and batch[-1].created_at < attempt.started_at - SLACK
        if reached:
            break
    complete = reached or walk.complete
    if not found and complete and not door.comment_exists(errand.to):
        raise Gone("What this answers is no longer on Facebook.")
    return weigh(found, seen, {identity(one) for one, _ in errand.older}, complete=complete)


def _may_be_ours(door: FacebookPage, comment: RemoteComment, errand: Errand, attempt: Attempt) -> bool:
    by_us = comment.author_id in (None, door.page_id)
    fresh = comment.created_at >= attempt.started_at - SLACK
    here = identity(comment.parent_id or "") not in errand.elsewhere
    return by_us and fresh and here and identity(comment.id) not in errand.taken


def normal(text: str) -> str:
    """Facebook may trim and re-compose what it stores; compare without that."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def tried_at(session: Session, school: str, delivery_id: str) -> datetime | None:
    """When the newest attempt began: what a proof of absence must show stood there before that."""
    tries = attempts(session, school, delivery_id)
    return tries[-1].started_at if tries else None


def own_posts(session: Session, school: str, page: str, before: datetime | None) -> tuple[tuple[str, datetime], ...]:
    """The newest of a Page's own posts that we know to stand since before that moment (None: now), by id and time.

    A read that shows none of them proves nothing, whatever newer ones it shows.
    """
    ours = select(Post.external_id, Post.sent_at).where(
        Post.school == school, Post.page == page, Post.state == "sent", col(Post.under).is_(None)
    )
    its_id = select(Page.facebook_id).where(Page.school == school, Page.slug == page)
    seen = select(PagePost.external_id, PagePost.created_at).where(
        PagePost.school == school, PagePost.page == page, col(PagePost.gone_at).is_(None),
        PagePost.author_external_id == session.exec(its_id).one(),
    )  # fmt: skip
    if before is not None:
        ours, seen = ours.where(col(Post.sent_at) < before), seen.where(PagePost.created_at < before)
    found = [*session.exec(ours.order_by(col(Post.sent_at).desc()).limit(_ENOUGH))]
    found += [*session.exec(seen.order_by(col(PagePost.created_at).desc()).limit(_ENOUGH))]
    return tuple((str(one), at) for one, at in found if one and at)


def comments_under(
    session: Session, ours: Post | Message, external_id: str, before: datetime | None
) -> tuple[tuple[str, datetime], ...]:
    """The newest comments that we know to stand under a post since before that moment (None: now)."""
    query = select(Message.external_id, Message.created_at).where(
        Message.school == ours.school, Message.page == ours.page, Message.post_external_id == external_id,
        col(Message.external_id).not_like(f"{TOMB}%"), col(Message.removed_at).is_(None),
    )  # fmt: skip
    if before is not None:
        query = query.where(Message.created_at < before)
    found = session.exec(query.order_by(col(Message.created_at).desc()).limit(_ENOUGH))
    return tuple((str(one), at) for one, at in found if str(one) != external_id)

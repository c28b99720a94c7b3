"""What was read back after a restore, written down: what a row of ours owed stands, and what no row knows is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlmodel import Session, select

from connector.graph.page import identity
from connector.graph.values import RemoteComment, RemotePost
from models.delivery import Delivery, of_target
from models.page import Page, PagePost, page
from models.post import Post, posts
from outbox.deliver import KINDS
from outbox.finding import normal
from outbox.kinds import Stands
from outbox.own_words import Seen, seen_codes


def remember(
    session: Session, row: Page, own: Sequence[RemotePost], comments: Mapping[str, list[RemoteComment]], now: datetime
) -> None:
    ours = {one.code: one for one in posts(session, row.school, row.slug)}
    seen = dict(seen_codes(own, comments))
    unknown = {code: one for code, one in seen.items() if code not in ours}
    for code, post in ours.items():
        if (there := seen.get(code)) is None:
            continue
        if post.external_id is None and not _stands(session, post, there, now):
            unknown[code] = there
        elif post.under is None and identity(there.external_id) == identity(post.external_id or ""):
            _check_words(session, row, post, there, now)
    target = page(session, row.school, row.slug)
    kept = {code: {**asdict(one), "created_at": one.created_at.isoformat()} for code, one in unknown.items()}
    target.standing = {**target.standing, **kept}


def _stands(session: Session, post: Post, seen: Seen, now: datetime) -> bool:
    """What was owed stands. If in other words than ours, its event changed before: the plan takes it up afresh."""
    same = post.under is not None or normal(seen.text) == normal(post.text)
    for one in of_target(session, post.school, post.id):
        if one.state not in ("sent", "superseded", "expired"):
            one.state, one.external_id, one.settled_at, one.error = "sent", seen.external_id, now, ""
    post.withdrawn_at, post.withdrawn_by = None, ""
    post.state = "sent" if same else "waiting"
    if same:
        post.external_id, post.permalink, post.sent_at = seen.external_id, seen.permalink, seen.created_at
    return same


def settle_as_found(session: Session, delivery: Delivery, seen: Stands, now: datetime) -> None:
    query = select(Delivery).where(Delivery.school == delivery.school, Delivery.id == delivery.id)
    row = session.exec(query).one()
    row.state, row.external_id, row.error, row.settled_at = "sent", seen.external_id, "", now
    KINDS[row.kind].done(session, row, seen, now)


def _check_words(session: Session, row: Page, post: Post, seen: Seen, now: datetime) -> None:
    """Edited since, by us: our row must not go on believing that its older words stand there."""
    query = select(PagePost).where(PagePost.school == row.school, PagePost.page == row.slug)
    read = session.exec(query.where(PagePost.external_id == post.external_id)).one_or_none()
    edited = normal(seen.text) != normal(post.text) and (read is None or normal(read.message) != normal(seen.text))
    open_ones = {one.state for one in of_target(session, post.school, post.id)} & {"due", "unsure", "sending"}
    if edited and not open_ones:
        owed = Delivery(
            school=row.school, kind="revise", lane=f"page:{row.slug}", target=post.id, state="due", created_at=now,
            revision=f"restored {now.isoformat()}", next_at=now,
        )  # fmt: skip
        session.add(owed)

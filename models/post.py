"""Posts: what should stand on a page, and what stands."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, func, or_, tuple_
from sqlmodel import Field, Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.columns import json_list, json_map, new_code, new_id, of_school
from models.event import Event


class Post(SQLModel, table=True):
    """An announcement, a reminder, the comment (change, cancellation) under one of them (`under`), or "you said, we did".

    `purpose` makes planning idempotent: what this post is for, once per page. `said` holds the facts it tells (JSON of
    mirroring.facts), so that a change can be told as "was … now …"; of "you said, we did" its sentences by language.
    `code` is its marker: /e/{code} stands in its text.
    """

    id: str = Field(default_factory=lambda: new_id("po"), primary_key=True)
    school: str
    page: str
    kind: str  # announcement | reminder | change | cancellation | you-said
    event_id: str | None = None  # None: "you said, we did" is about no event
    purpose: str
    occurrence_at: datetime | None = None
    under: str | None = None
    languages: list[str] = json_list()
    text: str
    link: str = ""
    code: str = Field(default_factory=new_code, unique=True)
    fingerprint: str
    said: dict[str, Any] = json_map()
    state: str  # draft | waiting | due | sent | withdrawn
    external_id: str | None = None
    permalink: str | None = None
    created_at: datetime
    due_at: datetime
    expires_at: datetime | None = None
    sent_at: datetime | None = None
    approved_at: datetime | None = None
    approved_by: str = ""
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""  # the person who said no; "" = the plan, which may want it again
    reason: str = ""
    looks_like: dict[str, str] = json_map()  # a post made by hand that may say the same: external_id, permalink, text
    adopted_at: datetime | None = None  # a person said: that post by hand is this one; it cannot be edited by us
    adopted_by: str = ""

    __table_args__ = (
        *of_school((["page"], "page"), (["event_id"], "event"), (["under"], "post")),
        UniqueConstraint("school", "page", "purpose"),
        UniqueConstraint("school", "id"),
        Index("ix_post_page", "school", "page", "state"),
        Index("ix_post_external", "school", "page", "external_id"),
        Index("ix_post_event", "school", "event_id"),
    )


def post(session: Session, school: str, post_id: str) -> Post | None:
    return session.exec(select(Post).where(Post.school == school, Post.id == post_id)).one_or_none()


def post_by_code(session: Session, code: str) -> Post | None:
    """The one question that cannot name a school: a family opens a link. The code is unguessable and unique."""
    return session.exec(select(Post).where(Post.code == code)).one_or_none()


def posts_of(session: Session, school: str, event_id: str) -> list[Post]:
    """All that was ever said about one event, oldest first."""
    query = select(Post).where(Post.school == school, Post.event_id == event_id)
    return list(session.exec(query.order_by(col(Post.created_at), col(Post.id))))


def codes(session: Session, school: str, event_ids: Collection[str]) -> dict[str, str]:
    """event id -> the code of its first post, for events that have one."""
    query = select(Post.event_id, Post.code).where(Post.school == school, col(Post.event_id).in_(event_ids))
    newest_first = session.exec(query.order_by(col(Post.created_at).desc(), col(Post.id).desc()))
    return {event_id: code for event_id, code in newest_first if event_id}


def posts(session: Session, school: str, page: str | None = None) -> list[Post]:
    query = select(Post).where(Post.school == school)
    if page is not None:
        query = query.where(Post.page == page)
    return list(session.exec(query.order_by(col(Post.created_at), col(Post.id))))


def posts_that_matter(session: Session, school: str, page: str, over: datetime, since: datetime) -> list[Post]:
    """Oldest first: made after `since`, not sent yet, or about an event that was not over at `over`. Ten years of a page hold
    thousands of others, of which nothing will ever be said again."""
    goes_on = select(Event.id).where(Event.school == school, Event.last_at >= over)
    matters = or_(
        col(Post.created_at) >= since, col(Post.state).in_(("waiting", "due")), col(Post.event_id).in_(goes_on)
    )
    query = select(Post).where(Post.school == school, Post.page == page, matters)
    return list(session.exec(query.order_by(col(Post.created_at), col(Post.id))))


def sent_ids(session: Session, school: str, page: str) -> list[str]:
    """What Facebook calls all that was ever sent to this page."""
    found = session.exec(select(Post.external_id).where(Post.school == school, Post.page == page))
    return [one for one in found if one]


@dataclass(frozen=True, slots=True)
class PostFilter:
    """Which posts of a school: in these states, on this page ("" = all)."""

    states: tuple[str, ...]
    page: str = ""


def newest_posts(session: Session, school: str, wanted: PostFilter, before: str, limit: int) -> list[Post]:
    """Newest first by the time they were for, older than the post `before` ("" = from the newest on)."""
    query = _wanted(school, wanted).order_by(col(Post.due_at).desc(), col(Post.id).desc()).limit(limit)
    last = post(session, school, before) if before else None
    if last is not None:
        query = query.where(tuple_(col(Post.due_at), col(Post.id)) < (last.due_at, last.id))
    return list(session.exec(query))


def newest_of_kind(session: Session, school: str, kind: str, limit: int) -> list[Post]:
    """Newest first by when they were written."""
    query = select(Post).where(Post.school == school, Post.kind == kind)
    return list(session.exec(query.order_by(col(Post.created_at).desc(), col(Post.id)).limit(limit)))


def posts_between(session: Session, school: str, wanted: PostFilter, start: datetime, end: datetime) -> list[Post]:
    """Those whose time is from start (inclusive) to end (exclusive), soonest first."""
    query = _wanted(school, wanted).where(Post.due_at >= start, Post.due_at < end)
    return list(session.exec(query.order_by(col(Post.due_at), col(Post.id))))


def coming_posts(session: Session, school: str, wanted: PostFilter, limit: int) -> list[Post]:
    """Soonest first."""
    query = _wanted(school, wanted).order_by(col(Post.due_at), col(Post.id))
    return list(session.exec(query.limit(limit)))


def count_posts(session: Session, school: str, state: str) -> int:
    query = select(func.count()).select_from(Post).where(Post.school == school, Post.state == state)
    return session.exec(query).one()


def _wanted(school: str, wanted: PostFilter) -> SelectOfScalar[Post]:
    query = select(Post).where(Post.school == school, col(Post.state).in_(wanted.states))
    return query.where(Post.page == wanted.page) if wanted.page else query

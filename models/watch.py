"""What operators watch, over all schools: questions without a school, which give counts, ages, and slugs of pages.

Made for two million messages and five thousand pages: each walks along an index, or over pages, schools and feeds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, and_, func, literal, or_
from sqlmodel import Session, col, select

from models.center import Center
from models.conversation import Conversation, Message
from models.database import table
from models.delivery import Delivery
from models.hint import Hint
from models.page import PROBE_AFTER, Page
from models.run import Run
from models.school import School
from models.source import Source

_MOST = 5_000  # comments of a quarter of an hour that are looked at one by one: the newest


@dataclass(frozen=True, slots=True)
class PageSeen:
    """A page that is on, as far as an operator cares. `usage`: what Facebook last told of its quota."""

    school: str
    slug: str
    token_problem: str
    blocked_at: datetime | None
    parked_until: datetime | None
    read_at: datetime | None
    usage: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FeedSeen:
    held_at: datetime | None
    failing_since: datetime | None
    read_at: datetime | None


def unsettled(session: Session) -> dict[str, int]:
    """state -> how many deliveries something is still to be done about."""
    count = select(Delivery.state, func.count()).group_by(Delivery.state)
    waiting = session.exec(count.where(col(Delivery.state).in_(("due", "unsure", "sending"))))
    found = dict(waiting.all())
    stuck = session.exec(count.where(col(Delivery.state).in_(("needs-person", "failed"))))
    return {**found, **dict(stuck.all())}


def settled(session: Session) -> dict[str, int]:
    """The rest of them. These are all that ever were: ask seldom."""
    over = ("sent", "superseded", "expired", "dropped")
    count = select(Delivery.state, func.count()).where(col(Delivery.state).in_(over))
    return dict(session.exec(count.group_by(Delivery.state)).all())


def open_conversations(session: Session) -> int:
    return session.exec(select(func.count()).select_from(Conversation).where(Conversation.state == "open")).one()


def other_conversations(session: Session) -> dict[str, int]:
    """state -> how many that are not open. These are nearly all that ever were: ask seldom."""
    count = select(Conversation.state, func.count()).where(col(Conversation.state).in_(("waiting", "closed")))
    return dict(session.exec(count.group_by(Conversation.state)).all())


def owed_since(session: Session, now: datetime) -> datetime | None:
    """Since when the delivery that is longest due could have gone, where nothing holds its page or center back."""
    query = (
        select(func.min(Delivery.next_at))
        .join(School, col(School.slug) == Delivery.school)
        .outerjoin(Page, and_(col(Page.school) == Delivery.school, literal("page:") + Page.slug == Delivery.lane))
        .outerjoin(
            Center, and_(col(Center.school) == Delivery.school, literal("center:") + Center.slug == Delivery.lane)
        )
        .where(Delivery.state == "due", Delivery.next_at <= now)
        .where(col(School.off_at).is_(None), col(School.paused_at).is_(None))
        .where(or_(_page_is_open(now), _center_is_open()))
    )
    return session.exec(query).one()


def _page_is_open(now: datetime) -> ColumnElement[bool]:
    """As outbox.lanes decides it, row by row."""
    return and_(
        col(Page.off_at).is_(None), col(Page.token_problem) == "", col(Page.token_kind) == "page",
        or_(col(Page.parked_until).is_(None), col(Page.parked_until) <= now),
        or_(col(Page.blocked_at).is_(None), col(Page.blocked_at) <= now - PROBE_AFTER),
        or_(col(School.resumed_at).is_(None), col(Page.reconciled_at).is_not(None)),
    )  # fmt: skip


def _center_is_open() -> ColumnElement[bool]:
    read_back = or_(col(School.resumed_at).is_(None), col(Center.reconciled_at).is_not(None))
    return and_(col(Center.slug).is_not(None), col(Center.off_at).is_(None), read_back)


def pages_seen(session: Session) -> list[PageSeen]:
    one = table(Page).c
    query = sa.select(*(one[wanted.name] for wanted in fields(PageSeen))).where(one.off_at.is_(None))
    return [PageSeen(*row) for row in session.connection().execute(query)]


def feeds_seen(session: Session) -> list[FeedSeen]:
    query = select(Source.held_at, Source.failing_since, Source.read_at).where(col(Source.off_at).is_(None))
    return [FeedSeen(*row) for row in session.exec(query)]


def lags(session: Session, since: datetime) -> list[float]:
    """Seconds from when a family wrote on Facebook until we read it, for what was first read since then.

    What was written before its page was connected is left out: nobody was late for that.
    """
    same = and_(col(Page.school) == Message.school, col(Page.slug) == Message.page)
    query = (
        select(Message.seen_at, Message.created_at)
        .join(Page, same)
        .where(Message.direction == "received", col(Message.seen_at) >= since)
        .where(Message.created_at >= Page.connected_at)
    )
    newest = session.exec(query.order_by(col(Message.seen_at).desc()).limit(_MOST))
    return [max(0.0, (seen_at - made_at).total_seconds()) for seen_at, made_at in newest if seen_at is not None]


def rounds_since(session: Session, since: datetime) -> dict[str, int]:
    """outcome -> rounds that began since then and did something; "" where one is under way."""
    query = select(Run.outcome, func.count()).where(Run.job == "round", Run.started_at >= since).group_by(Run.outcome)
    return dict(session.exec(query).all())


def round_due_since(session: Session, now: datetime) -> datetime | None:
    """Since when the school that waits longest is due for a round, where several machines share them."""
    query = select(func.min(School.round_at)).where(col(School.off_at).is_(None), col(School.round_at) <= now)
    return session.exec(query).one()


def parcel_waits_since(session: Session) -> datetime | None:
    """Since when the oldest webhook waits that nobody has looked into."""
    return session.exec(select(func.min(Hint.received_at)).where(col(Hint.unpacked_at).is_(None))).one()

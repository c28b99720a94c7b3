"""Deliveries: everything we owe the outside, and each attempt at it.

due -> sending -> sent | unsure | failed | needs-person, with superseded, expired and dropped for what is no longer owed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Index, UniqueConstraint, event, inspect, text
from sqlalchemy.orm import Session as AnySession
from sqlmodel import Field, Session, SQLModel, col, select

from models.columns import json_map, new_id
from models.database import Database

_WAITING = text("state IN ('due', 'unsure', 'sending')")
_STUCK = text("state IN ('needs-person', 'failed')")
log = structlog.get_logger()


class Delivery(SQLModel, table=True):
    """One intended effect outside. `lane` is the page or center it goes to: one delivery at a time per lane.

    `target` is the id of the row that holds what to say (a post, a message, a calendar entry). `revision` is the
    fingerprint of what is owed: the same thing is never owed twice.
    """

    id: str = Field(default_factory=lambda: new_id("de"), primary_key=True)
    school: str = Field(foreign_key="school.slug")
    kind: str  # publish | revise | comment | reply | first-word | private-reply | hide | calendar-put | calendar-delete | subscribe
    lane: str  # "page:<slug>" or "center:<slug>"
    target: str
    revision: str
    state: str
    urgent: bool = False  # a late change goes first
    attempts: int = 0
    created_at: datetime
    next_at: datetime
    expires_at: datetime | None = None
    external_id: str | None = None
    error: str = ""
    settled_at: datetime | None = None
    settled_by: str = ""

    __table_args__ = (
        UniqueConstraint("school", "kind", "target", "revision"),
        UniqueConstraint("school", "id"),
        Index("ix_delivery_due", "school", "state", "next_at"),
        Index("ix_delivery_lane", "school", "lane", "state"),
        Index("ix_delivery_made", "school", "lane", "created_at"),
        Index("ix_delivery_target", "school", "target"),
        Index("ix_delivery_waiting", "next_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_delivery_stuck", "state", sqlite_where=_STUCK, postgresql_where=_STUCK),
    )


class Attempt(SQLModel, table=True):
    """One call. Committed before the socket opens, settled after; what absence was shown is counted here."""

    id: str = Field(default_factory=lambda: new_id("at"), primary_key=True)
    school: str
    delivery_id: str = Field(foreign_key="delivery.id")
    number: int
    process: str
    started_at: datetime
    watermark: str = ""  # the newest thing known to stand there before the call; a proof of absence must show it
    outcome: str = ""  # "" while under way | sent | unsure | refused | blocked (368)
    error: str = ""
    ended_at: datetime | None = None
    absent_reads: int = 0
    absent_since: datetime | None = None
    absent_seen_at: datetime | None = None
    details: dict[str, Any] = json_map()

    __table_args__ = (UniqueConstraint("delivery_id", "number"),)


Hear = Callable[[Session, list[tuple[str, str]]], None]


def hear_of_debts(db: Database, hear: Hear) -> None:
    """`hear` is told, in the transaction itself, in which (school, lane) something is newly owed there, or again."""
    db.told[_OWED] = hear


_OWED, _NEW = "owed", "newly owed"  # of a session's info


@event.listens_for(AnySession, "after_flush")
def _flushed(session: Session, _context: Any) -> None:
    session.info.setdefault(_NEW, []).extend(one for one in session.new if isinstance(one, Delivery))
    hear = session.info.get(_OWED)
    if hear is None:
        return
    rows = [one for one in (*session.new, *session.dirty) if isinstance(one, Delivery) and one.state == "due"]
    lanes = dict.fromkeys((one.school, one.lane) for one in rows if _was(one) not in _ON_ITS_WAY)
    if lanes:
        hear(session, list(lanes))


@event.listens_for(AnySession, "after_commit")
def _tell_new(session: Session) -> None:
    """The first line of a delivery's life. Not at a savepoint, nor of what was rolled back since (that left the session)."""
    if session.in_nested_transaction():
        return
    for row in session.info.pop(_NEW, []):
        if row in session and not session.info.get("rehearsal"):
            log.info("owed", school=row.school, delivery=row.id, lane=row.lane, kind=row.kind, target=row.target)


_ON_ITS_WAY = ("due", "sending", "unsure")  # whoever works in its lane knows


def _was(row: Delivery) -> str:
    """The state it had before; "" for a new one."""
    state = inspect(row)
    before = state.attrs.state.history.deleted
    return str(before[0]) if before else "" if state.pending or not state.has_identity else row.state


def delivery(session: Session, school: str, delivery_id: str) -> Delivery | None:
    return session.exec(select(Delivery).where(Delivery.school == school, Delivery.id == delivery_id)).one_or_none()


def deliveries(session: Session, school: str) -> list[Delivery]:
    query = select(Delivery).where(Delivery.school == school)
    return list(session.exec(query.order_by(col(Delivery.created_at), col(Delivery.id))))


def of_target(session: Session, school: str, target: str, *, hold: bool = False) -> list[Delivery]:
    """`hold`: as they are now, and nobody else changes them before this transaction ends."""
    query = select(Delivery).where(Delivery.school == school, Delivery.target == target)
    if hold:
        query = query.with_for_update().execution_options(populate_existing=True)
    return list(session.exec(query.order_by(col(Delivery.created_at), col(Delivery.id))))


def first_due(session: Session, school: str, lane: str, now: datetime, tried: Collection[str] = ()) -> Delivery | None:
    """What may be tried next in a lane, but for those `tried`: urgent first, then the oldest debt."""
    query = select(Delivery.id).where(
        Delivery.school == school, Delivery.lane == lane, Delivery.state == "due", Delivery.next_at <= now
    )
    query = query.order_by(col(Delivery.urgent).desc(), col(Delivery.created_at), col(Delivery.id))
    ids = session.exec(query.limit(len(tried) + 1))  # one of so many was not tried; a lane may owe thousands
    found = next((id for id in ids if id not in tried), None)
    return delivery(session, school, found) if found else None


def in_state(session: Session, school: str, *states: str, lane: str | None = None) -> list[Delivery]:
    query = select(Delivery).where(Delivery.school == school, col(Delivery.state).in_(states))
    if lane is not None:
        query = query.where(Delivery.lane == lane)
    return list(session.exec(query.order_by(col(Delivery.created_at), col(Delivery.id))))


def in_lane(session: Session, row: Delivery) -> list[Delivery]:
    """The other deliveries of its lane that a call may be under way for."""
    query = select(Delivery).where(
        Delivery.school == row.school, Delivery.lane == row.lane, Delivery.state == "sending", Delivery.id != row.id
    )
    return list(session.exec(query))


def attempts(session: Session, school: str, delivery_id: str) -> list[Attempt]:
    query = select(Attempt).where(Attempt.school == school, Attempt.delivery_id == delivery_id)
    return list(session.exec(query.order_by(col(Attempt.number))))

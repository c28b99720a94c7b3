"""Promises: "I'll find out by Thursday", with a day and an owner. They outlive the conversation's closing."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field, Session, SQLModel, col, select

from models.columns import new_id, of_school


class Promise(SQLModel, table=True):
    """What somebody told a family they would do. Open until kept, or let go with a reason."""

    id: str = Field(default_factory=lambda: new_id("pr"), primary_key=True)
    school: str
    conversation_id: str
    what: str
    due_on: date  # the school's day
    owner: str  # email
    made_by: str
    made_at: datetime
    kept_at: datetime | None = None
    kept_by: str = ""
    dropped_at: datetime | None = None
    dropped_by: str = ""
    dropped_because: str = ""

    __table_args__ = (
        *of_school((["conversation_id"], "conversation")),
        Index("ix_promise_open", "school", "kept_at", "dropped_at", "due_on"),
        Index("ix_promise_conversation", "school", "conversation_id"),
    )


def promise(session: Session, school: str, promise_id: str) -> Promise | None:
    return session.exec(select(Promise).where(Promise.school == school, Promise.id == promise_id)).one_or_none()


def promises_of(session: Session, school: str, conversation_id: str) -> list[Promise]:
    """All of a conversation, the one that is due first before the others."""
    query = select(Promise).where(Promise.school == school, Promise.conversation_id == conversation_id)
    return list(session.exec(query.order_by(col(Promise.due_on), col(Promise.id))))


def open_promises(session: Session, school: str) -> list[Promise]:
    """Neither kept nor let go, the one that is due first before the others."""
    query = select(Promise).where(
        Promise.school == school, col(Promise.kept_at).is_(None), col(Promise.dropped_at).is_(None)
    )
    return list(session.exec(query.order_by(col(Promise.due_on), col(Promise.id))))

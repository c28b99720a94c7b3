"""Words that are not sent yet: a person's draft of an answer, one that an event's change suggests, and saved replies."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from models.columns import json_map, new_id, of_school


class Draft(SQLModel, table=True):
    """One person's unsent answer to a conversation. `email` "": suggested to whoever answers, `because` says why."""

    id: str = Field(default_factory=lambda: new_id("dr"), primary_key=True)
    school: str
    conversation_id: str
    email: str = ""
    text: str
    because: str = ""
    about: str = ""  # of a suggested one: the id of the post that tells families the change
    machine: dict[str, Any] = (
        json_map()
    )  # to be sent in another language: {"translation": its id, "text": as it stands now}
    updated_at: datetime

    __table_args__ = (
        *of_school((["conversation_id"], "conversation")),
        UniqueConstraint("school", "conversation_id", "email"),
    )


class SavedReply(SQLModel, table=True):
    """Words that a school says often, in one language. Its fields, like {event}, {when}, {where}, {link}, are filled in."""

    __tablename__ = "saved_reply"

    id: str = Field(default_factory=lambda: new_id("sr"), primary_key=True)
    school: str = Field(foreign_key="school.slug")
    language: str
    title: str
    text: str
    made_by: str
    made_at: datetime
    off_at: datetime | None = None

    __table_args__ = (Index("ix_saved_reply", "school", "language"),)


def drafts_of(session: Session, school: str, conversation_id: str) -> dict[str, Draft]:
    """email -> their draft; "" -> the one that was suggested."""
    query = select(Draft).where(Draft.school == school, Draft.conversation_id == conversation_id)
    return {row.email: row for row in session.exec(query)}


def saved_replies(session: Session, school: str) -> list[SavedReply]:
    """Those that are on, by language and title."""
    query = select(SavedReply).where(SavedReply.school == school, col(SavedReply.off_at).is_(None))
    return list(session.exec(query.order_by(col(SavedReply.language), col(SavedReply.title), col(SavedReply.id))))

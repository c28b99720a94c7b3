"""Machine translations, beside the words they were made of; never instead of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, SQLModel, select

from models.columns import new_id, of_school


class Translation(SQLModel, table=True):
    """What a machine made of a family's message, or of an answer that is being written (`message_id` ""), kept so that the same
    words leave the house once."""

    id: str = Field(default_factory=lambda: new_id("tr"), primary_key=True)
    school: str
    conversation_id: str
    message_id: str = ""
    digest: str  # of the words that were translated: an edited message is translated anew
    source: str  # as the provider told it
    target: str
    provider: str
    text: str = ""
    state: str  # asked | made | failed
    problem: str = ""
    asked_by: str  # email
    asked_at: datetime
    made_at: datetime | None = None

    __table_args__ = (
        *of_school((["conversation_id"], "conversation")),
        UniqueConstraint("school", "conversation_id", "message_id", "digest", "target", "provider"),
    )


def translations(session: Session, school: str, conversation_id: str) -> list[Translation]:
    """All that a machine was asked for in one conversation."""
    query = select(Translation).where(Translation.school == school, Translation.conversation_id == conversation_id)
    return list(session.exec(query))

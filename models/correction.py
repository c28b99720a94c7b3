"""What people said about guesses: the labelled data of a school, and what is known of a family for the next time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, Session, SQLModel, col, select

from models.columns import json_map, new_id, of_school


class Correction(SQLModel, table=True):
    """A person said which language one message is in, whatever had been guessed (also when that was right).

    The words stay with the message alone: who is erased takes them out of the labelled data, too.
    """

    id: str = Field(default_factory=lambda: new_id("lc"), primary_key=True)
    school: str
    conversation_id: str
    message_id: str
    guessed: str  # "und" = it was unsure
    confidence: float
    engines: dict[str, str] = json_map()  # name -> version of those that had guessed
    said: str
    by: str  # email
    at: datetime

    __table_args__ = (
        *of_school((["conversation_id"], "conversation"), (["message_id"], "message")),
        Index("ix_correction_conversation", "school", "conversation_id"),
        Index("ix_correction_message", "school", "message_id"),
    )


def corrections_of(session: Session, school: str, conversation_id: str) -> list[Correction]:
    """The oldest first."""
    query = select(Correction).where(Correction.school == school, Correction.conversation_id == conversation_id)
    return list(session.exec(query.order_by(col(Correction.at), col(Correction.id))))

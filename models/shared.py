"""What staff marked as good to tell everybody: "You said, we did", without names."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from models.columns import new_id, of_school


class Shared(SQLModel, table=True):
    """One closed conversation in two sentences of staff's own, no names in them. `told_in`: the draft that took it up."""

    id: str = Field(default_factory=lambda: new_id("sh"), primary_key=True)
    school: str
    conversation_id: str
    you_said: str
    we_did: str
    by: str  # email
    at: datetime
    told_in: str = ""
    off_at: datetime | None = None  # somebody took it back

    __table_args__ = (
        *of_school((["conversation_id"], "conversation")),
        UniqueConstraint("school", "conversation_id"),
        Index("ix_shared_at", "school", "at"),
    )


def shared(session: Session, school: str) -> list[Shared]:
    """What may be told, the newest first."""
    query = select(Shared).where(Shared.school == school, col(Shared.off_at).is_(None))
    return list(session.exec(query.order_by(col(Shared.at).desc(), col(Shared.id))))

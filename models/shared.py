"""What staff marked as good to tell everybody: "You said, we did", without names."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, or_
from sqlmodel import Field, Session, SQLModel, col, select

from models.columns import json_map, new_id, of_school
from models.post import Post


class Shared(SQLModel, table=True):
    """One closed conversation in two sentences of staff's own, no names in them. `told_in`: the post that took it up."""

    id: str = Field(default_factory=lambda: new_id("sh"), primary_key=True)
    school: str
    conversation_id: str
    language: str  # the two sentences are in; BCP 47
    you_said: str
    we_did: str
    in_others: dict[str, list[str]] = json_map()  # language -> the two sentences, as a person typed them
    by: str  # email
    at: datetime
    told_in: str = ""
    off_at: datetime | None = None  # somebody took it back

    __table_args__ = (
        *of_school((["conversation_id"], "conversation")),
        UniqueConstraint("school", "conversation_id"),
        Index("ix_shared_at", "school", "at"),
    )


def shared_of(session: Session, school: str, conversation_id: str) -> Shared | None:
    """What was written about one conversation, taken back or not."""
    query = select(Shared).where(Shared.school == school, Shared.conversation_id == conversation_id)
    return session.exec(query).one_or_none()


def untold(session: Session, school: str) -> list[Shared]:
    """What may be told and stands in no post, nor in a draft of one, the newest first. A draft that somebody said no to is none."""
    query = select(Shared).outerjoin(Post, (col(Post.school) == Shared.school) & (col(Post.id) == Shared.told_in))
    free = or_(col(Shared.told_in) == "", col(Post.id).is_(None), col(Post.state) == "withdrawn")
    query = query.where(Shared.school == school, col(Shared.off_at).is_(None), free)
    return list(session.exec(query.order_by(col(Shared.at).desc(), col(Shared.id))))


def these(session: Session, school: str, ids: Collection[str]) -> list[Shared]:
    """Those of these ids that are of this school, oldest first."""
    query = select(Shared).where(Shared.school == school, col(Shared.id).in_(ids))
    return list(session.exec(query.order_by(col(Shared.at), col(Shared.id))))

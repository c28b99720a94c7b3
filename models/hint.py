"""Hints: what Facebook's webhooks say. Kept as they came, and only ever used as a reason to read."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from models.columns import new_id, of_school


class Hint(SQLModel, table=True):
    """One signed parcel, byte for byte. It names no school: one app's parcel may speak of many pages.

    `digest` is SHA-256 of the body: a parcel that comes again is the same hint.
    """

    id: str = Field(default_factory=lambda: new_id("hi"), primary_key=True)
    digest: str = Field(unique=True)
    body: bytes
    received_at: datetime
    unpacked_at: datetime | None = Field(default=None, index=True)


class HintedPost(SQLModel, table=True):
    """A post of one page under which something happened, as a hint says. Gone once the post was read after that."""

    __tablename__ = "hinted_post"

    school: str = Field(primary_key=True)
    page: str = Field(primary_key=True)
    external_id: str = Field(primary_key=True)
    hinted_at: datetime

    __table_args__ = (*of_school((["page"], "page")),)


def packed(session: Session, limit: int = 500) -> list[Hint]:
    """Hints that nobody has looked into yet, oldest first: a question without a school, see Hint."""
    query = select(Hint).where(col(Hint.unpacked_at).is_(None)).order_by(col(Hint.received_at), col(Hint.id))
    return list(session.exec(query.limit(limit)))


def hinted_posts(session: Session, school: str, page: str) -> list[HintedPost]:
    query = select(HintedPost).where(HintedPost.school == school, HintedPost.page == page)
    return list(session.exec(query.order_by(col(HintedPost.hinted_at), col(HintedPost.external_id))))

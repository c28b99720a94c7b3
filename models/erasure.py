"""Wishes of people to be forgotten: asked by one person of the school, done after a second one's word."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, Session, SQLModel, col, select

from models.columns import json_map, new_id


class Erasure(SQLModel, table=True):
    """One wish. Once it is done, `person` is only a digest: the row proves that it was done, and names nobody."""

    id: str = Field(default_factory=lambda: new_id("er"), primary_key=True)
    school: str = Field(foreign_key="school.slug")
    person: str  # Facebook's id of the person, or "conversation:<id>" of somebody nameless; done: its digest
    asked_by: str
    asked_at: datetime
    why: str = ""
    confirmed_by: str = ""
    done_at: datetime | None = None
    refused_by: str = ""
    refused_at: datetime | None = None
    counts: dict[str, Any] = json_map()  # what was removed, by kind

    __table_args__ = (Index("ix_erasure_person", "school", "person"),)


def erasure(session: Session, school: str, erasure_id: str) -> Erasure | None:
    return session.exec(select(Erasure).where(Erasure.school == school, Erasure.id == erasure_id)).one_or_none()


def open_erasures(session: Session, school: str) -> list[Erasure]:
    query = select(Erasure).where(
        Erasure.school == school, col(Erasure.done_at).is_(None), col(Erasure.refused_at).is_(None)
    )
    return list(session.exec(query.order_by(col(Erasure.asked_at), col(Erasure.id))))

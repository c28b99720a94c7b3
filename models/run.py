"""Runs: that a job ran, when, and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, Session, SQLModel, col, select

from models.columns import json_map, new_id


class Run(SQLModel, table=True):
    """One run of one job for one school. `outcome`: ok | partly | failed; "" while it runs."""

    id: str = Field(default_factory=lambda: new_id("ru"), primary_key=True)
    job: str
    school: str = Field(foreign_key="school.slug")
    started_at: datetime
    ended_at: datetime | None = None
    outcome: str = ""
    counts: dict[str, Any] = json_map()

    __table_args__ = (Index("ix_run_recent", "school", "started_at"), Index("ix_run_when", "started_at"))


def runs(session: Session, school: str, limit: int = 200) -> list[Run]:
    """The newest runs, oldest of them first."""
    query = select(Run).where(Run.school == school).order_by(col(Run.started_at).desc(), col(Run.id)).limit(limit)
    return list(reversed(session.exec(query).all()))


def last_end(session: Session, school: str) -> datetime | None:
    """When the last run of a school ended, by the clock of then."""
    query = select(Run.ended_at).where(Run.school == school, col(Run.ended_at).is_not(None))
    return session.exec(query.order_by(col(Run.started_at).desc()).limit(1)).first()

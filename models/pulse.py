"""Pulses: which processes of this program live, where several share one database. One row each, of no school."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlmodel import Field, Session, SQLModel, col, delete, select

from models.database import upsert

EVERY = timedelta(seconds=15)
ALIVE = timedelta(seconds=60)  # a pulse this old is one of the living: machines' clocks differ, too
_KEPT = timedelta(days=1)


class Pulse(SQLModel, table=True):
    """`host` is the machine's or container's name: whoever asks there asks about its own processes."""

    process: str = Field(primary_key=True)
    role: str  # web | worker | clock
    host: str
    started_at: datetime
    beat_at: datetime


def beat(session: Session, row: Pulse, now: datetime) -> None:
    upsert(session, Pulse, [{**row.model_dump(), "beat_at": now}], key=["process"], update=["role", "host", "beat_at"])


def no_more(session: Session, process: str, now: datetime) -> None:
    """It ended as it was asked to; and who died long ago is forgotten."""
    session.exec(delete(Pulse).where((col(Pulse.process) == process) | (col(Pulse.beat_at) < now - _KEPT)))


def pulses(session: Session, host: str | None = None) -> list[Pulse]:
    """Of all processes that did not say goodbye, or of those on one host."""
    query = select(Pulse).order_by(Pulse.role, Pulse.process)
    return list(session.exec(query.where(Pulse.host == host) if host is not None else query))


def is_alive(row: Pulse, now: datetime) -> bool:
    return abs(now - row.beat_at) <= ALIVE


def newest(rows: Iterable[Pulse], role: str) -> datetime | None:
    return max((row.beat_at for row in rows if row.role == role), default=None)

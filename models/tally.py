"""Tallies: numbers that only grow, kept as they grow, since counting millions of rows at every look would be dear."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, text
from sqlmodel import Field, Session, SQLModel, col, select

from models.conversation import Message

COMMENTS = "comments"  # families', by the language that they were first taken for
SETTLED = timedelta(minutes=2)  # a transaction that began to write before this is over, on whatever machine
_LOCK = 7_202_612


class Tally(SQLModel, table=True):
    """`until`: up to which moment rows are counted in it; for one name the latest of its rows counts."""

    name: str = Field(primary_key=True)
    label: str = Field(primary_key=True)
    number: int = 0
    until: datetime


def tallies(session: Session, name: str) -> dict[str, int]:
    """label -> number, over all schools: counts only."""
    return {row.label: row.number for row in session.exec(select(Tally).where(Tally.name == name))}


def uncounted(session: Session, now: datetime) -> dict[str, int]:
    """language -> comments that were seen since the last count, over all schools: a step along ix_message_seen."""
    since = session.exec(select(func.max(Tally.until)).where(Tally.name == COMMENTS)).one()
    fresh = select(Message.language, func.count()).where(
        Message.direction == "received", col(Message.seen_at) <= now - SETTLED
    )
    if since is not None:
        fresh = fresh.where(col(Message.seen_at) > since)
    return dict(session.exec(fresh.group_by(Message.language)).all())


def count_on(session: Session, now: datetime) -> None:
    """Adds them. One process at a time; what is erased later was heard all the same, and stays counted."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    for language, number in sorted(uncounted(session, now).items()):
        row = session.get(Tally, (COMMENTS, language)) or Tally(name=COMMENTS, label=language, until=now)
        row.number, row.until = row.number + number, now - SETTLED
        session.add(row)

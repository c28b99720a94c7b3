"""What each person wants to be told, by which way, and what they were told already."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, Session, SQLModel, col, select

from models.columns import json_list

MOMENTS = ("assigned", "overdue", "daily-digest", "token-died", "late-cancellation")


class NoticeChoice(SQLModel, table=True):
    """One person's choice at one school. Without a row: what `DEFAULT` of upkeep.telling says."""

    __tablename__ = "notice_choice"

    school: str = Field(primary_key=True, foreign_key="school.slug")
    email: str = Field(primary_key=True)
    channel_sealed: str = ""  # an Apprise address; "" = mail to their own address, by the school's mail server
    moments: list[str] = json_list()  # of MOMENTS
    changed_at: datetime
    test_asked_at: datetime | None = None  # they want to see whether the channel works; the clock sends it
    tested_at: datetime | None = None
    test_problem: str = ""  # why the last test did not leave, "" when it did


class NoticeSent(SQLModel, table=True):
    """That a person was told about one moment, so that they are told once."""

    __tablename__ = "notice_sent"

    school: str = Field(primary_key=True, foreign_key="school.slug")
    email: str = Field(primary_key=True)
    moment: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)  # the id it was about, or the day of a digest
    sent_at: datetime

    __table_args__ = (Index("ix_notice_sent_when", "school", "sent_at"),)


def choices(session: Session, school: str) -> dict[str, NoticeChoice]:
    """email -> what they chose."""
    return {row.email: row for row in session.exec(select(NoticeChoice).where(NoticeChoice.school == school))}


def choice(session: Session, school: str, email: str) -> NoticeChoice | None:
    return session.get(NoticeChoice, (school, email))


def told_since(session: Session, school: str, since: datetime) -> dict[tuple[str, str, str], datetime]:
    """(email, moment, subject) -> when they were told."""
    query = select(NoticeSent).where(NoticeSent.school == school, col(NoticeSent.sent_at) >= since)
    return {(row.email, row.moment, row.subject): row.sent_at for row in session.exec(query)}

"""What each person wants to be told, by which way, and what they were told already."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, select

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


class NoticeSent(SQLModel, table=True):
    """That a person was told about one moment, so that they are told once."""

    __tablename__ = "notice_sent"

    school: str = Field(primary_key=True, foreign_key="school.slug")
    email: str = Field(primary_key=True)
    moment: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)  # the id it was about, or the day of a digest
    sent_at: datetime


def choices(session: Session, school: str) -> dict[str, NoticeChoice]:
    """email -> what they chose."""
    return {row.email: row for row in session.exec(select(NoticeChoice).where(NoticeChoice.school == school))}

"""A school's own words that make a comment urgent, and shipped ones that it switched off."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, select


class UrgentWord(SQLModel, table=True):
    """`phrase` in one language. With `is_on` False: a shipped one that this school does not want."""

    __tablename__ = "urgent_word"

    school: str = Field(primary_key=True, foreign_key="school.slug")
    language: str = Field(primary_key=True)
    phrase: str = Field(primary_key=True)
    kind: str  # one of config.urgent
    is_on: bool = True
    changed_by: str
    changed_at: datetime


def urgent_words(session: Session, school: str) -> list[UrgentWord]:
    query = select(UrgentWord).where(UrgentWord.school == school)
    return list(session.exec(query.order_by(UrgentWord.language, UrgentWord.phrase)))

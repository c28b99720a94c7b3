"""What a school switched on: nothing of it is on by itself. Who looks after what is urgent and what nobody can read."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, select


class SwitchedOn(SQLModel, table=True):
    """One school's choices. Without a row: all off, and the fallback looks after what is urgent or in nobody's language."""

    __tablename__ = "switched_on"

    school: str = Field(primary_key=True, foreign_key="school.slug")
    urgent_person: str = ""  # email, "" = the fallback
    no_speaker_person: str = ""  # email, "" = the fallback
    no_speaker_by: str = ""  # who chose that: "site" (a site file) or an email
    acknowledges_since: datetime | None = None  # a first word in the writer's language; None = off
    acknowledged_by: str = ""  # email of the person whom the first word names
    translates_with: str = ""  # libretranslate | deepl | google, "" = nothing leaves the house
    translate_url: str = ""
    translate_key_sealed: str = ""
    changed_by: str = ""
    changed_at: datetime


class FirstWord(SQLModel, table=True):
    """The first word to a family in one language, as a person of the school approved it. {name} and {time} are filled in."""

    __tablename__ = "first_word"

    school: str = Field(primary_key=True, foreign_key="school.slug")
    language: str = Field(primary_key=True)
    text: str
    approved_by: str
    approved_at: datetime


def switched_on(session: Session, school: str) -> SwitchedOn | None:
    return session.get(SwitchedOn, school)


def first_words(session: Session, school: str) -> dict[str, FirstWord]:
    """language -> the words that were approved."""
    return {row.language: row for row in session.exec(select(FirstWord).where(FirstWord.school == school))}

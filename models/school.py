"""Schools and the groups that speak for them."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, select

from models.columns import json_list


class School(SQLModel, table=True):
    """One school: the wall around all its rows. `languages` are those families speak, the school's own first."""

    slug: str = Field(primary_key=True)
    name: str
    timezone: str
    languages: list[str] = json_list()
    hours: str = "Mon-Fri 08:00-16:00"
    closed: list[str] = json_list()
    respond_within: str = "1d"
    fallback: str
    loaded_at: datetime
    off_at: datetime | None = None
    round_at: datetime | None = None  # when its next round is, several machines together; None = now
    paused_at: datetime | None = None  # a restored or copied database: nothing is sent until an owner says resume
    paused_because: str = ""
    resumed_at: datetime | None = None
    resumed_by: str = ""

    def must_read_back(self, reconciled_at: datetime | None) -> bool:
        """Was this page or center not read back since the database was restored or copied? Then nothing is sent there."""
        return reconciled_at is None and (self.paused_at is not None or self.resumed_at is not None)


class Group(SQLModel, table=True):
    """Who speaks: a PTA, a parent support group, a leadership team, a coalition."""

    __tablename__ = "group"

    school: str = Field(primary_key=True, foreign_key="school.slug")
    slug: str = Field(primary_key=True)
    kind: str
    name: str
    off_at: datetime | None = None


def schools(session: Session, only: str | None = None) -> list[School]:
    """The schools that are on, or the one named (None of that name: an empty list)."""
    query = select(School).where(School.off_at == None).order_by(School.slug)  # noqa: E711
    return list(session.exec(query.where(School.slug == only) if only else query))


def school_named(session: Session, slug: str) -> School:
    """As it stands now, also when it is off."""
    return session.exec(select(School).where(School.slug == slug).execution_options(populate_existing=True)).one()


def groups(session: Session, school: str) -> dict[str, Group]:
    return {row.slug: row for row in session.exec(select(Group).where(Group.school == school))}

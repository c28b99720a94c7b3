"""People who sign in: owners, volunteers, staff, people of a center."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, select

from models.columns import json_list, json_map


class StaffMember(SQLModel, table=True):
    """One person at one school. `made_by` "site": a site file names them, and only then may a site file touch them."""

    __tablename__ = "staff_member"

    school: str = Field(primary_key=True, foreign_key="school.slug")
    email: str = Field(primary_key=True)
    name: str
    role: str  # owner | volunteer | staff | center
    languages: list[str] = json_list()
    hours: str = ""  # "" = the school's
    daily_limit: int = 20
    language_hours: dict[str, float] = json_map()  # tag -> hours a week for families in it; {} = all working hours, any
    center: str = ""
    made_by: str  # site | person
    off_at: datetime | None = None
    ends_at: datetime | None = None  # from when on they are off by themselves: volunteers change every year


def staff(session: Session, school: str) -> list[StaffMember]:
    """The people of a school who are on."""
    query = select(StaffMember).where(StaffMember.school == school, StaffMember.off_at == None)  # noqa: E711
    return list(session.exec(query.order_by(StaffMember.email)))


def member(session: Session, school: str, email: str) -> StaffMember | None:
    query = select(StaffMember).where(
        StaffMember.school == school,
        StaffMember.email == email.strip().lower(),
        StaffMember.off_at == None,  # noqa: E711
    )
    return session.exec(query).one_or_none()


def everybody(session: Session, school: str) -> list[tuple[str, str, str, datetime | None]]:
    """(email, name, role, off since when) of all who ever were there, so that what they did still has a name. By name."""
    query = select(StaffMember.email, StaffMember.name, StaffMember.role, StaffMember.off_at)
    return list(session.exec(query.where(StaffMember.school == school).order_by(StaffMember.name, StaffMember.email)))

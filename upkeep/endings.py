"""Whose time at a school is over is switched off by itself: volunteers change every year."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from models.audit import note
from models.database import Database
from models.staff import StaffMember


def switch_off_ended(db: Database, school: str, now: datetime) -> list[str]:
    """The emails of those who are off now. Where nobody's time has ended nothing is written."""
    with db.read() as session:
        if not _ended(session, school, now):
            return []
    with db.write() as session:
        rows = _ended(session, school, now)
        for row in rows:
            row.off_at = now
            session.add(row)
            note(session, school, now, "", "person off", row.email, why="Their time here has ended.")
        return [row.email for row in rows]


def _ended(session: Session, school: str, now: datetime) -> list[StaffMember]:
    query = select(StaffMember).where(
        StaffMember.school == school, col(StaffMember.off_at).is_(None), col(StaffMember.ends_at) <= now
    )
    return list(session.exec(query.order_by(StaffMember.email)))

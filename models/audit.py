"""Who did what, when and why: only ever added to. The database itself refuses changes and removals (migration 0004).

No words of a family stand here, only ids: an erased person leaves nothing behind in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Index, and_, or_, update
from sqlmodel import Field, Session, SQLModel, col, select

from models.columns import json_map, new_id
from models.wall import as_owner

REDACTED = "(erased)"


class Audit(SQLModel, table=True):
    """One thing that a person did. `what` is a verb with its noun ("reply", "hide message", "export")."""

    id: str = Field(default_factory=lambda: new_id("au"), primary_key=True)
    school: str = Field(foreign_key="school.slug")
    at: datetime
    by: str  # an email; "" = the command line without a name
    what: str
    subject: str  # the id or slug of what it was done to
    why: str = ""
    details: dict[str, Any] = json_map()

    __table_args__ = (
        Index("ix_audit_when", "school", "at", "id"),
        Index("ix_audit_subject", "school", "subject", "at"),
    )


def note(
    session: Session, school: str, now: datetime, by: str, what: str, subject: str, why: str = "", **details: Any
) -> None:
    """In the transaction of what is done, so that one is never without the other."""
    session.add(Audit(school=school, at=now, by=by, what=what, subject=subject, why=why, details=details))


def of_subject(session: Session, school: str, subject: str) -> list[Audit]:
    query = select(Audit).where(Audit.school == school, Audit.subject == subject)
    return list(session.exec(query.order_by(col(Audit.at), col(Audit.id))))


def pages_of(
    session: Session,
    school: str,
    limit: int,
    *,
    by: str = "",
    subject: str = "",
    before: tuple[datetime, str] | None = None,
) -> list[Audit]:
    """The newest first; `before`: those after the one of this time and id, by which a page ended."""
    query = select(Audit).where(Audit.school == school)
    if by:
        query = query.where(Audit.by == by)
    if subject:
        query = query.where(Audit.subject == subject)
    if before:
        at, id = before
        query = query.where(or_(col(Audit.at) < at, and_(col(Audit.at) == at, col(Audit.id) < id)))
    return list(session.exec(query.order_by(col(Audit.at).desc(), col(Audit.id).desc()).limit(limit)))


def redact(session: Session, school: str, ids: Collection[str]) -> None:
    """Takes the typed reasons out of these rows: of an erased person only. Who did what and when stays."""
    if not ids:
        return
    session.flush()
    with replaced(session.connection()):
        statement = update(Audit).where(col(Audit.school) == school, col(Audit.id).in_(ids))
        session.execute(statement.values(why=REDACTED, details={}))


@contextmanager
def replaced(connection: Connection) -> Iterator[None]:
    """While a restore puts another database's rows in place of all of ours, the audit may be emptied; so may a reason
    that names somebody who is erased.
    """
    if connection.dialect.name == "postgresql":
        with as_owner(connection):
            connection.exec_driver_sql("ALTER TABLE audit DISABLE TRIGGER USER")
        yield
        with as_owner(connection):
            connection.exec_driver_sql("ALTER TABLE audit ENABLE TRIGGER USER")
        return
    known = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'"
    triggers = connection.exec_driver_sql(known).all()
    for name, _ in triggers:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _, statement in triggers:
        connection.exec_driver_sql(statement)

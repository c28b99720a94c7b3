"""The second wall between schools: on PostgreSQL the database itself shows a session its own school only.

A session says at its beginning how far it reaches: one school, everywhere, or nowhere. It holds for one transaction, so
that nothing of it is left in a connection that others get next. See docs/the-wall.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session as AnySession

EVERYWHERE = "*"  # no slug is like it
NOWHERE = ""
ROLE = "pta_bridge_walled"

_REACH = "(SELECT current_setting('bridge.school', true))"  # asked once a statement, not once a row
_LEAVE = text("SELECT set_config('bridge.school', :reach, true), set_config('role', 'none', true)")
# Superusers, and whoever bypasses row security, see over any wall: as this role they do not.
_ENTER = text(
    f"""SELECT set_config('bridge.school', :reach, true),
    CASE WHEN pg_has_role(to_regrole('{ROLE}')::oid, 'MEMBER') THEN set_config('role', '{ROLE}', true) END"""
)


# --- a session's reach


@event.listens_for(AnySession, "after_begin")
def _begun(session: AnySession, transaction: Any, connection: Connection) -> None:
    if "reach" in session.info and not transaction.nested and connection.dialect.name == "postgresql":
        reach = session.info["reach"]
        connection.execute(_LEAVE if reach == EVERYWHERE else _ENTER, {"reach": reach})


@contextmanager
def as_owner(connection: Connection) -> Iterator[None]:
    """For the little that only the owner of the tables may do. What may be seen stays as it is for whoever owns them."""
    role = connection.scalar(text("SELECT current_setting('role')"))
    connection.execute(text("SELECT set_config('role', 'none', true)"))
    yield
    connection.execute(text("SELECT set_config('role', :role, true)"), {"role": role})


def lift(connection: Connection) -> None:
    """Until this transaction ends everything is seen: for migrations, which have no session."""
    if connection.dialect.name == "postgresql":
        connection.execute(_LEAVE, {"reach": EVERYWHERE})


# --- the wall itself


def walled(table: str, column: str = "school") -> list[str]:
    """The statements that put a table behind the wall: for the migration that makes it."""
    return _behind(table, f"\"{column}\" = {_REACH} OR {_REACH} = '{EVERYWHERE}'")


def for_nobody_of_a_school(table: str) -> list[str]:
    """The same for a table in which the rows of all schools lie together, not parted yet."""
    return _behind(table, f"{_REACH} = '{EVERYWHERE}'")


def _behind(table: str, condition: str) -> list[str]:
    return [
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',  # for the owner, too, who is what we sign in as
        f'CREATE POLICY own_school ON "{table}" USING ({condition})',
    ]


def unwalled(table: str) -> list[str]:
    return [
        f'DROP POLICY own_school ON "{table}"',
        f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY',
    ]

"""The second wall between schools: on PostgreSQL the database itself shows a session its own school only.

A session says at its beginning how far it reaches: one school, everywhere, or nowhere. It holds for one transaction, so
that nothing of it is left in a connection that others get next. See docs/the-wall.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session as AnySession

EVERYWHERE = "*"  # no slug is like it
NOWHERE = ""
ROLE = "pta_bridge_walled"

_REACH = "(SELECT current_setting('bridge.school', true))"  # asked once a statement, not once a row
# Since PostgreSQL 16 one may be a member of a role and yet not enter it.
_HOW = "CASE WHEN current_setting('server_version_num')::int < 160000 THEN 'MEMBER' ELSE 'SET' END"
_MAY = f"pg_has_role(session_user, to_regrole('{ROLE}')::oid, {_HOW})"
_LOOK = text("SELECT set_config('bridge.school', :reach, true)")
_LEAVE = text("SELECT set_config('bridge.school', :reach, true), set_config('role', 'none', true)")
# Superusers, and whoever bypasses row security, see over any wall: as this role they do not.
_ENTER = text(
    f"""SELECT set_config('bridge.school', :reach, true),
    CASE WHEN {_MAY} THEN set_config('role', '{ROLE}', true) END"""
)


# --- a session's reach


@event.listens_for(AnySession, "after_begin")
def _begun(session: AnySession, transaction: Any, connection: Connection) -> None:
    if "reach" in session.info and not transaction.nested and connection.dialect.name == "postgresql":
        reach = session.info["reach"]
        connection.execute(_LEAVE if reach == EVERYWHERE else _ENTER, {"reach": reach})


@contextmanager
def looking_everywhere(session: AnySession) -> Iterator[None]:
    """For a question in a school's own transaction that goes over all schools."""
    connection, reach = session.connection(), session.info.get("reach", EVERYWHERE)
    if reach == EVERYWHERE or connection.dialect.name != "postgresql":
        yield
        return
    session.flush()  # what is owed to the wall is written behind it
    connection.execute(_LOOK, {"reach": EVERYWHERE})
    yield
    connection.execute(_LOOK, {"reach": reach})


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


def stand(connection: Connection) -> None:
    """What the policies of migration 0007 stand on, at every start: a copied database has no role, or one that may nothing.

    A user who may make no role gets none: the policies hold for it all the same, unless it sees over them (`Footing`).
    """
    here = footing(connection)
    if here.enterable and here.granted:
        return
    connection.exec_driver_sql(_MAKE)
    if footing(connection).enterable:
        connection.exec_driver_sql(_GRANT)


@dataclass(frozen=True, slots=True)
class Footing:
    """What the wall stands on for the user that we sign in as: who `sees_over` any wall needs the role, which it may enter."""

    user: str
    sees_over: bool
    enterable: bool
    granted: bool


def footing(connection: Connection) -> Footing:
    """PostgreSQL only."""
    row = connection.execute(_ASKED).one()
    return Footing(row.usename, row.sees_over, bool(row.enterable), bool(row.granted))


_ASKED = text(
    f"""SELECT usename, usesuper OR usebypassrls AS sees_over, {_MAY} AS enterable,
    has_table_privilege(to_regrole('{ROLE}')::oid, 'school', 'SELECT')
    AND NOT (SELECT relforcerowsecurity FROM pg_class WHERE oid = to_regclass('message_words')) AS granted
    FROM pg_user WHERE usename = session_user"""  # noqa: S608 (our own constants)
)

# Roles are the whole server's: another database may make the same one at this moment.
_MAKE = f"""DO $$ BEGIN
    BEGIN
        IF to_regrole('{ROLE}') IS NULL THEN CREATE ROLE {ROLE} NOLOGIN; END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END;
    IF NOT {_MAY} THEN GRANT {ROLE} TO CURRENT_USER; END IF;
EXCEPTION WHEN insufficient_privilege THEN NULL;
END $$"""
_GRANT = f"""DO $$ DECLARE
    schema text := ' SCHEMA ' || quote_ident(current_schema());
    rows text := 'GRANT SELECT, INSERT, UPDATE, DELETE ON ';
    numbers text := 'GRANT USAGE, SELECT ON ';
BEGIN
    EXECUTE 'GRANT USAGE ON' || schema || ' TO {ROLE}';
    EXECUTE rows || 'ALL TABLES IN' || schema || ' TO {ROLE}';
    EXECUTE numbers || 'ALL SEQUENCES IN' || schema || ' TO {ROLE}';
    EXECUTE 'ALTER DEFAULT PRIVILEGES IN' || schema || ' ' || rows || 'TABLES TO {ROLE}';
    EXECUTE 'ALTER DEFAULT PRIVILEGES IN' || schema || ' ' || numbers || 'SEQUENCES TO {ROLE}';
    -- A search must look into its index before it knows each row's school. Now nobody is here only as the owner any more.
    ALTER TABLE message_words NO FORCE ROW LEVEL SECURITY;
END $$"""


def walled(table: str, column: str = "school") -> list[str]:
    """The statements that put a table behind the wall: for the migration that makes it.

    As a CASE, of which PostgreSQL supposes that it lets half of the rows through. Of an OR it supposes that nearly none are
    left, and sorts all rows of a school to show the newest fifty.
    """
    return _behind(table, f"CASE {_REACH} WHEN '{EVERYWHERE}' THEN true ELSE \"{column}\" = {_REACH} END")


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

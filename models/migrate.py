"""Brings a database to today's shape. Runs at every start; a database that is already there costs one query."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from sqlalchemy import Connection, inspect, text

import models.tables  # noqa: F401  (foreign keys name tables that a command may not have imported)
from models.database import Database

# Any fixed number: two processes that start together on PostgreSQL migrate one after the other.
_LOCK = 7_202_611
# Files are named by their revision, in order.
_ALL = [path.name.split("_")[0] for path in (Path(__file__).parent / "migrations" / "versions").glob("[0-9]*.py")]
NEWEST = max(_ALL)
_OLDER = frozenset(_ALL) - {NEWEST}


class DatabaseNewer(Exception):
    """The database was written by a newer program than this one."""


def can_work(database: Database) -> bool:
    """Is it in today's shape, or in that of a newer version, which only adds to it as long as this one may still run?

    Raises SQLAlchemyError when it does not answer.
    """
    with database.read() as session:
        revision = _revision(session.connection())
    return revision is not None and revision not in _OLDER


def migrate(database: Database) -> None:
    """Upgrade to the newest revision. Raises DatabaseNewer when this program is older than the database."""
    with database.engine.begin() as connection:
        if not database.is_sqlite:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        current = _revision(connection)
        if current == NEWEST:
            return
        upgrades = import_module("models.upgrade")  # only now: Alembic takes half a second to import
        if current and not upgrades.knows(current):
            raise DatabaseNewer(
                "The database was written by a newer version of pta-bridge: "
                "update the program, or restore the backup made before."
            )
        upgrades.upgrade(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()

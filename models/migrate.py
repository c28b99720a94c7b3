"""Brings a database to today's shape. Runs at every start; a database that is already there costs one question.

Programs of two versions may work on one database while machines are renewed one by one: a migration first only adds
(expand), and a later one takes away what nobody uses any more (contract). Each says with which oldest program it still
works; the database keeps that beside its revision, so that an older program knows whether it may go on.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import OperationalError

import models.tables  # noqa: F401  (foreign keys name tables that a command may not have imported)
from models.database import Database
from models.wall import stand

VERSIONS = Path(__file__).parent / "migrations" / "versions"
# Any fixed number: two processes that start together on PostgreSQL migrate one after the other.
_LOCK = 7_202_611
_TRIES, _PAUSE = 30, 1.0  # seconds between two tries to get a table that somebody else is using
_IN_USE = ("55P03", "40P01")  # lock_timeout ran out; a deadlock was ended


def newest(versions: Path) -> str:
    """The revision of a program with these migrations: files are named by it, in order."""
    return max(path.name.split("_")[0] for path in versions.glob("[0-9]*.py"))


NEWEST = newest(VERSIONS)


class DatabaseNewer(Exception):
    """The database was written by a newer program than this one, and no longer works with it."""


class DatabaseBusy(Exception):
    """Somebody used a table for so long that its shape could not be changed. Nothing is half done."""


@dataclass(frozen=True, slots=True)
class Shape:
    """`revision` None: an empty database. `oldest_program`: the revision of the oldest program that still works with it."""

    revision: str | None
    oldest_program: str

    def serves(self, program: str) -> bool:
        """May a program go on whose newest revision is `program`?"""
        newer = self.revision is not None and self.revision > program
        return self.revision == program or (newer and self.oldest_program <= program)


def shape(database: Database) -> Shape:
    """Raises SQLAlchemyError when the database does not answer."""
    with database.everywhere.read() as session:
        return _shape(session.connection())


def is_current(database: Database) -> bool:
    """Can this program work with the database as it is? Raises SQLAlchemyError when it does not answer."""
    return shape(database).serves(NEWEST)


def migrate(database: Database, versions: Path = VERSIONS) -> Shape:
    """Upgrade to the newest revision, or go on with a newer one that still works with us; the shape before.

    Raises DatabaseNewer, or DatabaseBusy. On PostgreSQL each migration is a transaction of its own.
    """
    program = newest(versions)
    if not (before := shape(database)).serves(program):
        with _alone(database) as connection:
            before = _shape(connection)
            if not before.serves(program):
                _bring_up(database, connection, before, versions)
    if not database.is_sqlite:
        with database.engine.begin() as connection:
            stand(connection)
    return before


def _bring_up(database: Database, connection: Connection, before: Shape, versions: Path) -> None:
    upgrades = import_module("models.upgrade")  # only now: Alembic takes half a second to import
    if before.revision and not upgrades.knows(before.revision, versions):
        raise DatabaseNewer(
            "The database was written by a newer version of pta-bridge: "
            "update the program, or restore the backup made before."
        )
    if database.is_sqlite:
        upgrades.upgrade(connection, versions)
    else:
        _patiently(database, upgrades, versions)


def _patiently(database: Database, upgrades: Any, versions: Path) -> None:
    """Whoever waits for a table makes all others wait behind: so it gives up soon, and tries again a little later."""
    for _ in range(_TRIES):
        try:
            with upgrades.patient(database.engine) as connection:
                return upgrades.upgrade(connection, versions)
        except OperationalError as wrong:
            if getattr(wrong.orig, "sqlstate", "") not in _IN_USE:
                raise
            time.sleep(_PAUSE)
    raise DatabaseBusy(
        "The database could not be brought to the new shape, because somebody uses a table for long: "
        "look for long questions in pg_stat_activity, and say `migrate` again."
    )


@contextmanager
def _alone(database: Database) -> Iterator[Connection]:
    """The only one who migrates. SQLite: all of it is one transaction."""
    if database.is_sqlite:
        with database.engine.begin() as connection:
            yield connection
        return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"SELECT pg_advisory_lock({_LOCK})"))
        try:
            yield connection
        finally:
            connection.execute(text(f"SELECT pg_advisory_unlock({_LOCK})"))


def _shape(connection: Connection) -> Shape:
    if not inspect(connection).has_table("alembic_version"):
        return Shape(None, "")
    row = connection.execute(text("SELECT * FROM alembic_version")).mappings().first()
    if row is None:
        return Shape(None, "")
    return Shape(row["version_num"], row.get("oldest_program") or row["version_num"])

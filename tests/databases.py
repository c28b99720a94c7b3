"""Databases for tests: migrated once a process, then copied. A copy costs milliseconds, a migration hundreds."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import create_engine, text

from models.database import Database
from models.migrate import migrate

TEMPLATE = "migrated"


def sqlite_copy(path: Path) -> str:
    """A migrated SQLite database at `path`; its address."""
    shutil.copyfile(_sqlite(), path)
    return f"sqlite:///{path}"


@cache
def _sqlite() -> Path:
    path = Path(tempfile.mkdtemp(prefix="migrated")) / "bridge.db"
    migrated(f"sqlite:///{path}")
    with sqlite3.connect(path) as connection:  # nothing may be left in a log beside it
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


def migrated(url: str) -> None:
    database = Database(url)
    migrate(database)
    database.close()


@contextmanager
def postgres_database(server: str, name: str, template: str = "template1") -> Iterator[str]:
    """A database of its own for one test, a copy of `template`; its address."""
    _admin(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield server.replace("/postgres?", f"/{name}?")
    finally:
        _admin(server, f"DROP DATABASE {name} WITH (FORCE)")


def prepare(server: str) -> None:
    """A server of tests need not survive a power cut; and it has a migrated database to copy."""
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        _admin(server, f"ALTER SYSTEM SET {setting} = off")
    _admin(server, "SELECT pg_reload_conf()", f"CREATE DATABASE {TEMPLATE}")
    migrated(server.replace("/postgres?", f"/{TEMPLATE}?"))


def _admin(server: str, *statements: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()

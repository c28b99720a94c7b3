"""Databases for tests: migrated once a process, then copied or emptied. That costs milliseconds, a migration hundreds."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from models.database import Database
from models.migrate import NEWEST, migrate

SHARED = "migrated"


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
def postgres_database(server: str, name: str) -> Iterator[str]:
    """An empty database for one test; its address."""
    _admin(server, f"CREATE DATABASE {name}")
    yield at(server, name)
    _admin(server, f"DROP DATABASE {name} WITH (FORCE)")


def at(server: str, name: str) -> str:
    return server.replace("/postgres?", f"/{name}?")


def prepare(server: str) -> None:
    """A server of tests need not survive a power cut; and it has a migrated database, which one test after another uses."""
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        _admin(server, f"ALTER SYSTEM SET {setting} = off")
    _admin(server, "SELECT pg_reload_conf()", f"CREATE DATABASE {SHARED}")
    migrated(at(server, SHARED))


def emptied(server: str) -> str:
    """The shared database without a row, as it was when it had been migrated; its address.

    Whoever is still connected is sent away: a test may have left something open. To make a database takes twenty times
    as long.
    """
    url = at(server, SHARED)
    _admin(server, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{SHARED}'")
    shape = f"version_num = '{NEWEST}', oldest_program = '{NEWEST}'"
    _admin(url, _EMPTY, f"UPDATE alembic_version SET {shape} WHERE version_num <> '{NEWEST}'")
    return url


# Whatever points to whatever, and also what may otherwise only be added to.
_EMPTY = """DO $$ DECLARE one text; BEGIN
    SET LOCAL session_replication_role = replica;
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM %I', one);
    END LOOP;
END $$"""


def _admin(server: str, *statements: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))

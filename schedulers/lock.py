"""Who may do what at the same time, over all processes of one database.

A round by hand (`sync`) has its school to itself; jobs share a school, and each lane, round or page has one job at a time.
Whoever holds a lane knows that no other process is sending there: what stands as `sending` was left by a dead one.
SQLite has one lock for everything, a file's; PostgreSQL's advisory locks are held by a connection. Both end with the
process that held them, however it dies.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from zlib import crc32

from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

from models.database import Database

_ALL, _SCHOOL, _PLACE = 7_202_612, 7_202_613, 7_202_614  # any fixed numbers of our own
Key = tuple[int, int]


@contextmanager
def round_lock(db: Database, school: str = "", *, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Waits until one school (or, without one, the whole database) is one's own; `waiting` is called once if it is not."""
    if db.is_sqlite:
        with _file_lock(db, waiting):
            yield
        return
    wanted = [_try_shared(_all()), _try(_of(_SCHOOL, school))] if school else [_try(_all())]
    with _connection(db) as connection:
        if not _got(connection, wanted):
            waiting()
            # Polling keeps Ctrl-C quick; a blocking call in the driver would not.
            while not _got(connection, wanted):
                time.sleep(0.2)
        yield


@contextmanager
def alone(db: Database, school: str, place: str) -> Iterator[bool]:
    """For a job: whether it has this place of a school to itself. False while a round by hand has the school, or another
    process the place: then its rows are left for the next sweep. SQLite: waits."""
    if db.is_sqlite:
        with _file_lock(db, lambda: None):
            yield True
        return
    with _connection(db) as connection:
        yield _got(
            connection,
            [_try_shared(_all()), _try_shared(_of(_SCHOOL, school)), _try(_of(_PLACE, f"{school}/{place}"))],
        )


@contextmanager
def _file_lock(db: Database, waiting: Callable[[], None]) -> Iterator[None]:
    """Beside the database file."""
    path = Path(f"{make_url(db.url).database}.round")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _connection(db: Database) -> Iterator[Connection]:
    """What it holds when the block ends is let go of, so that it may serve others from the pool."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        try:
            yield connection
        finally:
            connection.execute(text("SELECT pg_advisory_unlock_all()"))


def _got(connection: Connection, wanted: list[str]) -> bool:
    """All of them or none."""
    if connection.scalar(text(f"SELECT {' AND '.join(wanted)}")):
        return True
    connection.execute(text("SELECT pg_advisory_unlock_all()"))
    return False


def _all() -> Key:
    return _ALL, 0


def _of(kind: int, name: str) -> Key:
    """Two names of one number only wait for each other without need."""
    number = crc32(name.encode())
    return kind, number - (1 << 32) if number >= 1 << 31 else number


def _try(key: Key) -> str:
    return f"pg_try_advisory_lock({key[0]}, {key[1]})"


def _try_shared(key: Key) -> str:
    return f"pg_try_advisory_lock_shared({key[0]}, {key[1]})"

"""One round at a time per database: a second `sync`, or the clock beside it, waits for the first one's round.

Whoever holds the lock knows that no other process is sending: what stands as `sending` was left by a dead one.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import make_url

from models.database import Database

_NUMBER = 7_202_612  # any fixed number of our own, for PostgreSQL's advisory lock


@contextmanager
def round_lock(db: Database, *, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the lock for the whole round; `waiting` is called once if somebody else holds it."""
    with _file_lock(db, waiting) if db.is_sqlite else _advisory_lock(db, waiting):
        yield


@contextmanager
def _file_lock(db: Database, waiting: Callable[[], None]) -> Iterator[None]:
    """Beside the database file; the system lets go of it when the process dies, however it dies."""
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
def _advisory_lock(db: Database, waiting: Callable[[], None]) -> Iterator[None]:
    """Held by one connection: the server lets go of it when that connection ends."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:n)"), {"n": _NUMBER}):
            waiting()
            # Polling keeps Ctrl-C quick; a blocking call in the driver would not.
            while not connection.scalar(text("SELECT pg_try_advisory_lock(:n)"), {"n": _NUMBER}):
                time.sleep(0.2)
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:n)"), {"n": _NUMBER})

"""Takes what was erased out of SQLite's file, too: freed parts of it keep old words until somebody writes over them.

PostgreSQL does this by itself (autovacuum), and its files are its own affair.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import ColumnElement
from sqlmodel import col, select

from models.database import Database
from models.erasure import Erasure
from models.search import forget_for_good

WAIT = 5_000  # milliseconds for others that read or write
log = structlog.get_logger()


def clean_up(db: Database, now: datetime, wait: int = WAIT) -> bool:
    """After an erasure was committed. False where another process is in the way: to be tried again later."""
    if not _waiting(db):
        return True
    with db.write() as session:
        forget_for_good(session.connection())
    if db.is_sqlite and not scrub(db, wait):
        log.warning("freed parts of the database's file still hold what was erased: it is cleaned later")
        return False
    with db.write() as session:
        for row in session.exec(select(Erasure).where(*_uncleaned())):
            row.cleaned_at = now
    return True


def scrub(db: Database, wait: int = WAIT) -> bool:
    """Writes the file anew, and empties the log beside it. Takes as long as copying the database."""
    with closing(db.engine.raw_connection()) as connection:
        raw: Any = connection.driver_connection
        try:
            raw.execute(f"PRAGMA busy_timeout={wait}")
            raw.execute("VACUUM")
            busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy
        except sqlite3.OperationalError:
            return False
        finally:
            raw.execute("PRAGMA busy_timeout=15000")


def _waiting(db: Database) -> bool:
    with db.read() as session:
        return session.exec(select(Erasure.id).where(*_uncleaned()).limit(1)).first() is not None


def _uncleaned() -> tuple[ColumnElement[bool], ...]:
    return (col(Erasure.done_at).is_not(None), col(Erasure.cleaned_at).is_(None))

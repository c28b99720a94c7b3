"""The pulse of a process that has no address to ask at: a row that it touches as long as it can do its work."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from config.this_process import HOST, this_process
from models.database import Database
from models.pulse import EVERY, Pulse, beat, no_more

log = structlog.get_logger()


@contextmanager
def beating(
    db: Database, role: str, clock: Callable[[], datetime], well: Callable[[], bool] = lambda: True
) -> Iterator[None]:
    """While it lasts, and as long as `well` says so (asked in a thread of its own, each 15 seconds)."""
    row = Pulse(process=this_process(), role=role, host=HOST, started_at=clock(), beat_at=clock())
    enough = threading.Event()
    thread = threading.Thread(target=_beat, args=(db, row, clock, well, enough), name="pulse", daemon=True)
    thread.start()
    try:
        yield
    finally:
        enough.set()
        thread.join()
        _quietly(db, lambda session: no_more(session, row.process, clock()))


def _beat(
    db: Database, row: Pulse, clock: Callable[[], datetime], well: Callable[[], bool], enough: threading.Event
) -> None:
    while not enough.is_set():
        if is_well := well():
            _quietly(db, lambda session: beat(session, row, clock()))
        enough.wait(EVERY.total_seconds() if is_well else 1.0)


def _quietly(db: Database, write: Callable[..., None]) -> None:
    """A database that is away is told by the pulse that is missing."""
    try:
        with db.write() as session:
            write(session)
    except SQLAlchemyError as wrong:
        log.warning("no pulse", why=str(getattr(wrong, "orig", wrong)))

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from sqlmodel import text

from models.database import Database
from schedulers.many import processes
from schedulers.many.queue import Queue, prepare


@pytest.fixture
def pg(shared_postgres: str) -> Iterator[Database]:
    """A database with a queue in it."""
    database = Database(shared_postgres).everywhere
    prepare(database)
    yield database
    database.close()


@pytest.fixture
def queue() -> Queue:
    return Queue()


class Machines:
    """Workers of this process, each with an event loop of its own; `jobs` is what they know how to do."""

    def __init__(self, db: Database, queue: Queue, jobs: dict[str, Callable[..., Any]]) -> None:
        self.db, self.queue, self.jobs = db, queue, jobs

    @contextmanager
    def worker(self, threads: int = 4) -> Iterator[None]:
        with self._running(processes.work, threads):
            yield

    @contextmanager
    def clock(self) -> Iterator[None]:
        with self._running(processes.keep_time):
            yield

    @contextmanager
    def _running(self, process: Callable[..., None], *more: int) -> Iterator[None]:
        house: Any = SimpleNamespace(db=self.db, stopping=threading.Event(), clock=lambda: datetime.now(UTC))
        thread = threading.Thread(target=process, args=(house, self.queue, *more))
        thread.start()
        try:
            yield
        finally:
            house.stopping.set()
            thread.join(30)
            assert not thread.is_alive()


@pytest.fixture
def machines(pg: Database, queue: Queue, monkeypatch: pytest.MonkeyPatch) -> Machines:
    made = Machines(pg, queue, {})
    monkeypatch.setattr(processes, "JOBS", made.jobs)
    return made


def jobs_of(db: Database, what: str = "status") -> list[Any]:
    with db.read() as session:
        return list(session.connection().scalars(text(f"SELECT {what} FROM procrastinate_jobs ORDER BY id")))

"""Rings when something changed in a school: PostgreSQL pulls it, from whatever process wrote (models.inbox_marks.changes)."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from contextlib import suppress
from time import monotonic

import psycopg
import structlog

from models.database import Database
from models.inbox_marks import changes

LOOK = 1.0  # seconds; how often a school is looked at, at most, and where nothing rings
GATHER = 0.1  # one deed is often several commits: they are one ring
LOOK_AT_ALL = 15.0  # should a ring be lost on its way
HANG_AGAIN = 5.0
log = structlog.get_logger()


class Bell:
    """Where it cannot ring (SQLite, a lost connection) every school counts as rung."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._rung: set[str] = set()
        self._rings = asyncio.Event()
        self._hangs = False
        self._told: dict[str, float] = {}
        self._all_at = 0.0

    async def hang(self) -> None:
        """Until cancelled."""
        while not self._db.is_sqlite:
            try:
                async for school in changes(self._db):
                    self._ring(school)
            except (psycopg.Error, OSError):
                self._hangs = False
                log.warning("the database tells no changes: it is asked every second")
                await asyncio.sleep(HANG_AGAIN)

    def _ring(self, school: str) -> None:
        if not self._hangs:  # what happened before has not rung
            self._hangs, self._all_at = True, 0.0
        self._rung.add(school)
        self._rings.set()

    def rung_for(self, schools: Collection[str]) -> set[str]:
        """Which of these to look at now. One whose pages were told less than a second ago has to wait."""
        now = monotonic()
        if not self._hangs or now >= self._all_at:
            due, self._all_at = set(schools), now + LOOK_AT_ALL
        else:
            due = {one for one in self._rung.intersection(schools) if now - self._told.get(one, 0.0) >= LOOK}
        self._rung = self._rung.intersection(schools) - due
        return due

    def told(self, schools: Collection[str]) -> None:
        self._told.update(dict.fromkeys(schools, monotonic()))

    def not_looked(self) -> None:
        """What rang could not be looked at: all of them the next time."""
        self._all_at = 0.0

    async def wait(self) -> None:
        """For a ring, and not longer than a second."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK):
                await self._rings.wait()
                await asyncio.sleep(GATHER)
        self._rings.clear()

    def take_down(self) -> None:
        self._hangs = False

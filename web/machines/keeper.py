"""Stores webhooks: each is on the disk before it is answered, and those that wait at the same time share one commit.

SQLite lets one writer in at a time, and each commit waits for the disk: with a transaction for each parcel, a burst
would stand in a queue of its own making.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256

import structlog
from sqlalchemy.exc import DBAPIError

from models.hint import keep
from web.context import Context

PATIENCE = 4.0  # seconds; Facebook takes a callback that is silent for five for a dead one
MOST_AT_ONCE = 100
TURNS = 6  # of the loop, the way from one answer to a next parcel: written, heard, read, handed on
log = structlog.get_logger()


class NotKept(Exception):
    """The parcel is not known to be stored: it must be sent again."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    digest: str
    body: bytes
    stored: asyncio.Future[None]


class Keeper:
    """Lives in the server's event loop."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._waiting: list[_Waiting] = []
        self._work: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "keeper")  # its own: pages that take long never keep webhooks waiting

    async def keep(self, body: bytes) -> None:
        """Returns once the body is stored, or was stored before. Raises NotKept."""
        loop = asyncio.get_running_loop()
        one = _Waiting(sha256(body).hexdigest(), body, loop.create_future())
        self._waiting.append(one)
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._store_all())
        patience = loop.call_later(PATIENCE, _give_up, one)
        try:
            await one.stored
        finally:
            patience.cancel()

    async def _store_all(self) -> None:
        while self._waiting:
            await _let_come()
            batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
            try:
                await asyncio.get_running_loop().run_in_executor(self._thread, self._store, batch)
            except DBAPIError as wrong:
                log.error("webhooks are not kept, Facebook will send them again", why=str(wrong.orig), count=len(batch))
                _end(batch, NotKept())
            except BaseException as wrong:
                _end(batch, wrong)
                raise
            else:
                _end(batch)

    def _store(self, batch: list[_Waiting]) -> None:
        bodies = {one.digest: one.body for one in batch}
        with self._context.db.everywhere.write() as session:
            new = keep(session, bodies, self._context.clock())
            if new:
                self._context.wake.heed(session)
        self._context.hooks.duplicate += len(batch) - new


async def _let_come() -> None:
    """Answers leave first, and whoever is at the door comes along: a thread that stores takes the loop's time of both."""
    for _ in range(TURNS):
        await asyncio.sleep(0)


def _give_up(one: _Waiting) -> None:
    """What comes too late for the answer may still be stored: sent again, it is the same parcel."""
    if not one.stored.done():
        log.error("a webhook is not kept, Facebook will send it again", why="the database is busy")
        one.stored.set_exception(NotKept())


def _end(batch: list[_Waiting], wrong: BaseException | None = None) -> None:
    for one in batch:
        if one.stored.done():  # whoever waited has given up, or has gone
            continue
        if wrong is None:
            one.stored.set_result(None)
        else:
            one.stored.set_exception(wrong)
            one.stored.exception()  # whoever waited for it may have gone

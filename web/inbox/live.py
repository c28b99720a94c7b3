"""/live: tells open pages that something changed, never what. They ask for it themselves, by their own right.

One look at the database a second and process, and at once where PostgreSQL rings; a client costs a few kilobytes and no thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from time import monotonic

import structlog
from fastapi import APIRouter
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from models.inbox_marks import Mark, ended_sign_ins, mark_of, told
from upkeep.sign_in import memberships_of
from web.context import Context
from web.inbox.bell import Bell
from web.policy import ANSWERS, allow
from web.visit import Visit

PING = 15.0  # seconds; whoever stands between drops a connection on which nothing comes
PROVE = 30.0  # seconds; how often each client's right is looked at in full
log = structlog.get_logger()


@dataclass(eq=False, slots=True)
class Listener:
    """One open page. `stirred` wakes it; `over` tells it that its sign-in has ended, or may not listen any more."""

    school: str
    sign_in: str
    stirred: asyncio.Event = field(default_factory=asyncio.Event)
    over: bool = False


class Watch:
    """Looks while somebody listens, and not otherwise. Belongs to the event loop that its listeners run in."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.listeners: set[Listener] = set()
        self._marks: dict[str, Mark] = {}
        self._looking: asyncio.Task[None] | None = None
        self._bell = Bell(context.db)
        self._prove_at = 0.0

    async def listen(self, school: str, sign_in: str) -> AsyncIterator[bytes]:
        """Server-sent events: one at once, whose mark tells whether the page is old already, then one for every change."""
        one = Listener(school, sign_in)
        self.listeners.add(one)
        try:
            if school not in self._marks:
                self._marks.setdefault(school, await run_in_threadpool(self._mark, school))
            if self._looking is None or self._looking.done():
                self._looking = asyncio.create_task(self._look_on())
            yield f"retry: 2000\nevent: listening\ndata: {told(self._marks[school])}\n\n".encode()
            while (said := await _next(one)) and not one.over:
                yield said
        finally:
            self.listeners.discard(one)

    def _mark(self, school: str) -> Mark:
        with self.context.db.of(school).read() as session:
            return mark_of(session, school)

    async def _look_on(self) -> None:
        hanging = asyncio.create_task(self._bell.hang())
        try:
            while self.listeners:
                await self._look_once()
                await self._bell.wait()
        finally:
            hanging.cancel()
            self._bell.take_down()
            self._marks.clear()  # nobody looks any more whether they are still true

    async def _look_once(self) -> None:
        there = list(self.listeners)
        known = {one.school for one in there}
        self._marks = {school: mark for school, mark in self._marks.items() if school in known}
        schools = self._bell.rung_for(known)
        try:
            marks, over = await run_in_threadpool(self._look, there, schools)
        except SQLAlchemyError:
            log.warning("looking for changes failed")  # the database is away: it is asked again
            self._bell.not_looked()
        else:
            self._tell(marks, over)

    def _look(self, there: Sequence[Listener], schools: set[str]) -> tuple[dict[str, Mark], set[Listener]]:
        """What is new in these schools, and who may listen no more."""
        with self.context.db.everywhere.read() as session:
            marks = {school: mark_of(session, school) for school in schools}
            ended = ended_sign_ins(session, {one.sign_in for one in there})
            over = {one for one in there if one.sign_in in ended}
            return marks, over | self._without_right(session, there)

    def _without_right(self, session: Session, there: Sequence[Listener]) -> set[Listener]:
        if monotonic() < self._prove_at:
            return set()
        self._prove_at = monotonic() + PROVE
        known = memberships_of(session, {one.sign_in for one in there}, self.context.clock())
        right = {(sign_in, one.school) for sign_in, one in known if one.role in ANSWERS}
        return {one for one in there if (one.sign_in, one.school) not in right}

    def _tell(self, marks: dict[str, Mark], over: set[Listener]) -> None:
        stirred = {school for school, mark in marks.items() if self._marks.get(school, mark) != mark}
        self._marks.update(marks)
        self._bell.told(stirred)
        for one in self.listeners:
            one.over = one.over or one in over
            if one.over or one.school in stirred:
                one.stirred.set()


async def _next(one: Listener) -> bytes:
    try:
        async with asyncio.timeout(PING):
            await one.stirred.wait()
    except TimeoutError:
        return b": ping\n\n"
    one.stirred.clear()
    return b"event: changed\ndata: \n\n"


def live_routes(context: Context) -> APIRouter:
    router, watch = APIRouter(), Watch(context)

    @router.get("/live")
    async def live(visit: Visit = allow(*ANSWERS)) -> StreamingResponse:
        """Bytes as they are: FastAPI's own events cost each page three tasks and two queues, and five times as long."""
        events = watch.listen(visit.school.slug, visit.sign_in.id)
        return StreamingResponse(events, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})

    return router

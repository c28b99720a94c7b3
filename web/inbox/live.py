"""/live: tells open pages that something changed, never what. They ask for it themselves, by their own right.

One look a second and process at the database, whoever writes there; a client costs a few kilobytes and no thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from fastapi import APIRouter
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from models.inbox_marks import Mark, ended_sign_ins, mark_of, told
from upkeep.sign_in import find
from web.context import Context
from web.policy import ANSWERS, allow
from web.visit import Visit

LOOK = 1.0  # seconds
PROVE = timedelta(seconds=30)  # how often each client's right is looked at in full
log = structlog.get_logger()


@dataclass(eq=False, slots=True)
class Listener:
    """One open page. `stirred` wakes it; `over` tells it that its sign-in has ended."""

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

    async def listen(self, school: str, sign_in: str, token: str) -> AsyncIterator[tuple[str, str]]:
        """(word, mark): one at once, whose mark tells whether the page is old already, then one for every change."""
        one = Listener(school, sign_in)
        self.listeners.add(one)
        try:
            if school not in self._marks or self._looking is None or self._looking.done():
                self._marks[school] = await run_in_threadpool(self._mark, school)
            if self._looking is None or self._looking.done():
                self._looking = asyncio.create_task(self._look_on())
            yield "listening", told(self._marks[school])
            while await self._may(one, token):
                if await self._stir(one) and not one.over:
                    yield "changed", ""
        finally:
            self.listeners.discard(one)

    async def _stir(self, one: Listener) -> bool:
        try:
            await asyncio.wait_for(one.stirred.wait(), PROVE.total_seconds())
        except TimeoutError:
            return False
        one.stirred.clear()
        return True

    async def _may(self, one: Listener, token: str) -> bool:
        return not one.over and await run_in_threadpool(self._is_signed_in, one.school, token)

    def _is_signed_in(self, school: str, token: str) -> bool:
        with self.context.db.everywhere.read() as session:
            found = find(session, token, self.context.clock())
        return found is not None and any(m.school == school and m.role in ANSWERS for m in found.memberships)

    def _mark(self, school: str) -> Mark:
        with self.context.db.of(school).read() as session:
            return mark_of(session, school)

    async def _look_on(self) -> None:
        while self.listeners:
            try:
                marks, ended = await run_in_threadpool(self._look)
            except SQLAlchemyError:
                log.warning("looking for changes failed")  # the database is away: it is asked again
            else:
                self._tell(marks, ended)
            await asyncio.sleep(LOOK)

    def _look(self) -> tuple[dict[str, Mark], set[str]]:
        there = list(self.listeners)
        with self.context.db.everywhere.read() as session:
            marks = {school: mark_of(session, school) for school in {one.school for one in there}}
            return marks, ended_sign_ins(session, {one.sign_in for one in there})

    def _tell(self, marks: dict[str, Mark], ended: set[str]) -> None:
        stirred = {school for school, mark in marks.items() if self._marks.get(school, mark) != mark}
        self._marks.update(marks)
        for one in self.listeners:
            one.over = one.over or one.sign_in in ended
            if one.over or one.school in stirred:
                one.stirred.set()


def live_routes(context: Context) -> APIRouter:
    router, watch = APIRouter(), Watch(context)

    @router.get("/live", response_class=EventSourceResponse)
    async def live(visit: Visit = allow(*ANSWERS)) -> AsyncIterator[ServerSentEvent]:
        async for word, mark in watch.listen(visit.school.slug, visit.sign_in.id, visit.token):
            yield ServerSentEvent(event=word, raw_data=mark, retry=2000)

    return router

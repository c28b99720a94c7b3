"""One look at the rows that operators watch, in one session; and a second one, which takes longer where much is kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from sqlalchemy import text

from models import queue, watch
from models.database import Database
from models.installation import installation
from models.pulse import Pulse, pulses
from models.tally import COMMENTS, tallies

RECENT = timedelta(minutes=15)  # over which the lag of comments is told
ROUNDS = timedelta(hours=1)
_SHORTEST = 2.0  # seconds that an answer is kept: many scrapers cost one look
_PATIENCE = 5.0  # seconds
_TIMES = 50  # and as many times longer as it took: looking never takes more than a fiftieth of the time

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Watched:
    """`answered`: seconds in which the database answered the smallest of all questions."""

    answered: float
    deliveries: Mapping[str, int]
    owed_since: datetime | None
    open_talks: int
    comments: Mapping[str, int]
    lags: Sequence[float]
    pages: Sequence[watch.PageSeen]
    feeds: Sequence[watch.FeedSeen]
    rounds: Mapping[str, int]
    round_due_since: datetime | None
    last_round_at: datetime | None
    parcel_waits_since: datetime | None
    jobs: Sequence[queue.Jobs]
    tick_at: datetime | None
    pulses: Sequence[Pulse]


def look(db: Database, now: datetime) -> Watched:
    with db.everywhere.read() as session:
        began = time.perf_counter()
        session.execute(text("SELECT 1"))
        answered, shared, home = time.perf_counter() - began, queue.is_shared(session), installation(session)
        return Watched(
            answered=answered,
            deliveries=watch.unsettled(session),
            owed_since=watch.owed_since(session, now),
            open_talks=watch.open_conversations(session),
            comments=tallies(session, COMMENTS),
            lags=watch.lags(session, now - RECENT),
            pages=watch.pages_seen(session),
            feeds=watch.feeds_seen(session),
            rounds=watch.rounds_since(session, now - ROUNDS),
            round_due_since=watch.round_due_since(session, now),
            last_round_at=home.last_round_at if home else None,
            parcel_waits_since=watch.parcel_waits_since(session),
            jobs=queue.jobs(session) if shared else [],
            tick_at=queue.last_tick(session) if shared else None,
            pulses=pulses(session),
        )


@dataclass(frozen=True, slots=True)
class Whole:
    """What only a walk over all that ever was can tell."""

    settled: Mapping[str, int]
    talks: Mapping[str, int]


def look_at_the_whole(db: Database) -> Whole:
    with db.everywhere.read() as session:
        return Whole(watch.settled(session), watch.other_conversations(session))


class Kept(Generic[T]):
    """An answer for as long as it is fresh enough. Who asks while somebody looks waits for what they see: not for ever."""

    def __init__(self, ask: Callable[[], T]) -> None:
        self._ask, self._lock = ask, threading.Lock()
        self._answer: tuple[T, float] | None = None

    def get(self) -> T:
        """TimeoutError while somebody looks for too long: threads that wait would be missing elsewhere."""
        if not self._lock.acquire(timeout=_PATIENCE):
            raise TimeoutError
        try:
            if self._answer is None or time.monotonic() >= self._answer[1]:
                began = time.monotonic()
                told, ended = self._ask(), time.monotonic()
                self._answer = told, ended + max(_SHORTEST, _TIMES * (ended - began))
            return self._answer[0]
        finally:
            self._lock.release()

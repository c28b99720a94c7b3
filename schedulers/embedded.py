"""One process: the jobs by APScheduler's clock, one after the other, and at once when somebody asks for one.

Wishes wait in memory and die with the process; each is found in the rows again by the sweep that runs at the start and
every few seconds. One at a time is enough: on SQLite a single writer gets in, and a second process would only wait.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy import event
from sqlmodel import Session

from config.logs import logged
from schedulers.clock import Clock, Job
from schedulers.house import House
from schedulers.jobs import JOBS, PERIODIC
from schedulers.wishes import Wish

_BREATH = timedelta(seconds=1)  # between two looks for what was to wait a little
_GATHERED = {"heed": 1.0}  # seconds: in a burst of webhooks, unpacking each by itself would take as long as keeping it
_FIRST = ("heed", "collect", "lane")  # a family waits for these
log = structlog.get_logger()


class Waiting:
    """Wishes in the order in which they are done. Safe to share between threads."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now, self._lock = now, threading.Lock()
        self._known: set[str] = set()
        self._heap: list[tuple[bool, int, float, Wish]] = []
        self._later: list[tuple[float, int, Wish]] = []
        self._count = itertools.count()

    def put(self, wish: Wish) -> bool:
        """Whether there is something to do at once: not where one that does the same waits already, nor before its time."""
        with self._lock:
            if wish.once in self._known:
                return False
            if wish.once:
                self._known.add(wish.once)
            wait = max(wish.after, _GATHERED.get(wish.job, 0.0))
            heapq.heappush(self._later, (self._now() + wait, next(self._count), wish))
            return not wait

    def take(self) -> Wish | None:
        """The next one whose time has come."""
        with self._lock:
            while self._later and self._later[0][0] <= self._now():
                at, number, wish = heapq.heappop(self._later)
                heapq.heappush(self._heap, (wish.job not in _FIRST, number, at, wish))
            if not self._heap:
                return None
            wish = heapq.heappop(self._heap)[3]
            self._known.discard(wish.once)
            return wish


class Embedded:
    """`ask` is schedulers.wishes.Ask. `start` sweeps at once; `stop` waits for what is under way."""

    def __init__(self, house: House) -> None:
        self._house, self._waiting = house, Waiting()
        periodic = [Job(name, every, partial(JOBS[name], house, self.ask)) for name, every in PERIODIC.items()]
        self._clock = Clock([*periodic, Job("work", _BREATH, self._work)])

    def ask(self, session: Session, *wishes: Wish) -> None:
        if "asked" not in session.info:
            session.info["asked"] = []
            event.listen(session, "after_commit", self._committed)
            event.listen(session, "after_rollback", _forget)
        session.info["asked"] += wishes

    def start(self) -> None:
        self._clock.start()

    def why_not(self) -> str:
        """A sentence when the jobs stand still, else ""."""
        return self._clock.why_not()

    def stop(self) -> None:
        self._house.stopping.set()
        self._clock.stop()

    def _committed(self, session: Session) -> None:
        """The end of a savepoint is no commit yet."""
        if session.get_nested_transaction() is None:
            ready = [self._waiting.put(wish) for wish in session.info["asked"]]
            session.info["asked"] = []
            if any(ready):
                self._clock.wake("work")

    def _work(self) -> None:
        while not self._house.stopping.is_set() and (wish := self._waiting.take()):
            self._do(wish)
            self._clock.lives("work")

    def _do(self, wish: Wish) -> None:
        ids: dict[str, Any] = dict(wish.ids)
        with logged(job=wish.job):
            try:
                JOBS[wish.job](self._house, self.ask, **ids)
            except Exception:
                log.exception("a job failed", **ids)


def _forget(session: Session) -> None:
    """A wake-up too many, asked for in a savepoint that was rolled back, does no harm."""
    if session.get_nested_transaction() is None:
        session.info["asked"] = []

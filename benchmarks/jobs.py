"""Jobs: how many a worker of ours does in a second, beside Procrastinate as it comes; what one costs in the data's transaction;
and what becomes of the work of a worker that is killed.

The queue of both is filled in the same way, with jobs that do nothing and of which each has a lock and waits once.
"""

from __future__ import annotations

import os
import signal
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from sqlalchemy import text

from benchmarks.figures import Beside, Figure, at_least, at_most, exactly
from benchmarks.jobs_worker import bare, clock, ours
from benchmarks.servers import postgres, process, until
from models.database import Database
from models.hint import keep
from models.migrate import migrate
from schedulers.many.queue import Queue, prepare
from schedulers.wishes import Wish

WANTED, JOBS, TURNS, COMMITS = 0.8, 1000, 6, 500
SLOW_JOBS, RESUMED = 16, 45  # seconds


def measure() -> Iterator[Figure]:
    with postgres() as url:
        db = Database(url).everywhere
        migrate(db)
        prepare(db)
        yield _drained(db)
        yield _committed(db)
        yield from _killed(db)
        db.close()


# --- how many in a second


def _drained(db: Database) -> Figure:
    rates: dict[Callable[..., None], list[float]] = {bare: [], ours: []}
    for turn in range(TURNS):  # in turns, since other work on the machine comes and goes
        for worker in (bare, ours) if turn % 2 else (ours, bare):
            rates[worker].append(_rate(db, worker))
    ratios = [mine / its for mine, its in zip(rates[ours], rates[bare], strict=True)]
    peer = Beside("Procrastinate", statistics.median(rates[bare]))
    return Figure("jobs done by one worker", peer.value * statistics.median(ratios), "/s", at_least(WANTED), peer)


def _rate(db: Database, worker: Callable[..., None]) -> float:
    with db.write() as session:
        Queue().ask(session, *(Wish("nothing", {"number": str(n)}, f"page:{n}", f"nothing:{n}") for n in range(JOBS)))
    with process(worker, db.url):
        until(lambda: _waiting(db) < JOBS, 120)
        left, begun = _waiting(db), time.perf_counter()
        until(lambda: not _waiting(db), 120)
        return left / (time.perf_counter() - begun)


def _waiting(db: Database) -> int:
    return _number(
        db, "SELECT count(*) FROM procrastinate_jobs WHERE queue_name = 'work' AND status IN ('todo', 'doing')"
    )


# --- what one costs where the data is written


def _committed(db: Database) -> Figure:
    """Of commits that wait for the disk, as those of webhooks do; a job each, which nobody takes."""
    queue, took = Queue(), {True: 0.0, False: 0.0}
    for number in range(COMMITS):
        for asks in took:
            begun = time.perf_counter()
            with db.write() as session:
                keep(session, {f"{number}{asks}": b"{}"}, datetime.now(UTC))
                if asks:
                    queue.ask(session, Wish("nothing", {"number": "x"}, once=f"commit:{number}"))
            took[asks] += time.perf_counter() - begun
    with db.write() as session:
        session.connection().execute(text("DELETE FROM procrastinate_jobs"))
    rows = Beside("the row alone", COMMITS / took[False])
    return Figure("commits of a row and a job", COMMITS / took[True], "/s", None, rows)


# --- kill -9


def _killed(db: Database) -> Iterator[Figure]:
    with db.write() as session:
        session.connection().execute(
            text("CREATE TABLE begun (number text, pid int, at timestamptz DEFAULT clock_timestamp())")
        )
        session.connection().execute(text("CREATE TABLE done (number text)"))
        Queue().ask(session, *(Wish("slow", {"number": str(n)}, f"page:{n}", f"slow:{n}") for n in range(SLOW_JOBS)))
    with process(clock, db.url), process(ours, db.url) as first:
        until(lambda: _number(db, "SELECT count(*) FROM begun") == SLOW_JOBS, 120)
        with process(ours, db.url):
            os.kill(first, signal.SIGKILL)
            killed = datetime.now(UTC)
            until(lambda: _number(db, "SELECT count(DISTINCT number) FROM done") == SLOW_JOBS, 120)
            time.sleep(2)  # whatever would come a second time
    with db.read() as session:
        again = session.connection().scalar(text("SELECT max(at) FROM begun WHERE pid <> :pid"), {"pid": first})
    done, each = _number(db, "SELECT count(*) FROM done"), _number(db, "SELECT count(DISTINCT number) FROM done")
    resumed = (again - killed).total_seconds()
    yield Figure("kill -9 of a worker: all its work resumed after", resumed, "s", at_most(RESUMED))
    yield Figure("kill -9 of a worker: jobs lost", SLOW_JOBS - each, wanted=exactly(0))
    yield Figure("kill -9 of a worker: jobs done twice", done - each, wanted=exactly(0))


def _number(db: Database, query: str) -> int:
    with db.read() as session:
        return int(session.connection().scalar(text(query)) or 0)

from __future__ import annotations

import threading
import time
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import text

from models.database import Database
from schedulers.many import processes
from schedulers.many.queue import DEATHS, Queue
from schedulers.wishes import HEED, owed_in
from tests.schedulers.many.conftest import Machines, jobs_of
from tests.schedulers.many.test_queue import until


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ticks every second, and what is stalled is looked for as often."""
    monkeypatch.setattr(processes, "PERIODIC", {"sweep": timedelta(seconds=1)})
    monkeypatch.setattr(processes, "STALLED_EVERY", 1)


def test_of_two_clocks_each_tick_is_taken_by_one(pg: Database, machines: Machines, quick: None) -> None:
    """On its first start a clock also makes good a tick that is over; then it is one a second, whoever takes it."""
    ticks: list[float] = []
    machines.jobs["sweep"] = lambda house, ask: ticks.append(time.time())
    with machines.clock(), machines.clock():
        until(lambda: len(ticks) >= 5)
    assert len(ticks) - 1 <= ticks[-1] - ticks[0] + 2
    assert max(Counter(ticks_of(pg)).values()) == 1


def ticks_of(db: Database) -> list[Any]:
    with db.read() as session:
        asked = "SELECT task_name || defer_timestamp FROM procrastinate_periodic_defers"
        return list(session.connection().scalars(text(asked)))


def test_what_a_dead_worker_held_is_asked_for_again_until_workers_died_of_it_too_often(
    pg: Database, queue: Queue, machines: Machines, quick: None
) -> None:
    machines.jobs["sweep"] = lambda house, ask: None
    with pg.write() as session:
        queue.ask(session, owed_in("maple", "page:pta"), HEED)
    with machines.clock():
        for deaths in range(1, DEATHS + 1):
            take_and_die(pg)
            # What is of the whole state comes again.
            until(lambda: jobs_of(pg, "status || ' ' || task_name").count("todo heed") == 1)
            assert lanes_of(pg).count("aborted") == deaths
        assert lanes_of(pg) == ["aborted"] * DEATHS, "a sixth one is not asked for"


def test_a_job_whose_end_was_cut_off_does_not_keep_its_page_while_its_worker_lives(
    pg: Database, queue: Queue, machines: Machines, quick: None
) -> None:
    machines.jobs["sweep"] = lambda house, ask: None
    done, ending = [], threading.Event()

    def lane(house: Any, ask: Any, **ids: str) -> None:
        done.append(ids)
        if len(done) == 1:
            assert ending.wait(20)

    machines.jobs["lane"] = lane
    with pg.write() as session:
        queue.ask(session, owed_in("maple", "page:pta"))
    with machines.clock(), machines.worker():
        until(lambda: done)
        with pg.write() as session:
            held = "SELECT id FROM procrastinate_jobs WHERE task_name = 'lane' FOR UPDATE"
            session.connection().execute(text(held))  # so that to say that it is done takes a while
            ending.set()
            until(lambda: cut_off_who_finishes(pg))
        with pg.write() as session:
            queue.ask(session, owed_in("maple", "page:pta"))
        until(lambda: len(done) >= 2 and "doing" not in lanes_of(pg))


def cut_off_who_finishes(db: Database) -> bool:
    with db.read() as session:
        cut = (
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE wait_event_type = 'Lock' AND query LIKE '%procrastinate_finish_job%' AND pid <> pg_backend_pid()"
        )
        return bool(session.connection().scalar(text(cut)))


def take_and_die(db: Database) -> None:
    """A worker that took all there is, and gave no sign of life since."""
    with db.write() as session:
        connection = session.connection()
        worker = connection.scalar(
            text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 h') RETURNING id")
        )
        take = "UPDATE procrastinate_jobs SET status = 'doing', worker_id = :worker WHERE status = 'todo' AND queue_name = 'work'"
        connection.execute(text(take), {"worker": worker})


def lanes_of(db: Database) -> list[Any]:
    with db.read() as session:
        found = "SELECT status FROM procrastinate_jobs WHERE task_name = 'lane' ORDER BY id"
        return list(session.connection().scalars(text(found)))

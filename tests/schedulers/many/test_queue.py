from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from procrastinate import App, SyncPsycopgConnector
from procrastinate.jobs import Job
from sqlmodel import select, text

from config.mistake import Mistake
from models.database import Database
from models.delivery import Delivery
from models.school import School
from schedulers.many.queue import DEATHS, WORK, Queue, address, prepare
from schedulers.wishes import HEED, Wish, ask_when_owed, comments_of, look_at, owed_in, round_of
from tests.models import rows
from tests.models.rows import NOW
from tests.schedulers.many.conftest import Machines, jobs_of


def test_a_job_and_its_data_are_there_together_or_not_at_all(pg: Database, queue: Queue) -> None:
    with pytest.raises(ZeroDivisionError), pg.write() as session:
        session.add(rows.school())
        queue.ask(session, round_of("maple"))
        raise ZeroDivisionError
    assert jobs_of(pg) == []
    with pg.write() as session:
        session.add(rows.school())
        queue.ask(session, round_of("maple"))
        session.flush()
        assert jobs_of(pg) == [], "nobody sees it before the commit"
    assert jobs_of(pg) == ["todo"]


def test_a_page_that_sees_its_own_school_only_asks_like_anybody(pg: Database, queue: Queue) -> None:
    with pg.write() as session:
        session.add(rows.school())
    with pg.of("maple").write() as session:
        queue.ask(session, round_of("maple"))
        queue.ask(session, round_of("maple"))
    assert jobs_of(pg) == ["todo"]


def test_a_second_one_that_does_the_same_is_left_out_and_the_data_is_written(pg: Database, queue: Queue) -> None:
    for slug in ("maple", "oak"):
        with pg.write() as session:
            queue.ask(session, round_of("maple"), round_of("maple"), comments_of(slug, "pta"))
            session.add(rows.school(slug))
    assert jobs_of(pg, "queueing_lock") == ["round:maple", "collect:maple/pta", "collect:oak/pta"]
    with pg.read() as session:
        assert len(session.exec(select(School)).all()) == 2


def test_two_who_ask_for_the_same_at_the_same_moment_both_write_their_data(pg: Database, queue: Queue) -> None:
    """The second one finds the rule of the database broken, after it looked: its transaction goes on all the same."""
    looked, asked = threading.Event(), threading.Event()

    class Slow(Queue):
        def _new(self, session: Any, wishes: Any) -> list[Wish]:
            found = super()._new(session, wishes)
            looked.set()
            assert asked.wait(10)
            return found

    def second() -> None:
        with pg.write() as session:
            session.add(rows.school("oak"))
            Slow().ask(session, round_of("maple"), round_of("oak"))

    thread = threading.Thread(target=second)
    thread.start()
    assert looked.wait(10)
    with pg.write() as session:
        queue.ask(session, round_of("maple"))
    asked.set()
    thread.join(10)
    assert sorted(jobs_of(pg, "queueing_lock")) == ["round:maple", "round:oak"]
    with pg.read() as session:
        assert session.get(School, "oak") is not None


def test_who_writes_down_a_debt_asks_for_its_sending(pg: Database, queue: Queue) -> None:
    ask_when_owed(pg, queue.ask)
    given = {"school": "maple", "kind": "reply", "lane": "page:pta-page", "created_at": NOW, "next_at": NOW}
    with pg.write() as session:
        session.add(rows.school())
        session.flush()
        for number in range(3):
            session.add(Delivery(**given, target=f"me_{number}", revision="1", state="due"))
            session.flush()
    assert jobs_of(pg, "queueing_lock") == ["lane:maple/page:pta-page"]


def test_what_backs_off_never_holds_back_what_is_ready(pg: Database, queue: Queue) -> None:
    """Procrastinate #1599: a job that waits with a lock keeps back those of the same lock that are ready.

    So none of ours does. The second half shows the trap itself: once the library mends it, this may go.
    """
    with pytest.raises(ValueError, match="holds no lock"):
        Wish("lane", lock="page:maple/pta", after=60)
    manager = App(connector=SyncPsycopgConnector(conninfo=address(pg))).job_manager
    later = datetime.now(UTC) + timedelta(minutes=1)
    with pg.write() as session:
        driver = session.connection().connection.driver_connection
        waits = Job(
            id=None,
            queue=WORK,
            task_name="lane",
            lock="page:maple/pta",
            queueing_lock=None,
            scheduled_at=later,
            priority=1,
        )
        manager.defer_job(waits, connection=driver)
        queue.ask(session, comments_of("maple", "pta"), comments_of("oak", "pta"))
    assert next_job(pg) == "collect:oak/pta"
    assert next_job(pg) is None, "collect:maple/pta waits behind the one that is not ready"


def next_job(pg: Database) -> str | None:
    with pg.write() as session:
        worker = session.connection().scalar(text("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id"))
        fetch = text("SELECT queueing_lock FROM procrastinate_fetch_job_v2(NULL, :worker)")
        found: str | None = session.connection().scalar(fetch, {"worker": worker})
        return found


def test_a_job_that_workers_die_of_again_and_again_is_set_aside(pg: Database, queue: Queue) -> None:
    for _ in range(DEATHS):
        with pg.write() as session:
            queue.ask(session, owed_in("maple", "page:pta"))
            session.connection().execute(text("UPDATE procrastinate_jobs SET status = 'aborted'"))
    with pg.write() as session:
        queue.ask(session, owed_in("maple", "page:pta"), owed_in("oak", "page:pta"))
    assert jobs_of(pg) == ["aborted"] * DEATHS + ["todo"]


def test_the_webhooks_of_all_schools_are_heeded_though_a_worker_died_amid_many_such_jobs(
    pg: Database, queue: Queue
) -> None:
    for _ in range(DEATHS + 1):
        with pg.write() as session:
            queue.ask(session, HEED)
            session.connection().execute(text("UPDATE procrastinate_jobs SET status = 'aborted'"))
    with pg.write() as session:
        queue.ask(session, HEED)
    assert jobs_of(pg)[-1] == "todo"


def test_a_database_that_is_no_postgresql_is_told_with_the_mend(db: Database) -> None:
    with pytest.raises(Mistake, match="use `serve`"):
        prepare(db)


def test_processes_that_start_together_prepare_the_queue_once(pg: Database) -> None:
    threads = [threading.Thread(target=prepare, args=(pg,)) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(10)
    with pg.write() as session:
        assert session.connection().scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 0


# --- working


def test_a_worker_does_as_many_at_once_as_it_has_threads(pg: Database, queue: Queue, machines: Machines) -> None:
    meeting = threading.Barrier(12)

    def meet(house: Any, ask: Any, *, pages: Any) -> None:
        meeting.wait(20)

    machines.jobs["look"] = meet
    with pg.write() as session:
        queue.ask(session, *(look_at([("maple", str(number))]) for number in range(12)))
    with machines.worker(threads=12):
        until(lambda: jobs_of(pg) == [])
    assert not meeting.broken


def test_jobs_of_one_page_never_meet_though_two_workers_do_them(pg: Database, queue: Queue, machines: Machines) -> None:
    guard, inside, most, done = threading.Lock(), 0, 0, 0

    def lane(house: Any, ask: Any, **ids: str) -> None:
        nonlocal inside, most, done
        with guard:
            inside += 1
            most = max(most, inside)
        threading.Event().wait(0.01)
        with guard:
            inside, done = inside - 1, done + 1

    machines.jobs["lane"] = lane
    with pg.write() as session:
        same = [Wish("lane", {"school": "maple", "lane": "page:pta"}, lock="page:maple/pta") for _ in range(20)]
        queue.ask(session, *same)
    with machines.worker(), machines.worker():
        until(lambda: jobs_of(pg) == [])
    assert (most, done) == (1, 20)


def test_a_job_that_fails_is_kept_for_a_look_and_the_next_one_is_done(
    pg: Database, queue: Queue, machines: Machines
) -> None:
    def school(house: Any, ask: Any, *, school: str) -> None:
        if school == "maple":
            raise RuntimeError("a calendar fell off the wall")

    machines.jobs["school"] = school
    with pg.write() as session:
        queue.ask(session, round_of("maple"), round_of("oak"))
    with machines.worker():
        until(lambda: jobs_of(pg) == ["failed"])


def until(true: Any) -> None:
    waiting = threading.Event()
    for _ in range(600):
        if true():
            return
        waiting.wait(0.05)
    raise AssertionError("it did not come")

"""The queue: jobs are asked for in the transaction that writes the data, and are there when it commits, or never.

Rows hold the truth, so a job that is lost or comes twice does no harm; and what must wait, waits in its row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import psycopg
import structlog
from procrastinate import App, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job
from procrastinate.schema import SchemaManager
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlmodel import Session

from config.mistake import Mistake
from models.database import Database
from schedulers.wishes import Wish

WORK, CLOCK = "work", "clock"  # Procrastinate's queues
DEATHS = 5  # of workers amid one and the same job, after which it is set aside for an hour
_LOCK = 7_202_615  # any fixed number: processes that start together prepare the queue one after the other
_WAITING = text("SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = ANY(:onces)")
_COUNTED = text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")
_SET_ASIDE = text(
    "SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'aborted' AND queueing_lock = ANY(:onces) "
    "GROUP BY queueing_lock HAVING count(*) >= :deaths"
)
log = structlog.get_logger()


def prepare(db: Database) -> None:
    """Procrastinate's tables, where they are not there yet. Mistake for a database that is no PostgreSQL."""
    if db.is_sqlite:
        raise Mistake(
            "web, worker and clock work together through PostgreSQL, and this database is SQLite",
            "use `serve`, which does everything in one process, or set BRIDGE_DATABASE_URL to a PostgreSQL",
        )
    with db.engine.begin() as connection:
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        if connection.scalar(text("SELECT to_regclass('procrastinate_jobs')")) is None:
            driver = connection.connection.driver_connection
            assert isinstance(driver, psycopg.Connection)
            driver.execute(SchemaManager.get_schema().encode())
            driver.execute("CREATE INDEX ON procrastinate_jobs (queueing_lock) WHERE status = 'aborted'")


def waiting(session: Session) -> int:
    """How many jobs wait to be taken, of all schools."""
    return int(session.connection().scalar(_COUNTED) or 0)


def address(db: Database) -> str:
    """As psycopg has it."""
    return make_url(db.url).set(drivername="postgresql").render_as_string(hide_password=False)


class Queue:
    """`ask` is schedulers.wishes.Ask."""

    def __init__(self) -> None:
        # Never opened: each job goes through the connection of the session that asks for it.
        self._manager = App(connector=SyncPsycopgConnector()).job_manager

    def ask(self, session: Session, *wishes: Wish) -> None:
        wanted = self._new(session, wishes)
        driver = session.connection().connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        if not wanted:
            return
        try:
            # In a savepoint: the database ends a transaction in which a rule was broken.
            with driver.transaction():
                self._manager.batch_defer_jobs([_job(one) for one in wanted], connection=driver)
        except AlreadyEnqueued:  # another process asked for one of them since we looked
            for one in wanted:
                with suppress(AlreadyEnqueued), driver.transaction():
                    self._manager.defer_job(_job(one), connection=driver)

    def _new(self, session: Session, wishes: Sequence[Wish]) -> list[Wish]:
        """Without those of which one waits already, and those that workers died of again and again."""
        onces = [one.once for one in wishes if one.once]
        connection = session.connection()
        known = set(connection.scalars(_WAITING, {"onces": onces})) if onces else set()
        # What goes over all schools never is: many of it run at once, so that one death counts as many.
        mortal = [one.once for one in wishes if one.once and one.ids]
        aside = set(connection.scalars(_SET_ASIDE, {"onces": mortal, "deaths": DEATHS})) if mortal else set()
        for one in aside:
            log.error("a job is set aside: workers died of it", job=one, deaths=DEATHS)
        return list(_each_once(one for one in wishes if one.once not in known | aside))


def _each_once(wishes: Iterable[Wish]) -> Iterable[Wish]:
    met = set[str]()
    for one in wishes:
        if one.once not in met:
            yield one
        if one.once:
            met.add(one.once)


def _job(wish: Wish) -> Job:
    later = datetime.now(UTC) + timedelta(seconds=wish.after) if wish.after else None
    return Job(
        id=None, queue=WORK, task_name=wish.job, task_kwargs=cast(Any, dict(wish.ids)), lock=wish.lock or None,
        queueing_lock=wish.once or None, scheduled_at=later, priority=0 if wish.job in _SLOW else 1,
    )  # fmt: skip


_SLOW = ("school", "look")  # a family waits for the others

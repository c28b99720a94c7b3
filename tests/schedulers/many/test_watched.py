"""Workers as they are seen from outside: by their pulse, and by the lines of their jobs."""

from __future__ import annotations

from typing import Any

import structlog
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from models.database import Database
from models.pulse import pulses
from schedulers.many.queue import Queue
from schedulers.wishes import round_of
from tests.schedulers.many.conftest import Machines, jobs_of
from tests.schedulers.many.test_queue import until


def roles(db: Database) -> list[str]:
    with db.read() as session:
        return [one.role for one in pulses(session)]


def test_a_worker_has_a_pulse_as_long_as_it_takes_jobs(pg: Database, machines: Machines) -> None:
    with machines.worker():
        until(lambda: roles(pg) == ["worker"])
    assert roles(pg) == [], "it said goodbye"


def test_all_lines_of_a_job_carry_its_number_and_its_name(pg: Database, queue: Queue, machines: Machines) -> None:
    def school(house: Any, ask: Any, *, school: str) -> None:
        structlog.get_logger().warning("at work", school=school)

    machines.jobs["school"] = school
    with pg.write() as session:
        queue.ask(session, round_of("maple"), round_of("oak"))
    numbers = jobs_of(pg, "id")
    with capture_logs([merge_contextvars]) as logs, machines.worker():
        until(lambda: jobs_of(pg) == [])
    told = {one["school"]: one["job"] for one in logs if one["event"] == "at work"}
    assert told == {"maple": f"{numbers[0]} school", "oak": f"{numbers[1]} school"}

"""The clock of one process: runs each job every so often, and at once when somebody says that there is work.

The schedule of work lives in rows; a job only looks what is due. So the jobs are kept in memory and made anew at every
start: two processes on one stored list would run nearly every tick twice, and nothing would say so.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.events import EVENT_JOB_EXECUTED, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler

from config.logs import logged

STILL = timedelta(minutes=15)  # as long as the longest run may take
_LATE_IS_FINE = 300  # seconds; the default of one would skip runs on a busy machine

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Job:
    """`id` is fixed, for logs and for `wake`. `run` is not called again before it has ended."""

    id: str
    every: timedelta
    run: Callable[[], None]


class Clock:
    """Each job runs at the start, then every `every`. What a job raises is logged; the clock goes on."""

    def __init__(self, jobs: Sequence[Job], *, still: timedelta = STILL) -> None:
        self._jobs = {job.id: job for job in jobs}
        if len(self._jobs) != len(jobs):
            raise ValueError("Two jobs have the same id: give each its own.")
        self._still = still
        self._signs = dict.fromkeys(self._jobs, time.monotonic())
        self._asked = {job.id: threading.Event() for job in jobs}
        self._threads = ThreadPoolExecutor(max(len(jobs), 1))
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": self._threads},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": _LATE_IS_FINE},
        )
        # It warns whenever a run takes longer than the time to the next: that is meant, and no trouble.
        logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)

    def start(self) -> None:
        for job in self._jobs.values():
            self._scheduler.add_job(
                self._run, "interval", args=(job,), seconds=job.every.total_seconds(), id=job.id, next_run_time=_now()
            )
        self._scheduler.add_listener(self._run_again_if_asked, EVENT_JOB_EXECUTED)
        self._scheduler.start()

    def stop(self, wait: bool = True) -> None:
        """No new runs; `wait` for those under way. Stopping twice, or before the start, does nothing."""
        if self._scheduler.running:
            # It holds its lock while it waits, and the end of a run that was asked for again needs that lock.
            self._scheduler.shutdown(wait=False)
            self._threads.shutdown(wait=wait)

    def why_not(self) -> str:
        """A sentence when it does not run, or when a job gave no sign of life for too long; "" when all is well."""
        if not self._scheduler.running:
            return "The clock does not run."
        now = time.monotonic()
        still = [
            id for id, job in self._jobs.items() if now - self._signs[id] > (job.every + self._still).total_seconds()
        ]
        return f"The clock stands still: {', '.join(still)} neither began nor ended for {self._still}." if still else ""

    def lives(self, id: str) -> None:
        """A run that does one thing after another tells that it is not stuck."""
        self._signs[id] = time.monotonic()

    def wake(self, id: str) -> None:
        """Run a job soon: now, or, if it is running, once more after that. May be called from any thread.

        Asking again for what is asked for already costs nothing: webhooks come by the hundred.
        """
        if self._asked[id].is_set():
            return
        self._asked[id].set()
        self._soon(id)

    def _run(self, job: Job) -> None:
        self._asked[job.id].clear()
        self.lives(job.id)
        with logged(job=job.id):
            try:
                job.run()
            except Exception:
                log.exception("a job failed", job=job.id)
        self.lives(job.id)

    def _run_again_if_asked(self, event: JobExecutionEvent) -> None:
        """A wake during a run is skipped by the scheduler (one at a time), so it is made good here."""
        if self._asked[event.job_id].is_set():
            self._soon(event.job_id)

    def _soon(self, id: str) -> None:
        # A clock that is not started yet, or stopped already, has no job to move: a start runs every job anyway.
        with suppress(JobLookupError):
            self._scheduler.modify_job(id, next_run_time=_now())


def _now() -> datetime:
    return datetime.now(UTC)

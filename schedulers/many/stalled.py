"""Jobs whose worker died: their locks are freed and they are asked for anew; one that workers keep dying of is set aside."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog
from procrastinate import JobContext
from procrastinate.jobs import Job, Status

from models.database import Database
from schedulers.many.queue import CLOCK, Queue
from schedulers.wishes import Wish

_HOURS = 1  # ended jobs are remembered so long: among them those that workers died of
log = structlog.get_logger()


async def free_stalled(context: JobContext, db: Database, queue: Queue, dead: float) -> None:
    """`dead`: seconds without a sign of life.

    Not retried as it is: another one that does the same may wait already, and only one may.
    """
    jobs = context.app.job_manager
    stalled = list(await jobs.get_stalled_jobs(seconds_since_heartbeat=dead))
    for one in stalled:
        assert one.id is not None
        await jobs.finish_job_by_id_async(job_id=one.id, status=Status.ABORTED, delete_job=False)
        log.warning("a worker died amid a job", job=one.task_name, **one.task_kwargs)
    if stalled:
        await asyncio.to_thread(_ask_again, db, queue, stalled)
    await jobs.delete_old_jobs(_HOURS, include_failed=True, include_cancelled=True, include_aborted=True)


def _ask_again(db: Database, queue: Queue, jobs: Sequence[Job]) -> None:
    """The ticks of a clock come by themselves."""
    with db.write() as session:
        queue.ask(session, *(_again(one) for one in jobs if one.queue != CLOCK))


def _again(one: Job) -> Wish:
    return Wish(one.task_name, one.task_kwargs, one.lock or "", one.queueing_lock or "")  # type: ignore[arg-type]

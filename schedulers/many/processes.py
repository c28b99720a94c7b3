"""The processes `worker` and `clock`: both take jobs from the queue, the clock those that come by time.

A worker does as many at once as it has threads. When the database goes away, both wait for it to come back: what was under
way is found again in the rows, and what a dead process held is free after `DEAD` seconds. Where a statement to the queue was
cut off, the process ends what it has under way and begins anew under another number; what it held is free then.
"""

from __future__ import annotations

import asyncio
import math
import signal
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from procrastinate import App, JobContext

from config.logs import logged
from schedulers.house import House
from schedulers.jobs import JOBS, PERIODIC
from schedulers.many.queue import CLOCK, WORK, Queue, address
from schedulers.many.queue_connector import QueueConnector
from schedulers.many.stalled import free_stalled
from upkeep.pulse import beating

HEARTBEAT, DEAD = 5.0, 20.0  # seconds between two signs of life; without one for so long, a process counts as dead
STALLED_EVERY = 5  # seconds
_LOOK = 1.0  # seconds: what was to wait a little raises no signal when its time has come
_AWAY = 2.0  # seconds until a database that went away is tried again
log = structlog.get_logger()


def work(house: House, queue: Queue, threads: int) -> None:
    """Takes jobs until SIGTERM or Ctrl-C; then ends those under way."""
    _run(house, "worker", threads, lambda: _app(house, queue), WORK)


def keep_time(house: House, queue: Queue) -> None:
    """Asks for what is due. Several clocks do no harm: each tick is taken once."""
    _run(house, "clock", 2, lambda: _clock_app(house, queue), CLOCK)


class _Turning:
    """Whether the loop turns that takes the jobs: else this process has no pulse."""

    def __init__(self) -> None:
        self._turned = -math.inf

    async def turn(self) -> None:
        while True:
            self._turned = time.monotonic()
            await asyncio.sleep(1)

    def is_well(self) -> bool:
        return time.monotonic() - self._turned < DEAD


def _run(house: House, role: str, threads: int, build: Callable[[], App], taken: str) -> None:
    turning = _Turning()
    with beating(house.db, role, house.clock, turning.is_well):
        asyncio.run(_until_stopped(house, threads, build, taken, turning))


def _app(house: House, queue: Queue) -> App:
    """Losing the last moments of the queue costs a repeated look into rows, so that no commit of it waits for the disk."""
    connector = QueueConnector(
        conninfo=address(house.db), kwargs={"options": "-c synchronous_commit=off"}, min_size=1, max_size=4
    )
    app = App(connector=connector)
    for name, job in JOBS.items():
        app.task(name=name, pass_context=True)(_told_of(partial(job, house, queue.ask)))
    return app


def _told_of(run: Callable[..., Any]) -> Callable[..., None]:
    """All lines of a job carry its number in the queue and its name."""

    def job(context: JobContext, **ids: Any) -> None:
        with logged(job=f"{context.job.id} {context.job.task_name}"):
            run(**ids)

    return job


def _clock_app(house: House, queue: Queue) -> App:
    """A tick that comes while the one before still waits is left out."""
    app = _app(house, queue)
    for name, every in PERIODIC.items():
        tick = _tick(name, partial(JOBS[name], house, queue.ask))
        task = app.task(name=f"tick {name}", queue=CLOCK, queueing_lock=f"tick {name}", lock=f"tick {name}")
        app.periodic(cron=_cron(every))(task(tick))
    # Without a lock, which a clock that died amid this would hold for ever.
    free = app.task(name="tick stalled", queue=CLOCK, queueing_lock="tick stalled", pass_context=True)
    app.periodic(cron=f"* * * * * */{STALLED_EVERY}")(free(_free(house, queue)))
    return app


def _tick(name: str, run: Callable[[], Any]) -> Callable[[int], None]:
    def tick(timestamp: int) -> None:
        with logged(job=name):
            run()

    return tick


def _free(house: House, queue: Queue) -> Callable[..., Awaitable[None]]:
    async def free(context: JobContext, timestamp: int) -> None:
        await free_stalled(context, house.db, queue, DEAD)

    return free


def _cron(every: timedelta) -> str:
    seconds = int(every.total_seconds())
    return f"* * * * * */{seconds}" if seconds < 60 else f"*/{seconds // 60} * * * *" if seconds < 3600 else "7 * * * *"


async def _until_stopped(house: House, threads: int, build: Callable[[], App], taken: str, turning: _Turning) -> None:
    loop = asyncio.get_running_loop()
    # Sync jobs run in the loop's own executor, which would be small, whatever concurrency is asked for.
    loop.set_default_executor(ThreadPoolExecutor(threads, thread_name_prefix="job"))
    if threading.current_thread() is threading.main_thread():
        for wish in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(wish, house.stopping.set)
    stopping = asyncio.create_task(_asked(house.stopping))
    while not stopping.done():
        try:
            await _take_jobs(build(), threads, taken, stopping, turning)
        except Exception as wrong:
            log.warning("the queue is away, it is tried again", why=str(wrong), kind=type(wrong).__name__)
        await asyncio.wait((stopping,), timeout=_AWAY)


async def _asked(stopping: threading.Event) -> None:
    """Returns once somebody, of whatever thread, asks to end."""
    while not stopping.is_set():
        await asyncio.sleep(0.1)


async def _take_jobs(app: App, threads: int, taken: str, stopping: asyncio.Task[None], turning: _Turning) -> None:
    async with app.open_async():
        taking = asyncio.create_task(
            app.run_worker_async(
                queues=[taken], concurrency=threads, install_signal_handlers=False, delete_jobs="successful",
                update_heartbeat_interval=HEARTBEAT, stalled_worker_timeout=DEAD, fetch_job_polling_interval=_LOOK,
            )
        )  # fmt: skip
        turns = asyncio.create_task(turning.turn())
        cut_off = asyncio.create_task(_cut_off(app))
        await asyncio.wait((taking, stopping, cut_off), return_when=asyncio.FIRST_COMPLETED)
        turns.cancel()
        cut_off.cancel()
        taking.cancel()  # it ends what is under way, and takes no more
        with suppress(asyncio.CancelledError):
            await taking


async def _cut_off(app: App) -> None:
    assert isinstance(app.connector, QueueConnector)
    await app.connector.cut_off.wait()
    log.warning("a statement to the queue was cut off: what is under way is ended, then it begins anew")

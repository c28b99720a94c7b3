"""Workers to measure, each a process of its own: ours, and Procrastinate as it comes. Both know the same few jobs."""

from __future__ import annotations

import asyncio
import os
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, cast

from cryptography.fernet import Fernet
from procrastinate import App, PsycopgConnector
from sqlalchemy import text

from config.settings import Settings
from connector.doors import Doors
from inbox.language.guess import Guesser
from models.database import Database
from models.vault import Vault
from schedulers.house import House
from schedulers.jobs import JOBS
from schedulers.many.processes import keep_time, work
from schedulers.many.queue import WORK, Queue, address
from schedulers.wishes import Ask

THREADS = 16
SLOW = 6.0  # seconds


def nothing(house: House | None, ask: Ask | None, *, number: str) -> None:
    """A job whose whole cost is that it is one."""


def slow(house: House, ask: Ask, *, number: str) -> None:
    """Leaves behind who began it when, and at its end that it was done."""
    with house.db.everywhere.write() as session:
        session.connection().execute(text("INSERT INTO begun VALUES (:n, :pid)"), {"n": number, "pid": os.getpid()})
    time.sleep(SLOW)
    with house.db.everywhere.write() as session:
        session.connection().execute(text("INSERT INTO done VALUES (:n)"), {"n": number})


def ours(url: str) -> None:
    cast(dict[str, Any], JOBS).update(nothing=nothing, slow=slow)
    work(_house(url), Queue(), THREADS)


def clock(url: str) -> None:
    cast(dict[str, Any], JOBS).update(nothing=nothing, slow=slow)
    keep_time(_house(url), Queue())


def bare(url: str) -> None:
    """With what ours is given, too: threads for all it does at once, and commits that do not wait for the disk."""

    async def run() -> None:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS))
        options = {"options": "-c synchronous_commit=off"}
        app = App(connector=PsycopgConnector(conninfo=address(Database(url)), kwargs=options))
        app.task(name="nothing")(partial(nothing, None, None))
        async with app.open_async():
            await app.run_worker_async(queues=[WORK], concurrency=THREADS, delete_jobs="successful")

    asyncio.run(run())


def _house(url: str) -> House:
    return House(
        Database(url).everywhere, Doors(), Vault(Fernet.generate_key().decode()), Settings(data=Path()), {}, Guesser(),
        lambda: datetime.now(UTC),
    )  # fmt: skip

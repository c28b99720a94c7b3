"""Servers to measure: a PostgreSQL of our own, and web servers as processes of their own."""

from __future__ import annotations

import multiprocessing
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from commands.serving import listen, share_the_turn, spare_the_collector
from config.settings import Settings
from config.wording import load_wordings
from models.database import Database
from rehearsal.postgres import postgres as started
from schedulers.many.queue import Queue, prepare
from schedulers.wishes import HEED
from web.app import build
from web.context import Wake

SECRET = "benchmark"


@contextmanager
def postgres() -> Iterator[str]:
    """The address of an empty database; what is committed is on the disk, as the server comes."""
    # Directly in the temporary folder: a socket's path must be short.
    with TemporaryDirectory(prefix="pg") as folder, started(Path(folder)) as url:
        yield url


@contextmanager
def process(run: Callable[..., None], *given: Any) -> Iterator[int]:
    """`run(*given)` in a process of its own, as long as this lasts; its id. It is ended hard."""
    child = multiprocessing.get_context("spawn").Process(target=run, args=given, daemon=True)
    child.start()
    try:
        assert child.pid
        yield child.pid
    finally:
        child.kill()
        child.join()


@contextmanager
def running(serve: Callable[..., None], *given: Any) -> Iterator[int]:
    """`serve(port, *given)` in a process of its own, as long as this lasts; its port."""
    with socket.create_server(("127.0.0.1", 0)) as tried:
        port: int = tried.getsockname()[1]
    with process(serve, port, *given):
        until(lambda: _answers(port), 60)
        yield port


def until(come: Callable[[], bool], seconds: float) -> None:
    ends = time.monotonic() + seconds
    while not come():
        if time.monotonic() > ends:
            raise RuntimeError(f"it did not come within {seconds} s")
        time.sleep(0.02)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


def serve_pages(port: int, url: str, folder: Path) -> None:
    """The whole application, as `run.py web` has it, on a PostgreSQL that was migrated."""
    db, settings = Database(url).everywhere, Settings(data=folder, fb_app_secret=SECRET)
    prepare(db)
    queue = Queue()
    wake = Wake(heed=lambda session: queue.ask(session, HEED))
    serve_app(build(db, settings, load_wordings(), lambda: datetime.now(UTC), wake), port)


def serve_app(app: ASGIApp, port: int) -> None:
    config = uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off")
    spare_the_collector()
    share_the_turn()
    with listen("127.0.0.1", port) as listening:
        uvicorn.Server(config).run([listening])

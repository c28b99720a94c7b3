"""The processes that play schedules, one for each core, and what each of them needs."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import FrameType

import structlog
from cryptography.fernet import Fernet

from config.logs import start_logging
from config.wording import load_wordings
from inbox.language.guess import Guesser
from models.database import Database
from tests.crash.hours import Hours
from tests.crash.plan import schedule
from tests.crash.play import Played, play, warm_up
from tests.crash.program import Loaded
from tests.crash.stores import PostgresStore, SqliteStore, Store
from tests.crash.town import Town
from tests.crash.zygote import Zygote


@dataclass(frozen=True, slots=True)
class Work:
    """The seeds that one process plays, one after another."""

    database: str
    server: str
    seeds: Sequence[int]
    name: str
    broken: str


def play_all(database: str, server: str, seeds: Sequence[int], jobs: int, broken: str = "") -> Iterator[Played]:
    """What each schedule came to, as they end. `server`: the address of a PostgreSQL, where it is one."""
    links = dict(_begun(database, server, seeds, max(1, min(jobs, len(seeds))), broken))
    try:
        while links:
            for link in wait(list(links)):
                assert isinstance(link, Connection)
                try:
                    yield link.recv()
                except EOFError:
                    _ended_well(links.pop(link))
    finally:
        for process in links.values():
            process.terminate()
            process.join()


def _begun(
    database: str, server: str, seeds: Sequence[int], jobs: int, broken: str
) -> Iterator[tuple[Connection, multiprocessing.process.BaseProcess]]:
    for number in range(jobs):
        ours, theirs = multiprocessing.Pipe(duplex=False)
        work = Work(database, server, seeds[number::jobs], f"w{number}", broken)
        process = multiprocessing.get_context("fork").Process(target=_worker, args=(work, theirs))
        process.start()
        theirs.close()
        yield ours, process


def _ended_well(process: multiprocessing.process.BaseProcess) -> None:
    process.join()
    if process.exitcode:
        raise RuntimeError(f"A process that plays schedules ended with {process.exitcode}: its words are above.")


def _worker(work: Work, link: Connection) -> None:
    """Zygote first: it is forked while this process has no threads yet."""
    _hush(work)
    guesser = Guesser()
    guesser.guess("Is there childcare on Tuesday?", ("en", "es"))
    with tempfile.TemporaryDirectory(prefix="crash", dir=_quick_disk()) as name:
        folder, hours = Path(name), Hours()
        store = _store(work, folder)
        wordings, key = load_wordings(folder / "wording"), Fernet.generate_key().decode()
        loaded = Loaded(Database(store.url).everywhere, wordings, guesser, key, hours)
        zygote = Zygote(loaded)
        signal.signal(signal.SIGTERM, _end)
        town = Town(folder, store, loaded)
        try:
            warm_up(zygote, town)
            for seed in work.seeds:
                link.send(play(zygote, town, schedule(seed), work.broken))
        finally:
            hours.stop()
            town.stop()
            zygote.stop()


def _end(number: int, frame: FrameType | None) -> None:
    """Told to end: what was started here is stopped, too."""
    sys.exit(0)


def _hush(work: Work) -> None:
    """Warnings belong to every schedule here; who plays one again wants to read them."""
    start_logging("text", quiet=True)
    if len(work.seeds) > 1:
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
        logging.disable(logging.ERROR)  # the server tells of each sender that was killed


def _store(work: Work, folder: Path) -> Store:
    return SqliteStore(folder) if work.database == "sqlite" else PostgresStore(work.server, f"crash_{work.name}")


def _quick_disk() -> str | None:
    """Memory, where there is some: a killed process loses nothing that the system has taken."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None

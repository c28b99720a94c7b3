"""The lists of the inbox over a million messages, on both databases: each against itself without its indexes; the page of
fifty rows against the same page filled from plain Core rows; and, only told, how long the database takes for all of it.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection
from sqlmodel import Session

from benchmarks.figures import Beside, Figure, aim, times_as_fast
from benchmarks.inbox_page import ours, plain
from benchmarks.inbox_rows import NOW, fill, without_lists
from benchmarks.servers import postgres
from models import inbox
from models.conversation import languages_heard
from models.database import Database
from models.inbox import Wanted
from models.inbox_rows import rows_of
from models.migrate import migrate

CONVERSATIONS = 400_000
TIMES, PEER = 500, 0.8
SCHOOL, READER, SPEAKS = "maple", "p1@maple.example", ("en", "es")
SEARCHES = {"seldom": "n4998", "often": "gracias", "never": "xylophon"}


def measure() -> Iterator[Figure]:
    kinds: dict[str, Callable[[], AbstractContextManager[Database]]] = {"SQLite": _sqlite, "PostgreSQL": _postgres}
    for name, database in kinds.items():
        with database() as db:
            migrate(db)
            fill(db, CONVERSATIONS)
            yield from _lists(name, db)
            yield from page(name, db, SCHOOL)
            yield from _told(name, db)


# --- each list with its index, and without


def _lists(name: str, db: Database) -> Iterator[Figure]:
    quick = {view: taken_by(db, SCHOOL, view, 41) for view in inbox.VIEWS}
    with without_lists(db):
        slow = {view: taken_by(db, SCHOOL, view, 3) for view in inbox.VIEWS}
    for view in inbox.VIEWS:
        bare = Beside("without its index", slow[view] * 1000)
        yield Figure(f"{name}: list “{view}”", quick[view] * 1000, "ms", times_as_fast(TIMES), bare, margin=0.5)


def taken_by(db: Database, school: str, view: inbox.View, runs: int, before: str = "") -> float:
    """Seconds that the database takes for the first page's query: the median. `before`: what is told the database first."""
    wanted = Wanted(view, f"p1@{school}.example", SPEAKS)
    with db.of(school).read() as session:
        connection = session.connection()
        if before:
            connection.exec_driver_sql(before)
        query = inbox.list_query(connection.dialect.name, school, wanted, NOW, None)
        compiled = query.compile(connection, compile_kwargs={"literal_binds": True})
        run = _in_sqlite if db.is_sqlite else _in_postgres
        run(connection, str(compiled))
        return statistics.median(run(connection, str(compiled)) for _ in range(runs))


def _in_sqlite(connection: Connection, query: str) -> float:
    driver: Any = connection.connection.driver_connection
    begun = time.perf_counter()
    driver.execute(query).fetchall()
    return time.perf_counter() - begun


def _in_postgres(connection: Connection, query: str) -> float:
    """As the server says, without the way there and back."""
    driver: Any = connection.connection.driver_connection
    plan = driver.execute("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + query).fetchone()[0]
    return float(plan[0]["Execution Time"]) / 1000


# --- the page


def page(name: str, db: Database, school: str) -> Iterator[Figure]:
    reader = f"p1@{school}.example"
    both = {"ours": ours(db, school, reader), "plain": plain(db, school, reader)}
    pages = {which: make() for which, make in both.items()}
    if (
        pages["ours"].count('class="talk"') != pages["plain"].count('class="talk"')
        or 'class="talk"' not in pages["ours"]
    ):
        raise RuntimeError("the two pages do not show the same")
    taken: dict[str, list[float]] = {"ours": [], "plain": []}
    for _ in range(40):  # in turns, since other work on the machine comes and goes
        for which, make in both.items():
            taken[which].append(seconds(make))
    rows = Beside("plain Core rows", _quick(taken["plain"]) * 1000)
    yield Figure(f"{name}: page of 50", _quick(taken["ours"]) * 1000, "ms", times_as_fast(PEER), rows)
    yield Figure(f"{name}: page of 50, all of it: p95", p95(taken["ours"]), "ms")


def _told(name: str, db: Database) -> Iterator[Figure]:
    with db.read() as session:
        lists = [
            seconds(lambda view=view: _whole(session, Wanted(view, READER, SPEAKS)))
            for _ in range(20)
            for view in inbox.VIEWS
        ]  # type: ignore[misc]
        yield Figure(f"{name}: rows, what they show, counts: p95", p95(lists), "ms", aim(5))
        voices = tuple(languages_heard(session, SCHOOL))
        by_voice = Wanted("languages", READER, SPEAKS, voices=voices)
        taken = [seconds(partial(inbox.listed, session, SCHOOL, by_voice, NOW)) for _ in range(20)]
        yield Figure(f"{name}: smallest voice first: p95", p95(taken), "ms")
        for which, looked_for in SEARCHES.items():
            wanted = Wanted("all", text=looked_for)
            taken = [seconds(partial(inbox.listed, session, SCHOOL, wanted, NOW)) for _ in range(12)]
            yield Figure(f"{name}: search for a word used {which}: p95", p95(taken), "ms")


def _whole(session: Session, wanted: Wanted) -> None:
    found = inbox.listed(session, SCHOOL, wanted, NOW)
    rows_of(session, SCHOOL, found.rows)
    inbox.counts(session, SCHOOL, READER, SPEAKS, NOW)


def seconds(do: Callable[[], object]) -> float:
    begun = time.perf_counter()
    do()
    return time.perf_counter() - begun


def _quick(taken: list[float]) -> float:
    """What the quickest quarter took: what else the machine does only ever adds."""
    return statistics.quantiles(taken, n=4)[0]


def p95(taken: list[float]) -> float:
    return statistics.quantiles(taken, n=20)[18] * 1000


# --- databases


@contextmanager
def _sqlite() -> Iterator[Database]:
    with TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{Path(folder) / 'bridge.db'}")
        yield db
        db.close()


@contextmanager
def _postgres() -> Iterator[Database]:
    with postgres() as url:
        db = Database(url).everywhere
        yield db
        db.close()

"""Rows 1, 13, 14, 15 and 34: kills, a full disk, a locked database, a database that ends our connection, a power cut.

Row 13: a full disk is a limit on the size of files, so SQLite only; a full disk of a PostgreSQL server ends a statement
or a connection, which is row 15. Row 34 proves that each connection asks for FULL durability, and that the intent is in
the files while Facebook handles the request; not that disk and system keep what fsync promises: no test can.
"""

from __future__ import annotations

import resource
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from commands.complaints import told
from models.database import Database
from models.delivery import Attempt
from outbox.settle import recover
from rehearsal.facebook.server import PretendFacebook
from schedulers.clock import Clock, Job
from schedulers.lock import round_lock
from tests.journeys.town import settle_in
from tests.outbox.conftest import WAIT, Yard

STEP = WAIT / 3 + timedelta(seconds=1)
ROOT = Path(__file__).parents[2]
FRAME = 4096 + 24  # bytes: what one page takes in the log of SQLite
on_sqlite = pytest.mark.parametrize("any_db", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("any_db", ["postgresql"], indirect=True)


def one_round(yard: Yard) -> None:
    """What a round does with what is owed: sort what a dead one left, then deliver."""
    with round_lock(yard.db):
        recover(yard.db, "maple", yard.clock(), lease=timedelta(minutes=2), alone=True)
        yard.deliver()


def settled_once(yard: Yard, owed: str) -> None:
    """The next rounds end every doubt: it stands once, and each request had its attempt."""
    for _ in range(6):
        one_round(yard)
        yard.clock.later += STEP
    assert yard.delivery(owed).state == "sent"
    assert yard.standing().count(yard.post_of(owed).text) == 1
    each_call_was_written_down(yard)


def each_call_was_written_down(yard: Yard) -> None:
    with yard.db.read() as session:
        assert len(list(session.exec(select(Attempt.id)))) >= len(yard.calls("POST"))


def complaint(wrong: Exception) -> str:
    """What a command says; it ends with 1."""
    said = told(wrong)
    assert said is not None
    sentence, code = said
    assert code == 1
    assert sentence.count("\n") == 0
    assert sentence.endswith(".")
    return sentence


def trouble_of(run: Callable[[], object]) -> str:
    """ "" when it went well."""
    try:
        run()
    except (OperationalError, OSError) as wrong:
        return complaint(wrong)
    return ""


# --- row 1


def test_row_01_whatever_is_killed_each_thing_stands_once() -> None:
    """One schedule on each database; `tests/crash` has more, and `make crash N=…` any number."""
    command = [sys.executable, "-m", "tests.crash", "--schedules", "2", "--first", "100"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, f"{ended.stdout}\n{ended.stderr}"
    assert ended.stdout.count("wrong: 0") == 2


# --- row 13


@contextmanager
def full_at(size: int) -> Iterator[None]:
    """The disk takes a file of `size` bytes, and nothing behind."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@on_sqlite
def test_row_13_a_disk_that_is_full_at_any_write_leaves_no_call_without_an_intent(yard: Yard) -> None:
    log, said = Path(f"{yard.db.engine.url.database}-wal"), set[str]()
    called_in_trouble = 0
    for pages in range(200):
        owed = yard.owe_post(f"Event {pages}")
        empty_log(yard)
        before = len(yard.calls("POST"))
        with full_at(log.stat().st_size + pages * FRAME + 1000):
            trouble = trouble_of(lambda: one_round(yard))
        each_call_was_written_down(yard)
        called_in_trouble += bool(trouble) and len(yard.calls("POST")) > before
        settled_once(yard, owed)
        if not trouble:
            break
        said.add(trouble)
    assert pages >= 3
    assert called_in_trouble >= 1  # it was full after the call, too
    assert all("database cannot be written" in one for one in said)


def empty_log(yard: Yard) -> None:
    yard.db.close()
    with yard.db.write() as session:
        session.execute(text("UPDATE school SET name = name"))  # the log begins here


def test_row_13_sync_says_in_one_sentence_that_the_disk_is_full_and_goes_on_later(tmp_path: Path) -> None:
    with PretendFacebook() as facebook:
        town = settle_in(tmp_path, facebook)
        # The log of SQLite may grow so large: it is full in the middle of the round, when some posts stand.
        with full_at(115 * FRAME):
            child = town.start("sync")
            _, err = child.communicate(timeout=120)
        assert child.returncode == 1, err
        assert [line for line in err.splitlines() if "Traceback" in line] == []
        assert "The database cannot be written" in err.splitlines()[-1] and "make room" in err.splitlines()[-1]
        assert len([line for line in err.splitlines() if "cannot be written" in line]) == 1
        assert 1 <= posts_called(facebook) <= attempts_in(tmp_path / "data" / "bridge.db")
        town.run("sync", "--until-settled")
        assert set(town.standing().values()) == {1}
        assert {one["state"] for one in town.rows("deliveries")} <= {"sent", "due"}


def posts_called(facebook: PretendFacebook) -> int:
    return sum(one["method"] == "POST" and one["path"].endswith(("/feed", "/comments")) for one in facebook.world.calls)


def attempts_in(file: Path) -> int:
    with sqlite3.connect(file) as session:
        return int(session.execute("SELECT count(*) FROM attempt").fetchone()[0])


# --- row 14


@contextmanager
def locked(yard: Yard) -> Iterator[sqlite3.Connection]:
    other = sqlite3.connect(yard.db.engine.url.database or "", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield other
    finally:
        with suppress(sqlite3.OperationalError):  # let go of already
            other.execute("ROLLBACK")
        other.close()


def waits_no_longer_than(yard: Yard, milliseconds: int) -> None:
    @event.listens_for(yard.db.engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.execute(f"PRAGMA busy_timeout={milliseconds}")

    yard.db.close()  # so that all connections are new


def when_stored(yard: Yard, act: Callable[[], None]) -> None:
    """Once, when Facebook has stored the next thing and not yet answered."""

    def heard(*_: Any) -> None:
        yard.facebook.world.keeper = None
        act()

    yard.facebook.world.keeper = heard


@on_sqlite
def test_row_14_a_database_that_is_locked_for_a_moment_is_waited_for(yard: Yard) -> None:
    owed = yard.owe_post()
    with locked(yard) as other:
        letting_go = threading.Timer(0.7, lambda: other.execute("ROLLBACK"))
        letting_go.start()
        one_round(yard)
        letting_go.join()
    assert (yard.delivery(owed).state, len(yard.calls("POST"))) == ("sent", 1)


@on_sqlite
@pytest.mark.parametrize("moment", ["before the claim", "after the call"])
def test_row_14_a_database_that_stays_locked_ends_the_round_with_a_sentence(yard: Yard, moment: str) -> None:
    waits_no_longer_than(yard, 200)
    owed = yard.owe_post()
    lock = locked(yard)
    if moment == "before the claim":
        lock.__enter__()
    else:
        when_stored(yard, lambda: lock.__enter__() and None)
    assert "busy with another process" in trouble_of(lambda: one_round(yard))
    assert len(yard.calls("POST")) == (0 if moment == "before the claim" else 1)
    lock.__exit__(None, None, None)
    settled_once(yard, owed)
    assert len(yard.calls("POST")) == 1


@on_sqlite
def test_row_14_the_clock_goes_on_after_a_locked_database(yard: Yard) -> None:
    waits_no_longer_than(yard, 100)
    owed = yard.owe_post()
    goes_on(yard, owed, locked(yard))


def goes_on(yard: Yard, owed: str, trouble: Any) -> None:
    """The first tick meets the trouble; a later one, when it is over, sends."""
    failed, went_well = threading.Event(), threading.Event()

    def tick() -> None:
        try:
            one_round(yard)
        except Exception:
            failed.set()
            raise
        if yard.delivery(owed).state == "sent":
            went_well.set()

    clock = Clock([Job("round", timedelta(seconds=0.2), tick)])
    with trouble:
        clock.start()
        assert failed.wait(60)
    assert went_well.wait(60)
    clock.stop()
    assert len(yard.calls("POST")) == len(yard.standing()) == 1


# --- row 15


def end_all_connections(admin: Engine, name: str) -> None:
    with admin.connect() as connection:
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"), {"name": name}
        )


@pytest.fixture
def end_connections(yard: Yard, postgres_server: str) -> Iterator[Callable[[], None]]:
    admin = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    name = yard.db.engine.url.database or ""
    yield lambda: end_all_connections(admin, name)
    admin.dispose()


@on_postgresql
def test_row_15_a_connection_that_ends_before_any_commit_is_as_a_crash_there(
    yard: Yard, end_connections: Callable[[], None]
) -> None:
    """The commits of a pass: the claim, what became of it."""
    left, seen = [0], list[tuple[bool, int]]()

    @event.listens_for(yard.db.engine, "commit")
    def _commits(_: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            end_connections()

    for commit in (1, 2, 3):
        owed = yard.owe_post(f"Event {commit}")
        before = len(yard.calls("POST"))
        left[0] = commit
        trouble = trouble_of(lambda: one_round(yard))
        left[0] = 0
        seen.append((bool(trouble), len(yard.calls("POST")) - before))
        settled_once(yard, owed)
    assert seen == [(True, 0), (True, 1), (False, 1)]


@on_postgresql
@pytest.mark.parametrize("moment", ["before the round", "between claim and call", "while Facebook answers"])
def test_row_15_connections_that_end_while_none_is_in_use_are_made_anew(
    yard: Yard, end_connections: Callable[[], None], moment: str
) -> None:
    owed, asked = yard.owe_post(), [0]
    boot = yard.outbox.boot

    def booted() -> float:
        asked[0] += 1  # first inside the claim, then before the call
        if asked[0] == 2 and moment == "between claim and call":
            end_connections()
        return boot()

    object.__setattr__(yard.outbox, "boot", booted)
    if moment == "before the round":
        end_connections()
    elif moment == "while Facebook answers":
        when_stored(yard, end_connections)
    yard.deliver()
    assert (yard.delivery(owed).state, len(yard.calls("POST")), len(yard.standing())) == ("sent", 1, 1)


@on_postgresql
def test_row_15_the_clock_goes_on_when_connections_end(yard: Yard, end_connections: Callable[[], None]) -> None:
    owed = yard.owe_post()

    @event.listens_for(yard.db.engine, "commit")
    def _commits(_: Any) -> None:
        if gone:
            end_connections()

    gone = [True]

    @contextmanager
    def trouble() -> Iterator[None]:
        yield
        gone.clear()

    goes_on(yard, owed, trouble())


# --- row 34


@pytest.mark.usefixtures("unhurried")
def test_row_34_every_connection_waits_for_the_disk(db: Database) -> None:
    for session_of in (db.write, db.read):
        with session_of() as session:
            assert session.execute(text("PRAGMA synchronous")).scalar() == 2
            assert session.execute(text("PRAGMA journal_mode")).scalar() == "wal"


@on_sqlite
def test_row_34_the_intent_is_in_the_files_whenever_facebook_sees_a_request(yard: Yard, tmp_path: Path) -> None:
    """The files are copied while the request is handled: what a power cut at that moment would leave, at the worst."""
    source, seen = Path(yard.db.engine.url.database or ""), list[list[tuple[Any, ...]]]()

    def copied(*_: Any) -> None:
        copy = tmp_path / f"cut{len(seen)}.db"
        for ending in ("", "-wal"):
            shutil.copyfile(f"{source}{ending}", f"{copy}{ending}")
        with sqlite3.connect(copy) as left:
            seen.append(left.execute("SELECT number, outcome FROM attempt WHERE outcome = ''").fetchall())

    yard.facebook.world.keeper = copied
    owed = [yard.owe_post(f"Event {number}") for number in range(3)]
    one_round(yard)
    assert [yard.delivery(one).state for one in owed] == ["sent"] * 3
    assert seen == [[(1, "")]] * 3

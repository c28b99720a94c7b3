"""One database, SQLite or PostgreSQL: how sessions begin, how far they reach, and how rows are upserted.

SQLite needs two hooks (docs/decisions/0003): without BEGIN IMMEDIATE, Python 3.11's driver loses updates silently; and
`synchronous=FULL` is what makes a committed intent survive a power cut.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from typing import Any, Self, cast

from sqlalchemy import Connection, Engine, Table, create_engine, event, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlmodel import Session, SQLModel

from models.wall import EVERYWHERE, NOWHERE

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000", "foreign_keys=ON")
_KEPT = 32  # connections to PostgreSQL that a process keeps for the next who needs one
# A server that went away without a word is known to be gone within half a minute, and keeps neither a page nor a job. And
# who begins something and then goes away without a word locks no row for longer than five. What an address says counts.
_PATIENCE = {
    "connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3,
    "options": "-c idle_in_transaction_session_timeout=5min",
}  # fmt: skip
_DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg")


class Database:
    """`write()` gives a session that commits on leaving (SQLite: holding the write lock); `read()` one that only looks.

    Whoever wants something of a school says of which, or that it is of all: `db.of(slug).read()`, `db.everywhere.read()`.
    On PostgreSQL nothing else of any school is there (models.wall).
    """

    _reach = NOWHERE

    def __init__(self, url: str) -> None:
        """ArgumentError for what is no address of a database that we know.

        `told` is what every writing session carries as its `info`: who wants to hear of what is written (models.delivery).
        """
        self.url = url
        self.told: dict[Any, Any] = {}
        self.is_sqlite = _known(url).get_backend_name() == "sqlite"
        self._writer = _engine(url, immediate=True)
        # Readers of SQLite take no write lock, so that the inbox stays quick while a round writes.
        self._reader = _engine(url, immediate=False) if self.is_sqlite else self._writer

    @property
    def shown(self) -> str:
        """Its address, without a password."""
        return make_url(self.url).render_as_string(hide_password=True)

    @property
    def engine(self) -> Engine:
        return self._writer

    def of(self, school: str) -> Self:
        """The same database, as if there were no other school in it."""
        return self._reaching(NOWHERE if school == EVERYWHERE else school)  # what somebody typed is no power

    @property
    def everywhere(self) -> Self:
        """The same database, for questions that go over all schools. Its places are listed in a test."""
        return self._reaching(EVERYWHERE)

    @property
    def nowhere(self) -> Self:
        """The same database, for whoever must say of each question how far it goes: without that no school is there."""
        return self._reaching(NOWHERE)

    def _reaching(self, reach: str) -> Self:
        view = copy(self)
        view._reach = reach
        return view

    def _session(self, bind: Engine | Connection, told: Mapping[Any, Any] | None = None, **options: Any) -> Session:
        return Session(bind, expire_on_commit=False, info={**(told or {}), "reach": self._reach}, **options)

    @contextmanager
    def write(self) -> Iterator[Session]:
        with self._session(self._writer, self.told) as session:
            yield session
            session.commit()

    @contextmanager
    def read(self) -> Iterator[Session]:
        with self._session(self._reader) as session:
            yield session

    @contextmanager
    def rehearse(self) -> Iterator[Database]:
        """This database, in which everything can be tried and seen, and of which nothing stays afterwards."""
        with self._writer.connect() as connection:
            outer = connection.begin()
            try:
                yield _Rehearsal(self.url, connection, self._reach)
            finally:
                outer.rollback()

    def close(self) -> None:
        self._writer.dispose()
        self._reader.dispose()


class _Rehearsal(Database):
    """All sessions inside one transaction of one connection: a commit only ends a savepoint."""

    def __init__(self, url: str, connection: Connection, reach: str) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self._connection = connection
        self._reach = reach

    @contextmanager
    def write(self) -> Iterator[Session]:
        told = {"rehearsal": True}
        with self._session(self._connection, told, join_transaction_mode="create_savepoint") as session:
            yield session
            session.commit()

    read = write


def _known(url: str) -> URL:
    """Of a kind that we have a driver for, and kept somewhere: each connection would have a memory of its own."""
    try:
        parsed = make_url(url)
    except ValueError:  # a port that is no number
        raise ArgumentError("not an address") from None
    in_memory = parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:")
    if in_memory or parsed.drivername not in _DRIVERS:
        raise ArgumentError("another kind of database")
    return parsed


def _engine(url: str, *, immediate: bool) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        # A job holds one connection for its lock and needs a second one for its rows: with a limit, jobs that all hold
        # their first would wait for each other. Threads are the limit; as many as `_KEPT` stay open.
        told = {name: value for name, value in _PATIENCE.items() if name not in parsed.query}
        return create_engine(
            url, pool_pre_ping=True, hide_parameters=True, pool_size=_KEPT, max_overflow=-1, connect_args=told
        )
    Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, hide_parameters=True)  # no row of anybody's in an error

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute("PRAGMA " + pragma)

    @event.listens_for(engine, "begin")
    def _begun(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def is_away(wrong: BaseException) -> bool:
    """Does PostgreSQL not answer, or not now? Then the same may be asked again soon. (SQLite is no server.)"""
    return isinstance(wrong, OperationalError) and not isinstance(wrong.orig, sqlite3.Error)


def table(model: type[SQLModel]) -> Table:
    """The table of a model (its `__table__` is unknown to type checkers)."""
    return cast(Table, inspect(model).local_table)


def upsert(
    session: Session,
    model: type[SQLModel],
    rows: Sequence[Mapping[str, Any]],
    *,
    key: Sequence[str],
    update: Sequence[str],
) -> None:
    """Insert `rows` or, where `key` exists already, set the `update` columns. All rows must have the same keys.

    Passing the list as the second argument of `execute` is 6-10 times faster than one statement with many VALUES.
    """
    if not rows:
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table(model))
    statement = (
        statement.on_conflict_do_update(
            index_elements=list(key), set_={name: statement.excluded[name] for name in update}
        )
        if update
        else statement.on_conflict_do_nothing(index_elements=list(key))
    )
    session.execute(statement, [dict(row) for row in rows])

"""A database that is put back to where a schedule starts, quickly: SQLite by a copy, PostgreSQL from a template."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine, create_engine, text
from sqlmodel import Session


class Store(Protocol):
    """`url` is what the program gets. `keep` remembers how it stands, `put_back` restores that."""

    url: str

    def keep(self) -> None: ...

    def put_back(self) -> None: ...

    def close(self) -> None: ...

    @contextmanager
    def look(self) -> Iterator[Session]:
        """Read what is committed, and disturb nothing."""
        ...


class SqliteStore:
    def __init__(self, folder: Path) -> None:
        self.path, self._kept = folder / "bridge.db", folder / "kept.db"
        self.url = f"sqlite:///{self.path}"

    def keep(self) -> None:
        """Nobody may have it open: the whole of it is in one file then."""
        shutil.copyfile(self.path, self._kept)

    def put_back(self) -> None:
        for ending in ("-wal", "-shm", ".round"):
            Path(f"{self.path}{ending}").unlink(missing_ok=True)
        shutil.copyfile(self._kept, self.path)

    def close(self) -> None:
        pass

    @contextmanager
    def look(self) -> Iterator[Session]:
        # Read only: closing must not tidy up the log that a killed process left; that is the next start's work.
        engine = create_engine(f"sqlite:///file:{self.path}?mode=ro&uri=true")
        try:
            with Session(engine, expire_on_commit=False) as session:
                yield session
        finally:
            engine.dispose()


class PostgresStore:
    def __init__(self, server: str, name: str) -> None:
        """`server`: the address of its database `postgres`."""
        self._name = name
        self._admin = create_engine(server, isolation_level="AUTOCOMMIT")
        self.url = server.replace("/postgres?", f"/{name}?")
        self._engine: Engine = create_engine(self.url, pool_pre_ping=True)
        self._say(f"CREATE DATABASE {name}")

    def keep(self) -> None:
        self._engine.dispose()
        self._say(f"CREATE DATABASE {self._name}_kept TEMPLATE {self._name}")

    def put_back(self) -> None:
        self._engine.dispose()
        self._say(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)")
        self._say(f"CREATE DATABASE {self._name} TEMPLATE {self._name}_kept")

    def close(self) -> None:
        self._engine.dispose()
        for name in (self._name, f"{self._name}_kept"):
            with suppress(Exception):
                self._say(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self._admin.dispose()

    @contextmanager
    def look(self) -> Iterator[Session]:
        with Session(self._engine, expire_on_commit=False) as session:
            yield session

    def _say(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))

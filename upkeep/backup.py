"""A backup: all rows of either database in one SQLite file, as they stood at one moment, checked before it has its name."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.sql import ColumnElement
from sqlmodel import SQLModel

import models.tables  # noqa: F401  (all tables there are)
from config.mistake import Mistake
from models.database import Database
from models.installation import installed
from models.migrate import NEWEST, migrate, shape
from models.vault import KeyUnusable, Vault
from upkeep.keys import a_secret

BATCH = 1000  # rows that are held in memory at once


class BackupFailed(Exception):
    """The copy is not what it should be; nothing is left of it. One sentence with the mend."""


@dataclass(frozen=True, slots=True)
class BackedUp:
    """`rows` by table. `key` "opens" what is sealed in it, does not ("foreign"), or nothing is sealed ("unused")."""

    file: Path
    rows: dict[str, int]
    key: str

    @property
    def total(self) -> int:
        return sum(self.rows.values())


def back_up(db: Database, vault: Vault, file: Path, tell: Callable[[str, int], None] = lambda *_: None) -> BackedUp:
    """`tell` hears of each table as it is copied, and how many rows it had. Raises Mistake, BackupFailed, OSError.

    A round may go on meanwhile: what is copied is what stood when copying began.
    """
    if file.exists():
        raise Mistake(f"{file} is there already", "give another name; a backup never takes the place of something")
    if not file.parent.is_dir():
        raise Mistake(f"There is no folder {file.parent}", "make it, or give another place")
    refuse_newer(db)
    with db.write() as session:
        installed(session)  # its salt must be in the backup: by it the posts of later days are known again
    half = file.with_name(f"{file.name}.{os.getpid()}.half")
    try:
        os.close(os.open(half, os.O_CREAT | os.O_EXCL, 0o600))
        rows = _copied(db, half, tell)
        _check(half)
        key = key_of(half, vault)
        _name(half, file)
    finally:
        for rest in (half, *(half.with_name(half.name + end) for end in ("-wal", "-shm", "-journal"))):
            rest.unlink(missing_ok=True)
    return BackedUp(file, rows, key)


def refuse_newer(db: Database) -> None:
    """An older program may work on a newer database, but would leave out of a copy what it knows nothing of."""
    if str(shape(db).revision) > NEWEST:
        raise BackupFailed(
            "A newer version of pta-bridge is at work on this database: back up and restore with that one."
        )


def key_of(file: Path, vault: Vault) -> str:
    """Does our key open what is sealed in this database?"""
    with _opened(file) as copy, copy.read() as session:
        sealed = a_secret(session)
    try:
        vault.open(sealed)
    except KeyUnusable:
        return "foreign"
    return "opens" if sealed else "unused"


def copy_rows(source: Connection, target: Connection, tell: Callable[[str, int], None]) -> dict[str, int]:
    """Every row of every table, in an order that foreign keys allow. `target` must be empty. Rows by table."""
    counts = {}
    for table in SQLModel.metadata.sorted_tables:
        counts[table.name] = 0
        for condition in _parents_first(table):
            for batch in source.execute(select(table).where(*condition)).mappings().partitions(BATCH):
                target.execute(table.insert(), [dict(row) for row in batch])
                counts[table.name] += len(batch)
        tell(table.name, counts[table.name])
    return counts


@contextmanager
def snapshot(db: Database) -> Iterator[Connection]:
    """One moment of a database, whatever others write meanwhile."""
    with db.read() as session:
        if db.is_sqlite:
            yield session.connection()
        else:
            yield session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _parents_first(table: Table) -> list[list[ColumnElement[Any]]]:
    """Rows that point to others of their own table come after them. None points to one that points itself."""
    own = [key.parent for key in table.foreign_keys if key.column.table is table and key.parent.name != "school"]
    return [[own[0].is_(None)], [own[0].is_not(None)]] if own else [[]]


def _copied(db: Database, half: Path, tell: Callable[[str, int], None]) -> dict[str, int]:
    with _opened(half) as copy:
        migrate(copy)
        with snapshot(db) as source, copy.engine.begin() as target:
            rows = copy_rows(source, target, tell)
            told = {name: source.scalar(select(func.count()).select_from(table)) for name, table in _tables()}
        with copy.read() as session:
            there = {
                name: session.connection().scalar(select(func.count()).select_from(one)) for name, one in _tables()
            }
    if not rows == told == there:
        raise BackupFailed("The copy has not as many rows as the database: try again, and look at the disk.")
    return rows


def _tables() -> list[tuple[str, Table]]:
    return [(table.name, table) for table in SQLModel.metadata.sorted_tables]


@contextmanager
def _opened(file: Path) -> Iterator[Database]:
    copy = Database(f"sqlite:///{file}")
    try:
        yield copy
    finally:
        copy.close()


def _check(half: Path) -> None:
    """Whole, and one file: what stood in the log beside it is taken in."""
    with closing(sqlite3.connect(half)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")
        found = copy.execute("PRAGMA integrity_check").fetchall()
        if found != [("ok",)] or copy.execute("PRAGMA foreign_key_check").fetchall():
            raise BackupFailed("The copy is damaged: look at the disk, and at the database, then try again.")


def _name(half: Path, file: Path) -> None:
    """Onto the disk, and under its name; whoever was there first stays."""
    for path in (half, file.parent):
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
    try:
        os.link(half, file)
    except FileExistsError:
        raise Mistake(f"{file} is there already", "give another name") from None
    except OSError:  # a disk without hard links
        half.rename(file)

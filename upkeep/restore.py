"""Puts a backup in place of all rows of this database, and pauses it. One transaction: the old stands, or the new."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlmodel import Session, SQLModel, func, select

from config.mistake import Mistake
from models.audit import note, replaced
from models.database import Database
from models.installation import Installation, installation, installed
from models.migrate import migrate
from models.school import School
from models.upgrade import knows
from models.vault import Vault
from upkeep.backup import back_up, copy_rows, key_of, refuse_newer, snapshot
from upkeep.erased_again import erase_again
from upkeep.erased_list import known_lines
from upkeep.leftovers import nobody_is_in
from upkeep.pause import RESTORED, move_in, pause
from upkeep.place import mark_path

Tell = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Restored:
    """`aside` is where the database lies that was here before; None where nothing was. `forgotten`: people erased again."""

    rows: dict[str, int]
    aside: Path | None
    key: str
    sentence: str
    forgotten: int = 0

    @property
    def total(self) -> int:
        return sum(self.rows.values())


@contextmanager
def checked(file: Path) -> Iterator[Database]:
    """A copy of the backup, in today's shape; the file itself is only read. Raises Mistake for what cannot be restored."""
    with tempfile.TemporaryDirectory(prefix="pta-bridge-restore-") as folder:
        copy = Path(folder) / "copy.db"
        copy.touch(mode=0o600)
        try:
            with closing(_read_only(file)) as backup, closing(sqlite3.connect(copy)) as target:
                _check(backup, file)
                backup.backup(target)
        except sqlite3.DatabaseError:
            raise Mistake(f"{file} is no backup of ours, or is damaged", "give a file that `backup` made") from None
        db = Database(f"sqlite:///{copy}")
        try:
            migrate(db)
            yield db
        finally:
            db.close()


def make_room(db: Database, now: datetime) -> Path | None:
    """A damaged SQLite file, the very reason to restore, is put aside; one that only cannot be opened now is not."""
    path = Path(str(make_url(db.url).database))
    if not db.is_sqlite or not path.is_file() or not _is_damaged(path):
        return None
    aside = path.with_name(f"{path.name}.damaged-{now:%Y%m%dT%H%M%S}.db")
    for end in ("-wal", "-shm", ""):
        if (part := path.with_name(path.name + end)).exists():
            part.rename(aside.with_name(aside.name + end))
    return aside


def restore(db: Database, backup: Database, vault: Vault, data: Path, now: datetime, tell: Tell) -> Restored:
    """The caller holds the round's lock. Everything of ours in `db` is replaced; `backup` is changed: see `_forget`."""
    refuse_newer(db)
    aside = _aside(db, vault, data, now)
    forgotten = _forget(db, backup, data, now)
    key = key_of(Path(str(make_url(backup.url).database)), vault)
    with snapshot(backup) as source, db.write() as session:
        before = installation(session)
        past = (before.salt, before.rounds) if before else ("", 0)
        _empty(session.connection())
        session.expunge_all()
        rows = copy_rows(source, session.connection(), tell)
        _know_again(session, *past)
        nobody_is_in(session, now)
        sentence = pause(session, RESTORED, now)
        for school in session.exec(select(School.slug)):
            note(session, school, now, "", "restore", school, rows=sum(rows.values()), erased_again=forgotten)
        session.flush()
        move_in(session, db, mark_path(db, data))
    return Restored(rows, aside, key, sentence, forgotten)


def _forget(db: Database, backup: Database, data: Path, now: datetime) -> int:
    """Who was erased since the backup was made is erased in its copy, before a row of it comes back."""
    with db.read() as session:
        lines = known_lines(session, data)
    if not lines:
        return 0
    with backup.write() as session:
        return erase_again(session, lines, now)


def _read_only(file: Path) -> sqlite3.Connection:
    if not file.is_file():
        raise Mistake(f"There is no file {file}", "give the file that `backup` made")
    return sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)


def _is_damaged(path: Path) -> bool:
    try:
        with closing(_read_only(path)) as file:
            return bool(file.execute("PRAGMA integrity_check(1)").fetchall() != [("ok",)])
    except sqlite3.OperationalError:
        return False
    except sqlite3.DatabaseError:
        return True


def _check(backup: sqlite3.Connection, file: Path) -> None:
    names = {name for (name,) in backup.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"alembic_version", "school", "delivery"} <= names:
        raise Mistake(f"{file} is no backup of ours", "give a file that `backup` made")
    if backup.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
        raise Mistake(f"{file} is damaged", "give another backup")
    (revision,) = backup.execute("SELECT version_num FROM alembic_version").fetchone() or ("",)
    if not knows(revision):
        raise Mistake(f"{file} was made by a newer version of pta-bridge", "update the program, then restore it")


def _aside(db: Database, vault: Vault, data: Path, now: datetime) -> Path | None:
    with db.read() as session:
        if not session.exec(select(func.count()).select_from(School)).one():
            return None
    name = f"before-restore-{now:%Y%m%dT%H%M%S}.db"
    file = Path(f"{make_url(db.url).database}.{name}") if db.is_sqlite else data / f"postgresql.{name}"
    return back_up(db, vault, file).file


def _empty(connection: Connection) -> None:
    """Children first; within one table, those that point to others of it."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys=ON"))
    else:  # others may read on; who wants to write waits, and then finds the restored rows
        names = ", ".join(
            connection.dialect.identifier_preparer.format_table(one) for one in SQLModel.metadata.sorted_tables
        )
        connection.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))
    with replaced(connection):  # the audit, too, becomes another database's
        for table in reversed(SQLModel.metadata.sorted_tables):
            connection.execute(table.delete())


def _know_again(session: Session, salt: str, rounds: int) -> None:
    """A backup from before there were salts keeps the one that later posts were made with; rounds never count back."""
    had_none = session.exec(select(func.count()).select_from(Installation)).one() == 0
    row = installed(session)
    row.salt = salt if had_none and salt else row.salt
    row.rounds = max(row.rounds, rounds)

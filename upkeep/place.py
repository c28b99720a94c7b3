"""Where a database lives, noted in a file beside it: so that a copy, or an older state put back by hand, is noticed.

The file lies beside SQLite's database and names its inode: a copy has another one, while a container that is made anew
over the same volume, with another host name and other device numbers, has not. On PostgreSQL, which many machines share,
the row itself names server and database, and the file, in the data folder, only counts rounds.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from models.database import Database
from models.installation import Installation

COPIED = "This database was copied from another place"
OLDER = "This database is older than it was here before"


@dataclass(frozen=True, slots=True)
class Mark:
    """What the file says."""

    identity: str
    rounds: int
    place: str


def what_happened(row: Installation | None, mark: Mark | None, place: str, *, shared: bool) -> str:
    """COPIED, OLDER, or "" when all is as it was. A database that never did a round has sent nothing, and is never either.

    `shared`: PostgreSQL, where a machine may never have seen this database before.
    """
    if row is None:
        return OLDER if mark and mark.rounds and not shared else ""
    if not row.rounds:
        return OLDER if mark and mark.rounds and mark.identity == row.identity else ""
    home = row.identity.partition("@")[2] if shared else mark.place if mark and mark.identity == row.identity else None
    if home != place and not (shared and not home):
        return COPIED
    return OLDER if mark and mark.identity == row.identity and mark.rounds > row.rounds else ""


def mark_path(db: Database, data: Path) -> Path:
    return Path(f"{make_url(db.url).database}.instance") if db.is_sqlite else data / "postgresql.instance"


def read_mark(path: Path) -> Mark | None:
    """None when there is none, or nothing that we wrote."""
    try:
        return Mark(**json.loads(path.read_text()))
    except (FileNotFoundError, NotADirectoryError, ValueError, TypeError):
        return None


def write_mark(path: Path, mark: Mark) -> None:
    """Whole, and on the disk. Where there is no such folder (a machine without one of its own) nothing is kept."""
    if not path.parent.is_dir():
        return
    half = path.with_name(f"{path.name}.{secrets.token_hex(8)}.new")  # of this thread alone
    with half.open("w") as file:
        json.dump(asdict(mark), file)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


_PLACE = "place"


def place_of(db: Database, session: Session) -> str:
    if db.is_sqlite:
        return str(Path(str(make_url(db.url).database)).stat().st_ino)
    kept = session.connection().info  # a connection is to one server and database as long as it lives
    if _PLACE not in kept:
        database = session.connection().scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
        kept[_PLACE] = f"{_server(session)}:{database}"
    return str(kept[_PLACE])


def _server(session: Session) -> str:
    """The number that a cluster gets when it is made; some hosts hide it."""
    try:
        with session.begin_nested():
            return str(session.connection().scalar(text("SELECT system_identifier FROM pg_control_system()")))
    except DatabaseError:
        return "hidden"

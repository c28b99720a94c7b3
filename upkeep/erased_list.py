"""The list of who was erased, in a file outside of the database: so that an older backup loses them again.

Digests only, one erasure a line. The database has the same in its rows; the file is for when that database is lost.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, col, select

from models.erasure import Erasure

NAME = "erased.jsonl"


@dataclass(frozen=True, slots=True)
class Line:
    """One erasure. `at`: what they wrote later is not meant."""

    id: str
    school: str
    at: datetime
    key: str
    person: str
    comments: tuple[str, ...]


def line_of(row: Erasure) -> Line:
    assert row.done_at is not None
    return Line(row.id, row.school, row.done_at, row.key, row.person, tuple(row.comments))


def note_erased(data: Path, line: Line) -> None:
    """Onto the disk before the commit: a line too many harms nobody, since two people had said yes."""
    data.mkdir(parents=True, exist_ok=True)
    path = data / NAME
    text = json.dumps({**asdict(line), "at": line.at.isoformat()}) + "\n"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab") as file:
        file.write(_new_line_first(path) + text.encode())
        file.flush()
        os.fsync(file.fileno())


def known_lines(session: Session, data: Path) -> list[Line]:
    """Of this database, and of the file: each erasure once."""
    rows = session.exec(select(Erasure).where(col(Erasure.done_at).is_not(None)))
    return list({one.id: one for one in (*read_list(data), *map(line_of, rows))}.values())


def read_list(data: Path) -> list[Line]:
    """What cannot be read, like a line that a power cut left half, is left out."""
    try:
        lines = (data / NAME).read_text(encoding="utf-8", errors="replace").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return []
    return list(_read(lines))


def _read(lines: Iterable[str]) -> Iterator[Line]:
    for text in lines:
        try:
            told = json.loads(text)
            told["at"], told["comments"] = datetime.fromisoformat(told["at"]), tuple(told["comments"])
            yield Line(**told)
        except (ValueError, TypeError, KeyError):
            continue


def _new_line_first(path: Path) -> bytes:
    """A power cut may have left half a line at the end."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        if not size:
            return b""
        file.seek(size - 1)
        return b"" if file.read(1) == b"\n" else b"\n"

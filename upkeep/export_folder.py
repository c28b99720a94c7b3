"""Files of an export, in a folder that has its name only once all of them are whole. For the eyes of who asked only."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from config.mistake import Mistake


@contextmanager
def folder(out: Path) -> Iterator[Path]:
    """Where to write: it becomes `out` when all went well, and nothing is left of it otherwise. Raises Mistake, OSError."""
    check_free(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    half = out.with_name(f".{out.name}.{os.getpid()}.half")
    half.mkdir(mode=0o700)
    try:
        yield half
        _onto_disk(half)
        check_free(out)
        half.rename(out)  # an empty folder makes room
        _onto_disk(out.parent)
    finally:
        shutil.rmtree(half, ignore_errors=True)


def check_free(out: Path) -> None:
    """Mistake where something is that an export would stand upon."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Mistake(f"{out} is there already", "give a new folder; an export never takes the place of something")


def write(path: Path, parts: Iterable[str]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
        file.writelines(parts)
        file.flush()
        os.fsync(file.fileno())


def in_json(head: Mapping[str, Any], tables: Iterable[tuple[str, Iterable[Mapping[str, Any]]]]) -> Iterator[str]:
    """One object: `head`, and under "tables" each table with its rows, a row a line. Nothing is held in memory."""
    yield json.dumps(head, ensure_ascii=False, indent=1)[:-2] + ',\n "tables": {'
    for number, (name, rows) in enumerate(tables):
        yield f"{',' if number else ''}\n  {json.dumps(name)}: ["
        for index, row in enumerate(rows):
            yield f"{',' if index else ''}\n   {json.dumps(row, ensure_ascii=False)}"
        yield "]"
    yield "\n }\n}\n"


def _onto_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)

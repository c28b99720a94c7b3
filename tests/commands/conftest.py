"""A folder of its own for each test, and commands run in this process, with real files and a real database."""

from __future__ import annotations

import io
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from commands.main import run
from models.database import Database


@dataclass(frozen=True, slots=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        """Standard output as JSON lines: every line must be one."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(slots=True)
class Shell:
    folder: Path
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def __call__(self, *arguments: str, given: bytes = b"") -> Outcome:
        self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        self.capsys.readouterr()
        code = run(arguments)
        said = self.capsys.readouterr()
        return Outcome(code, said.out, said.err)

    def set(self, name: str, value: str) -> None:
        self.monkeypatch.setenv(name, value)

    @property
    def db(self) -> Database:
        """The database that the commands use."""
        return Database(f"sqlite:///{self.folder / 'data' / 'bridge.db'}")


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("BRIDGE_")]:
        monkeypatch.delenv(name)
    return Shell(tmp_path, capsys, monkeypatch)

"""The pulse of a process: there while it can work, gone with it."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from commands.main import run
from config.this_process import HOST, this_process
from models.database import Database
from models.pulse import Pulse, beat, is_alive, no_more, pulses
from tests.models.rows import NOW
from upkeep.pulse import beating


def row(process: str, **more: object) -> Pulse:
    given = {"process": process, "role": "worker", "host": HOST, "started_at": NOW, "beat_at": NOW}
    return Pulse(**{**given, **more})


def living(db: Database) -> dict[str, bool]:
    with db.read() as session:
        return {one.process: is_alive(one, NOW) for one in pulses(session)}


def test_a_process_is_alive_as_long_as_it_touches_its_row(any_db: Database) -> None:
    with any_db.write() as session:
        beat(session, row("one"), NOW)
        beat(session, row("two"), NOW - timedelta(minutes=2))
        beat(session, row("old"), NOW - timedelta(days=2))
    assert living(any_db) == {"one": True, "two": False, "old": False}
    with any_db.write() as session:
        beat(session, row("two"), NOW)
        no_more(session, "one", NOW)
    assert living(any_db) == {"two": True}, "who said goodbye is gone, and who died long ago is forgotten"


def test_it_beats_only_while_it_can_work(db: Database) -> None:
    asked, well = threading.Event(), SimpleNamespace(now=True)

    def is_well() -> bool:
        asked.set()
        return bool(well.now)

    for well.now, expected in ((False, {}), (True, {this_process(): True})):
        with beating(db, "worker", lambda: NOW, is_well):
            assert asked.wait(10)
            asked.clear()
            until = threading.Event()
            assert any(living(db) == expected or until.wait(0.02) for _ in range(500))
        assert living(db) == {}


def test_alive_tells_by_its_exit_code(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from commands.bridge import now

    monkeypatch.setenv("BRIDGE_DATABASE_URL", db.url)
    monkeypatch.chdir(tmp_path)
    assert (run(["alive", "worker"]), "No worker lives on" in capsys.readouterr().out) == (1, True)
    with db.write() as session:
        beat(session, row("one", host="elsewhere"), now())
    assert run(["alive", "worker"]) == 1
    assert run(["alive", "worker", "--anywhere", "--json"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == '{"role": "worker", "alive": ["one"]}'
    with db.write() as session:
        beat(session, row("two"), now())
    assert (run(["alive", "worker"]), run(["alive", "clock"]), run(["alive", "cat"])) == (0, 1, 2)

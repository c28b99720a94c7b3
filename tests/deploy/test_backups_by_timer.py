"""What the timer starts: a checked backup, and old ones go only when a new one is there."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.program import ROOT

SCRIPT = ROOT / "deploy" / "backup.sh"
OLD = ("bridge-20200101T000000Z.db", "bridge-20200102T000000Z.db", "bridge-20200103T000000Z.db")
DAY = 24 * 3600


def backed_up(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BRIDGE_")}
    assert Path(sys.executable).parent.parent.name == ".venv", "the script uses the environment beside it"
    return subprocess.run(["sh", SCRIPT, *arguments], cwd=folder, env=kept, capture_output=True, text=True, timeout=120)


def lay(folder: Path, name: str, days: float) -> None:
    (folder / "backups").mkdir(exist_ok=True)
    (folder / "backups" / name).write_text("old")
    then = time.time() - days * DAY
    os.utime(folder / "backups" / name, (then, then))


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in (folder / "backups").iterdir())


def test_a_new_one_is_made_and_those_that_are_too_old_go_but_the_newest_five_stay(tmp_path: Path) -> None:
    for day, name in enumerate(OLD):
        lay(tmp_path, name, 40 - day)
    for day in range(4):
        lay(tmp_path, f"bridge-2026010{day}T000000Z.db", 35)
    (tmp_path / "backups" / "mine.db").write_text("kept by hand")
    told = backed_up(tmp_path, "30")
    assert told.returncode == 0, told.stderr
    left = names(tmp_path)
    assert not set(OLD) & set(left) and "mine.db" in left
    assert len(left) == 6
    assert (tmp_path / "backups").stat().st_mode & 0o077 == 0


def test_where_none_can_be_made_none_is_deleted(tmp_path: Path) -> None:
    for name in OLD:
        lay(tmp_path, name, 400)
    (tmp_path / "data").write_text("a file where the folder should be")
    assert backed_up(tmp_path, "1").returncode != 0
    assert names(tmp_path) == list(OLD)

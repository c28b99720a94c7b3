"""The container file: what it copies is the whole program, and nothing in it runs as root.

It is not built here: no test may need a daemon. What it copies is copied, and started from there.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from commands.main import TABLE
from tests.program import ROOT

TEXT = (ROOT / "deploy" / "Containerfile").read_text()
LINES = TEXT.replace("\\\n", "").splitlines()
LAST = LINES[max(number for number, line in enumerate(LINES) if line.startswith("FROM")) :]


def values(word: str) -> list[str]:
    return [line.partition(" ")[2].strip() for line in LAST if line.startswith(f"{word} ")]


def copied() -> list[str]:
    return [one for line in values("COPY") if not line.startswith("--from") for one in line.split()[:-1]]


def test_it_runs_as_nobody_special_and_tells_whether_it_is_well() -> None:
    assert values("USER") == ["10001"]
    assert values("VOLUME") == ["/var/lib/pta-bridge"] and values("WORKDIR")[-1] == "/var/lib/pta-bridge"
    assert "/readyz" in values("HEALTHCHECK")[0]
    assert values("STOPSIGNAL") == ["SIGTERM"]
    assert json.loads(values("ENTRYPOINT")[0])[1] == "/opt/pta-bridge/run.py"
    assert json.loads(values("CMD")[0])[0] in TABLE


def test_only_what_the_lock_file_names_is_installed() -> None:
    [install] = [line for line in LINES if "pip install" in line]
    assert "--require-hashes" in install and "requirements.lock" in install
    lock = (ROOT / "requirements.lock").read_text()
    assert len(re.findall(r"^[a-z]", lock, re.MULTILINE)) > 50 and lock.count("--hash=sha256:") > 50


def test_what_is_copied_is_the_whole_program(tmp_path: Path) -> None:
    for name in copied():
        source = ROOT / name
        shutil.copytree(source, tmp_path / name) if source.is_dir() else shutil.copy(source, tmp_path / name)
    code = "from commands.main import TABLE; from importlib import import_module as load\n"
    code += "import models.upgrade, web.app\n"
    code += "[load('commands.' + entry.module) for entry in TABLE.values()]\nprint(web.app.__file__)"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    told = subprocess.run(
        [sys.executable, "-P", "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120
    )
    assert told.stdout.strip() == str(tmp_path / "web" / "app.py"), told.stderr


def test_no_key_and_no_data_get_into_it() -> None:
    kept_out = (ROOT / ".containerignore").read_text().split()
    assert {".env", ".git", ".venv", "data", "**/*.key", "**/*.db"} <= set(kept_out)
    assert not {one for one in copied() if one in (".", "..", "data", ".env", "tests")}
    assert os.readlink(ROOT / ".dockerignore") == ".containerignore"

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from commands.main import TABLE

ROOT = Path(__file__).parents[2]


def child(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, text=True, timeout=60)


def test_the_help_names_every_command_and_loads_none_of_them(tmp_path: Path) -> None:
    told = child(
        "-c",
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from commands.main import run\n"
        "code = run(['--help'])\n"
        "heavy = {'sqlmodel', 'pydantic', 'requests', 'icalendar', 'fastapi', 'structlog'} & set(sys.modules)\n"
        "print(code, sorted(heavy))",
        folder=tmp_path,
    )
    assert told.stdout.splitlines()[-1] == "0 []"
    assert all(f" {name} " in told.stdout for name in TABLE)


def test_run_py_works_from_any_folder_and_keeps_its_data_there(tmp_path: Path) -> None:
    told = child(str(ROOT / "run.py"), "events", "--json", folder=tmp_path)
    assert (told.returncode, told.stdout) == (0, "")
    assert (tmp_path / "data" / "bridge.db").exists()


def test_a_process_that_serves_ends_cleanly_on_sigterm(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "run.py"), "rehearsal", "--port", "0"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    ) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(3)]
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    assert "http://127.0.0.1:" in said[0] and "Ctrl-C" in said[2]


@pytest.mark.parametrize(
    "name", ["load", "doctor", "events", "feeds", "person", "reply", "read", "detect", "routes", "rehearsal"]
)
def test_each_command_explains_itself(shell, name: str) -> None:  # type: ignore[no-untyped-def]
    told = shell(name, "--help")
    assert told.code == 0 and f"run.py {name}" in told.out


def test_a_command_that_does_not_exist_is_a_usage_error(shell) -> None:  # type: ignore[no-untyped-def]
    told = shell("event")
    assert told.code == 2 and told.out == "" and "events" in told.err


def test_a_setting_that_cannot_be_used_is_one_sentence_and_exit_2(shell) -> None:  # type: ignore[no-untyped-def]
    shell.set("BRIDGE_LEASE", "soon")
    told = shell("events")
    assert told.code == 2 and "BRIDGE_LEASE" in told.err and "Traceback" not in told.err


@pytest.mark.parametrize(
    ("name", "value", "code", "said"),
    [
        ("BRIDGE_SECRET_KEY", "short", 2, "BRIDGE_SECRET_KEY"),
        ("BRIDGE_ALLOW_HOSTS", "a b", 2, "BRIDGE_ALLOW_HOSTS"),
        ("BRIDGE_DATABASE_URL", "nonsense", 2, "BRIDGE_DATABASE_URL"),
        ("BRIDGE_DATABASE_URL", "mysql://nobody@127.0.0.1/none", 2, "BRIDGE_DATABASE_URL"),
        ("BRIDGE_DATABASE_URL", "sqlite://", 2, "BRIDGE_DATABASE_URL"),
        ("BRIDGE_DATABASE_URL", "postgresql://nobody@127.0.0.1:port/none", 2, "BRIDGE_DATABASE_URL"),
        ("BRIDGE_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:9/none", 1, "BRIDGE_DATABASE_URL"),
        ("BRIDGE_DATABASE_URL", "sqlite:////proc/none/bridge.db", 1, "/proc/none"),
    ],
)
def test_what_an_operator_set_wrong_is_one_sentence_with_the_mend(shell, name, value, code, said) -> None:  # type: ignore[no-untyped-def]
    shell.set(name, value)
    told = shell("events")
    assert (told.code, told.out) == (code, "") and said in told.err and "Traceback" not in told.err


def test_a_file_that_is_no_database_is_told_as_such(shell) -> None:  # type: ignore[no-untyped-def]
    (shell.folder / "data").mkdir()
    (shell.folder / "data" / "bridge.db").write_bytes(b"not a database at all" * 100)
    told = shell("events")
    assert told.code == 1 and "BRIDGE_DATABASE_URL" in told.err and "Traceback" not in told.err


def test_an_output_that_is_full_is_one_sentence(tmp_path: Path) -> None:
    with open("/dev/full", "w") as full:
        told = subprocess.run(
            [sys.executable, str(ROOT / "run.py"), "doctor", "--json"],
            cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60,
        )  # fmt: skip
    assert told.returncode == 1 and "make room" in told.stderr and "Traceback" not in told.stderr


def test_serving_ends_with_0_even_when_it_is_asked_to_end_at_once(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "run.py"), "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    assert "Serving on http://127.0.0.1:" in said and ":0;" not in said


@pytest.mark.parametrize("host", ["no host", "8.8.8.8", "ä" * 80])
def test_a_host_that_is_not_ours_is_one_sentence(shell, host: str) -> None:  # type: ignore[no-untyped-def]
    told = shell("serve", "--host", host, "--port", "0")
    assert told.code == 2 and "choose another --port or --host" in told.err and len(told.err.splitlines()) == 1

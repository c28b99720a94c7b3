"""A start of the program by a fork is a process like one by `python run.py`: so the tests that use it prove as much."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.program import ROOT, Started

SLEEPS = "import time\nprint('here', flush=True)\ntime.sleep(60)\n"


def test_it_says_and_ends_as_run_py_itself(tmp_path: Path) -> None:
    for arguments in (["events", "--json"], ["close", "nobody", "--as", "x@y.example"], ["nonsense"]):
        itself = subprocess.run(
            [sys.executable, ROOT / "run.py", *arguments], cwd=tmp_path, capture_output=True, text=True
        )
        forked = Started(arguments, cwd=tmp_path, env=os.environ)
        assert (*forked.communicate(timeout=60), forked.returncode) == (itself.stdout, itself.stderr, itself.returncode)


def test_it_has_a_folder_an_environment_and_an_input_of_its_own(tmp_path: Path) -> None:
    theirs, ours = os.pipe()
    os.write(ours, b"said\n")
    os.close(ours)
    code = "import os, sys\nprint(os.getcwd(), dict(os.environ), sys.argv[1:], input(), os.getpid())\n"
    one = Started(["a", "b"], cwd=tmp_path, env={"ONLY": "this"}, code=code, stdin=theirs)
    os.close(theirs)
    said, _ = one.communicate(timeout=60)
    assert said == f"{tmp_path} {{'ONLY': 'this'}} ['a', 'b'] said {one.pid}\n"


def test_it_dies_of_signals_alone_and_its_fault_is_a_traceback(tmp_path: Path) -> None:
    one, other = (Started([], cwd=tmp_path, env=os.environ, code=SLEEPS) for _ in range(2))
    for process in (one, other):
        assert process.stdout and process.stdout.readline() == "here\n"
    one.kill()
    assert one.wait(timeout=60) == -signal.SIGKILL
    assert other.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        other.wait(timeout=0.01)
    other.terminate()
    assert other.wait(timeout=60) == -signal.SIGTERM
    broken = Started([], cwd=tmp_path, env=os.environ, code="raise RuntimeError('broken')")
    out, err = broken.communicate(timeout=60)
    assert (broken.returncode, out) == (1, "") and err.endswith("RuntimeError: broken\n")

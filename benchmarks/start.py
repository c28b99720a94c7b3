"""How heavy and how slow it feels: only reported, with what we aim at."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Figure, aim

RUN = Path(__file__).parent.parent / "run.py"


def measure() -> Iterator[Figure]:
    yield Figure("run.py --help", _help(), "s", aim(0.5))
    yield Figure("serve, idle: memory", _idle(), "MB", aim(250))
    yield Figure("make demo in a fresh clone, packages cached", _fresh_demo(), "s", aim(60))


def _help() -> float:
    def once() -> float:
        begun = time.perf_counter()
        subprocess.run([sys.executable, RUN, "--help"], check=True, capture_output=True)
        return time.perf_counter() - begun

    once()
    return statistics.median(once() for _ in range(5))


def _idle() -> float:
    """Resident memory of `serve` once it answers and its first tick is over."""
    with TemporaryDirectory() as folder:
        child = subprocess.Popen(
            [sys.executable, RUN, "serve", "--port", "8791"],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _answers("http://127.0.0.1:8791/healthz")
            return _resident(child.pid)
        finally:
            child.send_signal(signal.SIGTERM)
            child.wait(20)


def _answers(url: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("serve did not answer within 30 s")


def _resident(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000


def _fresh_demo() -> float:
    with TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "-q", RUN.parent, clone], check=True)
        begun = time.perf_counter()
        subprocess.run(["make", "demo"], cwd=clone, check=True, capture_output=True)
        return time.perf_counter() - begun

"""A small school on little: `serve` and `sync` on one processor, over ten years of a school's data.

`python -m benchmarks.small_school` alone. The program's own processes may use processor 0 only, and how much memory they
held at most is read from the kernel; 512 MB is the most that is allowed. Nothing limits them by force: a limit on address
space would count what is reserved and never used, and a control group needs root.
"""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from sqlmodel import col, select

from benchmarks.figures import Figure, aim, at_most
from benchmarks.table import main
from benchmarks.ten_years import OFFICE, SCHOOL, calendar, fill
from models.conversation import Conversation
from models.database import Database
from models.post import Post
from rehearsal.facebook.server import PretendFacebook
from rehearsal.facebook.towns import APP_ID, APP_SECRET, PAGE_TOKEN
from rehearsal.town.write import write_town

RUN = Path(__file__).parent.parent / "run.py"
MEMORY = 512  # MB
VISITS, PASSWORD = 40, "a long and quiet sentence"


@dataclass
class Home:
    """Where the school's program runs. Of each command: `held`, the most memory in MB; `busy`, seconds of computing."""

    folder: Path
    facebook: PretendFacebook
    held: dict[str, float] = field(default_factory=dict)
    busy: dict[str, float] = field(default_factory=dict)

    @property
    def db(self) -> Database:
        return Database(f"sqlite:///{self.folder / 'data' / 'bridge.db'}")

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BRIDGE_")}
        here = {
            "BRIDGE_GRAPH_URL": self.facebook.url, "BRIDGE_FB_APP_ID": APP_ID, "BRIDGE_FB_APP_SECRET": APP_SECRET,
            "MAPLE_PAGE_TOKEN": PAGE_TOKEN,
        }  # fmt: skip
        return subprocess.Popen(
            [sys.executable, "-c", _ON_ONE.format(run=str(RUN)), *arguments],
            cwd=self.folder, env={**kept, **here}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def run(self, *arguments: str) -> float:
        """How many seconds a command took; it must not fail."""
        begun, child = time.perf_counter(), self.start(*arguments)
        child.communicate(timeout=900)
        took = time.perf_counter() - begun
        if child.returncode != 0:
            raise RuntimeError(f"{' '.join(arguments)} ended with {child.returncode}")
        self.ended(arguments[0])
        return took

    def ended(self, name: str) -> None:
        kilobytes, seconds = (self.folder / "ended").read_text().split()
        self.held[name], self.busy[name] = int(kilobytes) / 1024, float(seconds)


# Starts run.py on processor 0 only, and leaves behind how many kilobytes it held at most, and how long it computed.
_ON_ONE = """
import atexit, os, runpy, sys, time
os.sched_setaffinity(0, {{0}})
sys.argv[0] = {run!r}
def told():
    held = open("/proc/self/status").read().partition("VmHWM:")[2].split()[0]
    open("ended", "w").write(held + " " + str(time.process_time()))
atexit.register(told)
runpy.run_path({run!r}, run_name="__main__")
"""


def measure() -> Iterator[Figure]:
    with TemporaryDirectory() as folder, PretendFacebook() as facebook:
        home = Home(Path(folder), facebook)
        counts = _ten_years(home)
        for what, count in zip(("comments", "answers", "posts"), counts, strict=True):
            yield Figure(f"ten years: {what}", count)
        yield Figure("ten years: one sync, one processor", home.run("sync"), "s", aim(10))
        yield Figure("ten years: of which computing", home.busy["sync"], "s", aim(10))
        with _served(home) as url:
            yield from _visited(home, url)
        for name in ("sync", "serve"):
            yield Figure(f"ten years: {name}, memory", home.held[name], "MB", at_most(MEMORY))


def _ten_years(home: Home) -> tuple[int, int, int]:
    now = datetime.now(UTC)
    write_town(home.folder / "town", now.date(), approval="auto", quiet_hours="")
    feed = home.folder / "town" / "maple.ics"
    feed.write_bytes(calendar(now.date(), feed.read_bytes()))
    home.run("load", "town/site.toml")
    home.run("person", "password", OFFICE, "--password", PASSWORD)
    home.run("sync")
    db = home.db
    counts = fill(db, now)
    db.close()
    return counts["Message"] - counts["Conversation"], counts["Conversation"], counts["Post"]


@contextmanager
def _served(home: Home) -> Iterator[str]:
    child = home.start("serve", "--port", "0", "--json")
    assert child.stdout
    try:
        yield json.loads(child.stdout.readline())["url"]
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(90)
        home.ended("serve")


def _visited(home: Home, url: str) -> Iterator[Figure]:
    """Each page as often; the first sight of each is counted with the others."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    yield Figure("ten years: signing in", _sign_in(opener, url), "s", aim(1))
    for name, paths in _pages(home).items():
        times = []
        for number in range(VISITS):
            begun = time.perf_counter()
            with opener.open(url + paths[number % len(paths)], timeout=60) as answer:
                answer.read()
            times.append(time.perf_counter() - begun)
        yield Figure(f"ten years: {name}, p95", 1000 * statistics.quantiles(times, n=20)[-1], "ms", aim(200))


def _sign_in(opener: urllib.request.OpenerDirector, url: str) -> float:
    with opener.open(f"{url}/sign-in", timeout=60) as answer:
        page = answer.read().decode()
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    typed = urlencode({**hidden, "email": OFFICE, "password": PASSWORD}).encode()
    begun = time.perf_counter()
    with opener.open(f"{url}/sign-in", typed, timeout=60) as answer:
        if "/sign-in" in answer.url:
            raise RuntimeError("The office could not sign in.")
    return time.perf_counter() - begun


def _pages(home: Home) -> dict[str, list[str]]:
    db = home.db
    with db.read() as session:
        talks = session.exec(select(Conversation.id).where(Conversation.school == SCHOOL).limit(VISITS)).all()
        posts = session.exec(select(Post).where(Post.school == SCHOOL, col(Post.state) == "sent").limit(VISITS)).all()
    db.close()
    return {
        "the list": ["/"],
        "a conversation": [f"/c/{one}" for one in talks],
        "posts": ["/posts", "/posts/calendar"],
        "an event, for staff": [f"/events/{one.event_id}" for one in posts],
        "an event, for families": [f"/e/{one.code}" for one in posts],
        "the agenda": [f"/s/{SCHOOL}/"],
    }


if __name__ == "__main__":
    main(measure)

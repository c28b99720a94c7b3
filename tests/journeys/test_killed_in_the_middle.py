"""`kill -9` in the middle of rounds, ten times; then each post and each reply stands exactly once."""

from __future__ import annotations

import random
import signal
import subprocess
import threading
from datetime import UTC, datetime
from pathlib import Path

from inbox.replies import reply
from models.database import Database
from rehearsal.facebook.server import PretendFacebook
from rehearsal.facebook.world import Fault
from rehearsal.visit import families_comment
from tests.journeys.town import Town, settle_in

KILLS = 10


def test_whatever_is_killed_each_post_and_each_reply_stands_once(tmp_path: Path) -> None:
    with PretendFacebook() as facebook:
        town = settle_in(tmp_path, facebook, daily_limit=12)
        town.run("sync")
        said = families_comment(facebook.world, "10001")
        town.run("sync")
        for talk in town.rows("conversations"):
            if talk["state"] == "open":
                _answer(town, talk["id"])
        _change_every_event(town)
        for number in range(KILLS):
            _slowly(facebook, stored_after=number % 2 == 0)
            _killed(town, random.Random(number))
        with facebook.world.lock:
            facebook.world.faults.clear()
        town.run("sync", "--until-settled")
        _each_stands_once(town)
        assert len(said) == len({one.id for one in said})


def _each_stands_once(town: Town) -> None:
    deliveries = town.rows("deliveries")
    assert {one["state"] for one in deliveries} <= {"sent", "superseded"}
    standing = town.standing()
    assert {text: count for text, count in standing.items() if count != 1} == {}
    for post in town.rows("posts"):
        assert post["state"] == "sent"
        assert standing[post["text"]] == 1
    answers = [
        one for one in town.rows("conversations") for one in one["messages"] if one["text"].startswith("Answer to")
    ]
    assert answers
    assert all(one["state"] == "sent" and standing[one["text"]] == 1 for one in answers)


def _answer(town: Town, conversation: str) -> None:
    db = Database(f"sqlite:///{town.folder / 'data' / 'bridge.db'}")
    with db.write() as session:
        reply(
            session,
            "maple-street",
            conversation,
            "office@maple.example",
            f"Answer to {conversation}",
            datetime.now(UTC),
        )
    db.close()


def _change_every_event(town: Town) -> None:
    """Every event moves an hour: so many edits and comments are due, beside the replies."""
    calendar = town.folder / "town" / "maple.ics"
    calendar.write_bytes(calendar.read_bytes().replace(b"LOCATION:", b"LOCATION:New wing\\, "))


def _slowly(facebook: PretendFacebook, stored_after: bool) -> None:
    """Each write takes a moment, and is stored before or after it: time to be killed in."""
    slow = Fault("slow", "slow", method="POST", times=None, details={"seconds": 0.15, "before": stored_after})
    with facebook.world.lock:
        facebook.world.faults[:] = [slow]


def _killed(town: Town, chance: random.Random) -> None:
    """Start a round and kill it at some moment after it began to write."""
    child = town.start("sync")
    before = sum(town.facebook.world.writes.values())
    pause = threading.Event()
    for _ in range(400):
        if sum(town.facebook.world.writes.values()) > before or child.poll() is not None:
            break
        pause.wait(0.02)
    pause.wait(chance.uniform(0, 0.4))
    child.send_signal(signal.SIGKILL)
    try:
        child.communicate(timeout=20)
    except subprocess.TimeoutExpired as stuck:
        raise AssertionError("a killed process did not end") from stuck

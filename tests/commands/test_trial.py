from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.database import Database
from rehearsal.facebook.server import PretendFacebook
from rehearsal.facebook.towns import PAGE_ID, PAGE_TOKEN
from rehearsal.facebook.world import Fault
from schedulers.lock import round_lock
from tests.journeys.town import Town, settle_in
from tests.program import Started


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with PretendFacebook() as facebook:
        yield settle_in(tmp_path, facebook)


def test_each_step_is_a_line_and_no_row_of_ours_tells_of_it(town: Town) -> None:
    found = town.rows("trial", "--page", "pta-page")
    assert {one["verdict"] for one in found} == {"as assumed"}
    assert set(found[0]) >= {"step", "question", "assumed", "seen", "verdict"}
    assert town.rows("posts") == town.rows("conversations") == town.rows("deliveries") == []
    assert not [one for one in town.facebook.world.posts.values() if not one.removed_at]


def test_people_get_a_table_and_programs_know_that_something_is_otherwise(town: Town) -> None:
    town.facebook.world.switches.unlike = ["bare-create"]
    told = town.run("trial", "--page", "pta-page", expect=1)
    assert "otherwise:" in told
    assert "as assumed" in told


def test_ctrl_c_in_the_middle_takes_the_test_posts_down(town: Town) -> None:
    world = town.facebook.world
    world.faults.append(Fault("slow", "slow", method="POST", path="/comments$", details={"seconds": 5}))
    child = town.start("trial", "--page", "pta-page")
    pause = threading.Event()
    for _ in range(600):
        if any(one.by_page for one in world.comments.values()) or child.poll() is not None:
            break
        pause.wait(0.05)
    assert any(not one.removed_at for one in world.posts.values())
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=60)
    assert child.returncode == 130, err
    assert not [one for one in world.posts.values() if not one.removed_at]


def test_on_a_terminal_it_asks_first_and_no_means_no(town: Town) -> None:
    ours, theirs = os.openpty()
    child = Started(["trial", "--page", "pta-page"], cwd=town.folder, env=town.environment(), stdin=theirs)
    os.write(ours, b"n\n")
    out, err = child.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert (child.returncode, out) == (130, "")
    assert "Begin? [y/N]" in err
    assert "Maple Street PTA" in err
    assert not [one for one in town.facebook.world.calls if one["method"] != "GET"]


def test_it_waits_for_a_round_that_is_under_way(town: Town) -> None:
    db = Database(f"sqlite:///{town.folder / 'data' / 'bridge.db'}")
    with round_lock(db):
        child = town.start("trial", "--page", "pta-page")
        assert child.stderr is not None
        told = ""
        while "waits for it" not in told:
            told = child.stderr.readline()
            assert told
        assert not town.facebook.world.posts
    db.close()
    assert child.communicate(timeout=60)[0].count("as assumed") > 20
    assert child.returncode == 0


@pytest.mark.parametrize(
    ("page", "told"), [("no-such-page", "No page no-such-page is connected"), ("pta-page", "left alone")]
)
def test_what_may_not_begin_is_one_sentence_and_calls_nobody(town: Town, page: str, told: str) -> None:
    town.facebook.world.faults.append(Fault("many", "throttle", path="/feed$", details={"minutes": 30}))
    if page == "pta-page":
        town.run("sync")
        told = "Facebook asked for fewer calls for pta-page"
    calls = len(town.facebook.world.calls)
    child = town.start("trial", "--page", page)
    out, err = child.communicate(timeout=60)
    assert (child.returncode, out) == (2, "")
    assert told in err
    assert len(town.facebook.world.calls) == calls


def test_a_dead_token_is_one_sentence(town: Town) -> None:
    town.facebook.world.tokens[PAGE_TOKEN].revoked = 460
    child = town.start("trial", "--page", "pta-page")
    out, err = child.communicate(timeout=60)
    assert (child.returncode, out) == (1, "")
    assert "changed their password" in err
    assert "Traceback" not in err
    assert not [one for one in town.facebook.world.posts.values() if one.page_id == PAGE_ID]

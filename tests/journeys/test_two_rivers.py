"""The whole way, as real processes: a school's events go out, families' words come in, the answers go back."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal.facebook.happenings import add_comment
from rehearsal.facebook.server import PretendFacebook
from rehearsal.visit import families_comment
from tests.journeys.town import Town, settle_in
from tests.program import ROOT


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with PretendFacebook() as facebook:
        yield settle_in(tmp_path, facebook)


def test_the_demo_tells_every_step_and_ends_well_also_where_it_was_played_before(tmp_path: Path) -> None:
    with PretendFacebook() as unused:
        told = [Town(tmp_path, unused).run("demo", "--once", "--data", "kept") for _ in range(2)]
    assert all(one.count("✓") >= 12 for one in told)
    assert not any("✗" in one for one in told)


def test_a_comment_finds_its_speaker_and_the_answer_stands_under_it(town: Town) -> None:
    town.run("sync")
    said = families_comment(town.facebook.world, "10001")
    town.run("sync")
    talks = town.rows("conversations")
    [spanish] = [one for one in talks if any(message["external_id"] == said[0].id for message in one["messages"])]
    assert (spanish["language"], spanish["assignee"], spanish["state"]) == ("es", "maria@maple.example", "open")
    town.run("reply", spanish["id"], "--as", "maria@maple.example", "--text", "¡Sí, con gusto!")
    town.run("sync")
    with town.facebook.world.lock:
        [stands] = [one for one in town.facebook.world.comments.values() if one.message == "¡Sí, con gusto!"]
    assert stands.parent_id == said[0].id
    again = {one["id"]: one for one in _after_another_round(town)}
    assert again[spanish["id"]]["state"] == "waiting"
    assert [one["direction"] for one in again[spanish["id"]]["messages"]].count("sent") == 1


def test_an_answer_typed_on_the_page_by_hand_counts_as_ours(town: Town) -> None:
    town.run("sync")
    said = families_comment(town.facebook.world, "10001")
    town.run("sync")
    world = town.facebook.world
    with world.lock:
        question = world.comments[said[4].id.rpartition("_")[2]]
        add_comment(world, world.posts[question.post_id], "Just show up!", parent=question)
    [talk] = [one for one in _after_another_round(town) if one["comment_external_id"] == said[4].id]
    assert talk["state"] == "waiting"
    assert [one["direction"] for one in talk["messages"]] == ["received", "sent"]


def test_every_comment_stands_once_in_the_inbox(town: Town) -> None:
    town.run("sync")
    families_comment(town.facebook.world, "10001")
    town.run("sync")
    held = [message["external_id"] for talk in _after_another_round(town) for message in talk["messages"]]
    with town.facebook.world.lock:
        there = [one.id for one in town.facebook.world.comments.values()]
    assert sorted(held) == sorted(there)


def test_a_dead_token_is_one_sentence_and_the_rest_of_the_round_is_done(town: Town) -> None:
    with town.facebook.world.lock:
        town.facebook.world.tokens["PAGE-10001-REHEARSAL"].revoked = 460
    told = town.run("sync", expect=1)
    assert "! pta-page:" in told
    assert len(town.rows("events")) > 50
    with town.facebook.world.lock:
        town.facebook.world.tokens["PAGE-10001-REHEARSAL"].revoked = None
    town.run("sync")
    assert {one["state"] for one in town.rows("posts")} == {"sent"}


def test_a_web_page_instead_of_the_calendar_changes_nothing(town: Town) -> None:
    town.run("sync")
    before = town.rows("events")
    (town.folder / "town" / "maple.ics").write_text("<html><body>Please sign in</body></html>")
    told = town.run("sync", expect=1)
    assert "web page instead of a calendar" in told
    assert town.rows("events") == before


def test_it_works_from_any_folder(tmp_path: Path) -> None:
    told = subprocess.run([sys.executable, ROOT / "run.py", "--help"], cwd=tmp_path, capture_output=True, text=True)
    assert told.returncode == 0 and "sync" in told.stdout


def _after_another_round(town: Town) -> list[dict]:  # type: ignore[type-arg]
    town.run("sync")
    return town.rows("conversations")

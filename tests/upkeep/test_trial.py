"""The trial against the pretend Facebook: as it is, with each open question answered the other way, and cut short."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from config.mistake import Mistake
from connector.doors import Doors
from outbox.finding import normal
from rehearsal.facebook import faults
from rehearsal.facebook.happenings import add_comment, add_post
from rehearsal.facebook.server import PretendFacebook
from rehearsal.facebook.towns import APP_ID, APP_SECRET, PAGE_ID, PAGE_TOKEN
from rehearsal.facebook.world import UNLIKE, World
from upkeep.trial.run import STEPS, may_begin, run
from upkeep.trial.stage import Stage
from upkeep.trial.values import Finding

# Which step sees what is switched the other way.
SEEN_BY = {
    "header-token": "header",
    "profile-as-owner": "owner",
    "profile-as-author": "author",
    "bare-create": "create",
    "oldest-first": "order",
    "deep-replies": "deep-reply",
    "tidied-texts": "text",
    "shortened-links": "marker",
    "count-toplevel": "count",
    "bare-subscriptions": "subscription",
    "gone-as-mistake": "gone-comment",
    "endless-paging": "last-page",
    "old-version": "version",
    "orphans": "orphans",
}


@pytest.fixture
def world() -> Iterator[World]:
    with PretendFacebook() as running:
        running.world.www = running.url
        add_post(running.world, PAGE_ID, "An older post of the Page's own")
        yield running.world


def stage_on(world: World, **more: Any) -> Stage:
    """A stage whose clock is the pretend Facebook's, and whose pauses pass at once."""
    doors = Doors(graph_url=world.www, app_id=APP_ID, app_secret=APP_SECRET)

    def pass_time(seconds: float) -> None:
        world.switches.clock_offset += seconds

    told: dict[str, Any] = {
        "public_url": "https://bridge.example", "unreachable": "", "app_id": APP_ID, "app_secret": APP_SECRET,
        "unsure_wait": timedelta(minutes=15), "same": normal, "pause": pass_time,
        "clock": lambda: datetime.fromtimestamp(world.now(), UTC),
    }  # fmt: skip
    return Stage(page=doors.page(PAGE_ID, PAGE_TOKEN), **told | more)


def tried(stage: Stage, tell: Callable[[str], None] = lambda _: None) -> tuple[dict[str, Finding], list[str]]:
    left: list[str] = []
    return {one.step: one for one in run(stage, tell, left)}, left


def standing(world: World) -> list[str]:
    return [one.message for one in world.posts.values() if not one.removed_at]


def test_the_pretend_facebook_is_as_assumed_in_every_step_and_nothing_stays_behind(world: World) -> None:
    before = standing(world)
    found, left = tried(stage_on(world))
    assert {one.verdict for one in found.values()} == {"as assumed"}
    assert len(found) == len(STEPS)
    assert left == []
    assert standing(world) == before
    assert not any(not one.removed_at for one in world.comments.values())
    assert world.pages[PAGE_ID].subscribed == {}


def test_it_keeps_within_the_calls_that_were_told(world: World) -> None:
    tried(stage_on(world))
    assert len(world.calls) <= 40


def test_every_behaviour_that_can_be_switched_has_a_step_that_sees_it() -> None:
    assert set(SEEN_BY) == set(UNLIKE)
    assert set(SEEN_BY.values()) <= {step.name for step in STEPS}


@pytest.mark.parametrize("behaviour", UNLIKE)
def test_what_is_otherwise_is_seen_and_its_mend_told(world: World, behaviour: str) -> None:
    world.switches.unlike = [behaviour]
    found, left = tried(stage_on(world))
    seen = found[SEEN_BY[behaviour]]
    assert seen.verdict == "otherwise"
    assert seen.mend.endswith(".")
    assert standing(world) == ["An older post of the Page's own"]
    assert left == []


def test_a_text_that_may_be_said_twice_is_otherwise(world: World) -> None:
    world.switches.refuse_duplicates = False
    found, left = tried(stage_on(world))
    assert (found["duplicate"].seen, found["duplicate"].verdict) == ("a second post", "otherwise")
    assert (standing(world), left) == (["An older post of the Page's own"], [])


@pytest.mark.parametrize(("lag", "verdict"), [(20, "as assumed"), (3600, "otherwise")])
def test_how_late_a_post_shows_is_measured(world: World, lag: int, verdict: str) -> None:
    faults.add(world, {"kind": "lag", "seconds": lag, "match": {"path": "/feed$"}})
    found, left = tried(stage_on(world))
    assert found["read-back"].verdict == verdict
    assert left == []


def test_headers_that_tell_nothing_are_otherwise(world: World) -> None:
    world.switches.usage_after = 1000
    found, _ = tried(stage_on(world))
    assert found["usage"].verdict == "otherwise"


def test_what_needs_an_app_or_a_public_address_is_not_tried_without(world: World) -> None:
    found, _ = tried(stage_on(world, app_id="", app_secret="", unreachable="families cannot reach us"))
    assert [one.step for one in found.values() if one.verdict == "not tried"] == ["owner", "link"]
    assert not any(one.broke for one in found.values())


def test_a_subscription_that_was_there_before_stays(world: World) -> None:
    world.pages[PAGE_ID].subscribed = {APP_ID: ["feed"]}
    tried(stage_on(world))
    assert world.pages[PAGE_ID].subscribed == {APP_ID: ["feed"]}


def test_families_words_are_left_alone(world: World) -> None:
    visitor = add_post(world, PAGE_ID, "When does it begin?", author_id="77001")
    theirs = add_comment(world, visitor, "I wonder, too", author_id="77002")
    tried(stage_on(world))
    assert not visitor.removed_at
    assert (theirs.removed_at, theirs.message, theirs.hidden) == (0, "I wonder, too", False)


@pytest.mark.parametrize("number", range(1, len(STEPS) + 1, 3))
def test_stopped_in_the_middle_it_still_cleans_up(world: World, number: int) -> None:
    def stop(sentence: str) -> None:
        if sentence.startswith(f"{number}/"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tried(stage_on(world), stop)
    assert standing(world) == ["An older post of the Page's own"]


def test_left_between_two_steps_it_still_cleans_up(world: World) -> None:
    left: list[str] = []
    with closing(run(stage_on(world), lambda _: None, left)) as steps:
        assert any(one.step == "create" for one in steps)
    assert (standing(world), left) == (["An older post of the Page's own"], [])


@pytest.mark.parametrize("kind", ["cut-after-store", "code2-after-store"])
def test_a_post_whose_answer_was_lost_is_found_and_taken_down(world: World, kind: str) -> None:
    faults.add(world, {"kind": kind, "match": {"path": "/feed$"}})
    faults.add(world, {"kind": "lag", "seconds": 20, "match": {"path": "/feed$"}})
    found, left = tried(stage_on(world))
    assert found["create"].broke
    assert (standing(world), left) == (["An older post of the Page's own"], [])


def test_what_a_killed_trial_left_is_taken_down_by_the_next(world: World) -> None:
    add_post(world, PAGE_ID, "[pta-bridge trial 0badcafe] A test post", app_id=APP_ID)
    tried(stage_on(world))
    assert standing(world) == ["An older post of the Page's own"]


def test_a_token_that_dies_on_the_way_ends_the_steps_and_what_stands_is_told_with_its_link(world: World) -> None:
    stage = stage_on(world)

    def revoke(sentence: str) -> None:
        if "duplicate" in sentence or "the same text twice" in sentence:
            world.tokens[PAGE_TOKEN].revoked = 460

    found, left = tried(stage, revoke)
    rest = list(found)[list(found).index("duplicate") :]
    assert {found[one].verdict for one in rest} == {"not tried"}
    assert all("changed their password" in found[one].mend and found[one].broke for one in rest)
    assert len(standing(world)) == 2
    assert any("permalink.php" in sentence and "remove it by hand" in sentence for sentence in left)
    assert sum(1 for one in world.calls if one["status"] == 400 and one["method"] == "POST") <= 1


def test_too_many_calls_end_the_steps(world: World) -> None:
    faults.add(world, {"kind": "throttle", "match": {"path": "/comments$", "method": "POST"}})
    found, left = tried(stage_on(world))
    assert found["comment"].broke
    assert found["usage"].verdict == "not tried"
    assert (standing(world), left) == (["An older post of the Page's own"], [])


def test_a_page_that_families_see_is_refused(world: World) -> None:
    page = stage_on(world).page
    with pytest.raises(Mistake, match="families would see"):
        may_begin(page, pretend=False)
    world.pages[PAGE_ID].published = False
    assert may_begin(page, pretend=False) == "Maple Street PTA"


def test_a_pretend_page_may_be_published(world: World) -> None:
    assert may_begin(stage_on(world).page, pretend=True) == "Maple Street PTA"

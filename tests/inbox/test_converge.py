"""Whatever happens on a page, and however badly it is read meanwhile: in the end we hold what stands there, each once."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from rehearsal.facebook import happenings

BENDING = ("empty", "short-page", "empty-page-with-next", "repeated-cursor", "paging-missing")
SPOILING = ("html502", "empty-500", "service-unavailable-200", "throttle")


@pytest.mark.parametrize("seed", range(3))
def test_in_the_end_each_comment_stands_once_and_nothing_that_stands_was_ever_taken_as_removed(named, seed):
    chance, world = random.Random(seed), named.facebook.world
    world.switches.names = bool(seed % 2)
    posts = [named.post(f"Post {number}", ago=timedelta(days=12 * number)) for number in range(8)]
    for _ in range(25):
        for _ in range(chance.randrange(12)):
            happen(named, chance, posts)
        world.faults.clear()
        for _ in range(chance.randrange(3)):
            bend(named, chance)
        named.pass_time(minutes=chance.choice((5, 20, 300)))
        named.collect()
        held = {row.external_id: row for row in named.messages()}
        standing = [one for one in world.comments.values() if not one.removed_at]
        assert [one.id for one in standing if one.id in held and held[one.id].removed_at] == []
    world.faults.clear()
    for _ in range(2):
        named.pass_time(days=1)
        assert named.collect().problem == ""
    _the_same(named)


def happen(town, chance, posts):
    world = town.facebook.world
    standing = [one for one in world.comments.values() if not one.removed_at]
    what = chance.random()
    if what < 0.6 or not standing:
        for _ in range(chance.choice((1, 1, 1, 30))):
            post = chance.choice(posts)
            under = [one for one in standing if one.post_id == post.id]
            parent = chance.choice(under) if under and chance.random() < 0.4 else None
            author = f"Family {chance.randrange(4)}"
            town.say(post, f"{chance.randrange(1000)}: ¿?", by=author, under=parent)
    elif what < 0.7:
        town.answer_by_hand(world.posts[chance.choice(standing).post_id], f"Answer {chance.randrange(1000)}")
    elif what < 0.8:
        happenings.edit_comment(world, chance.choice(standing), f"{chance.randrange(1000)}: ¡!")
    elif what < 0.9:
        happenings.remove_comment(world, chance.choice(standing))
    else:
        happenings.hide_comment(world, chance.choice(standing), chance.random() < 0.5)


def bend(town, chance):
    standing = [one.id for one in town.facebook.world.comments.values() if not one.removed_at]
    times = chance.choice((1, 2, None))
    kind = chance.choice((*BENDING, *SPOILING, "hidden-from-read"))
    path = chance.choice(("/feed$", "/comments$", ""))
    if kind == "hidden-from-read":
        hidden = chance.sample(standing, min(len(standing), 5))
        town.fault(kind, ids=hidden, match={"path": path}, times=times)
    elif kind in BENDING:
        edge = chance.choice(("feed", "comments"))
        town.fault(kind, edge=edge, match={"path": path}, times=times)
    else:
        town.fault(kind, match={"path": path}, after=chance.randrange(2), times=times)


def _the_same(town):
    there = {one.id: one for one in town.facebook.world.comments.values() if not one.removed_at}
    rows = town.messages()
    held = {row.external_id: row for row in rows if not row.removed_at}
    assert len({row.external_id for row in rows}) == len(rows)
    assert set(held) == set(there)
    assert {name: row.text for name, row in held.items()} == {name: one.message for name, one in there.items()}
    assert {name: bool(row.hidden_at) for name, row in held.items()} == {
        name: one.hidden for name, one in there.items()
    }

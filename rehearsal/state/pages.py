"""The state's Pages on the pretend Facebook, each with some posts and comments of the last weeks."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from rehearsal.facebook import towns
from rehearsal.facebook.happenings import add_comment, add_post
from rehearsal.facebook.world import Person, World
from rehearsal.state.schools import StatePage, StateSchool
from rehearsal.state.words import question

DAY = 24 * 3600
_WORDS = (
    "Thank you all for coming on Friday, room {n}!",
    "The gym is closed in week {n}.",
    "Lost and found: a blue bottle, number {n}.",
)

_SOMEBODY = "79999"


def furnish_state(
    world: World, schools: Iterable[StateSchool], *, posts: int = 3, comments: int = 1, seed: int = 7
) -> None:
    """`posts` a page, made by hand one to three weeks ago; under the first a family's question or `comments` of them."""
    chance = Random(seed)
    world.people[_SOMEBODY] = Person(_SOMEBODY, "Parent of the state")
    for school in schools:
        for page in school.pages:
            towns.add_page(world, page.id, page.name, token=page.token)
            _furnish_page(world, chance, school, page, posts, comments)


def _furnish_page(
    world: World, chance: Random, school: StateSchool, page: StatePage, posts: int, comments: int
) -> None:
    now = world.now()
    ages = sorted((chance.uniform(8, 21) for _ in range(posts)), reverse=True)
    made = [
        add_post(world, page.id, chance.choice(_WORDS).format(n=turn + 1), created_at=now - age * DAY)
        for turn, age in enumerate(ages)
    ]
    for turn in range(comments):
        _, text = question(chance, school.languages, int(page.id) * 10 + turn)
        add_comment(world, made[0], text, author_id=_SOMEBODY, created_at=made[0].created_at + 3600 * (turn + 1))

"""Whatever happens in whatever order: where a look says that a page is quiet, reading it finds nothing."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

import pytest

from inbox.glance import glance
from inbox.moderation import hide
from inbox.replies import reply
from models.delivery import Delivery, deliveries
from rehearsal.facebook import happenings
from rehearsal.facebook.world import Comment, Post
from tests.inbox.conftest import Town

HERE = ("maple", "pta")
SAID = ["What time does it start?", "¿A qué hora empieza la fiesta?", "Gracias 🙏", "Is there parking for a bus?", ""]


class Life:
    """What may happen on a page, and to our rows."""

    def __init__(self, town: Town, seed: int) -> None:
        self.town, self.chance = town, random.Random(seed)
        for days in range(0, 80, 9):
            town.post(f"Post of {days} days ago", ago=timedelta(days=days))

    def goes_on(self) -> None:
        self.chance.choice(self.happenings)()
        self.town.pass_time(minutes=self.chance.choice([1, 4, 4, 15, 300, 1500]))

    @property
    def happenings(self) -> list[Callable[[], object]]:
        return [
            *[self.nothing] * 9, *[self.sent] * 4, self.say, self.say, self.answer, self.edit, self.remove, self.hide, self.post,
            self.visit, self.revise, self.take_down, self.by_hand, self.reply, self.we_hide,
        ]  # fmt: skip

    def nothing(self) -> None: ...

    def say(self) -> None:
        if posts := self.posts():
            self.town.say(self.chance.choice(posts), self.chance.choice(SAID), photo=self.chance.random() < 0.3)

    def answer(self) -> None:
        for comment in self.comment():
            self.town.say(
                self.town.facebook.world.posts[comment.post_id], self.chance.choice(SAID) or "!", under=comment
            )

    def by_hand(self) -> None:
        for comment in self.comment():
            self.town.answer_by_hand(self.town.facebook.world.posts[comment.post_id], "At five.", under=comment)

    def edit(self) -> None:
        for comment in self.comment():
            happenings.edit_comment(self.town.facebook.world, comment, f"{comment.message}?")

    def remove(self) -> None:
        for comment in self.comment():
            happenings.remove_comment(self.town.facebook.world, comment)

    def hide(self) -> None:
        for comment in self.comment():
            happenings.hide_comment(self.town.facebook.world, comment, not comment.hidden)

    def post(self) -> None:
        for _ in range(self.chance.choice([1, 1, 12])):
            self.town.post(f"News {self.chance.random()}", ago=timedelta(hours=self.chance.random() * 9))

    def visit(self) -> None:
        self.town.post(self.chance.choice(SAID), by="Ana Perez")

    def revise(self) -> None:
        if posts := self.posts():
            happenings.edit_post(self.town.facebook.world, self.chance.choice(posts), f"Now {self.chance.random()}")

    def take_down(self) -> None:
        if (posts := self.posts()) and self.chance.random() < 0.5:
            happenings.remove_post(self.town.facebook.world, self.chance.choice(posts))

    def reply(self) -> None:
        """Ours, which stands in our rows and is not sent."""
        theirs = [one for one in self.town.messages() if one.direction == "received" and one.removed_at is None]
        if theirs:
            under, text = self.chance.choice(theirs), f"Thank you {self.chance.random()}"
            with self.town.db.write() as session:
                reply(session, "maple", under.conversation_id, "maria@maple.example", text, self.town.now)

    def we_hide(self) -> None:
        theirs = [one for one in self.town.messages() if one.direction == "received" and one.parent_external_id]
        standing = [one for one in theirs if one.removed_at is None and one.hidden_at is None]
        if standing:
            with self.town.db.write() as session:
                one = self.chance.choice(standing)
                hide(session, "maple", one.id, "maria@maple.example", "It names a child.", self.town.now)

    def sent(self) -> None:
        """What we owed came to nothing, or a person dropped it."""
        with self.town.db.write() as session:
            for one in deliveries(session, "maple"):
                session.get_one(Delivery, one.id).state = "dropped"

    def posts(self) -> list[Post]:
        return [one for one in self.town.facebook.world.posts.values() if not one.removed_at]

    def comment(self) -> list[Comment]:
        standing = [one for one in self.town.facebook.world.comments.values() if not one.removed_at]
        return [self.chance.choice(standing)] if standing else []


@pytest.mark.parametrize("seed", range(3))
def test_where_a_look_says_quiet_a_reading_finds_nothing(town: Town, seed: int) -> None:
    life, quiet = Life(town, seed), 0
    for _ in range(50):
        life.goes_on()
        found = glance(town.db, town.doors, town.vault, [HERE], town.now)
        before = town.everything()
        if found.news:
            town.collect()
        elif life.chance.random() < 0.4:  # not always: a page may be quiet for long
            quiet += 1
            assert (found.quiet, town.collect().counts, town.everything()) == ((HERE,), {}, before)
    assert quiet

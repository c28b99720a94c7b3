"""Weeks of the replayed year (benchmarks/year.py), those in which most happens, and that its counting can fail."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlmodel import select

from benchmarks import misfortunes
from benchmarks.replay import Replay, replay
from benchmarks.year import START, figures
from models.conversation import Message
from models.event import Event
from rehearsal.facebook.happenings import add_comment, add_post

BEGIN, END = 149, 168  # a clean-up, a week of snow, other software with other UIDs


@pytest.fixture
def few_days() -> Iterator[Replay]:
    with replay(START, seed=3) as year:
        for number in range(4):
            year.day(number)
        year.settle()
        assert missed(year) == []
        yield year


def missed(year: Replay) -> list[str]:
    return [f"{one.name}: {one.measured}" for one in figures(year) if not one.good]


def test_weeks_in_which_much_goes_wrong_cost_people_little() -> None:
    with replay(START, seed=1) as year:
        for number in range(BEGIN, END):
            year.day(number)
        year.settle()
        assert missed(year) == []
        assert year.people.answered > 5
        assert year.tally.deliveries() > 40


def test_the_weeks_hold_what_they_are_chosen_for() -> None:
    days = range(BEGIN, END)
    assert {misfortunes.NEW_SOFTWARE, misfortunes.SNOW[0]} <= set(days)
    assert set(misfortunes.CLEAN_UPS) & set(days)


def test_each_broken_promise_is_counted(few_days: Replay) -> None:
    world, broken = few_days.world, set[str]()

    def now_missed(line: str) -> None:
        broken.add(line)
        assert set(missed(few_days)) == broken

    few_days.tally.false_holds += ["one", "two"]
    assert missed(few_days) == []
    few_days.tally.false_holds.append("three")
    now_missed("a year: false holds: 3")

    ours = next(one for one in world.posts.values() if one.by_page and "/e/" in one.message)
    add_post(world, ours.page_id, ours.message)
    now_missed("a year: posts and answers that stand twice: 1")

    question = next(one for one in world.comments.values() if not one.by_page and one.message and not one.removed_at)
    with few_days.house.db.write() as session:
        [row] = session.exec(select(Message).where(Message.external_id == question.id)).all()
        row.text = "something else"
    now_missed("a year: comments lost, or not as they stand: 1")

    next(one for one in world.comments.values() if one.message.startswith("Answer 0:")).removed_at = world.now()
    now_missed("a year: deliveries left open at its end: 1")

    with few_days.house.db.write() as session:
        event = session.exec(select(Event).where(Event.status == "confirmed")).first()
        assert event is not None
        event.status = "cancelled"
    few_days.tally.after_round(few_days.now(), accident=None)
    now_missed("a year: wrong cancellations: 1")


def test_an_answer_that_stands_twice_and_a_comment_that_we_do_not_hold_are_counted(few_days: Replay) -> None:
    world = few_days.world
    answer = next(one for one in world.comments.values() if one.message.startswith("Answer 0:"))
    add_comment(world, world.posts[answer.post_id], answer.message)
    add_comment(world, world.posts[answer.post_id], "Is there parking?", author_id="77001")
    assert missed(few_days) == [
        "a year: posts and answers that stand twice: 1", "a year: comments lost, or not as they stand: 1"
    ]  # fmt: skip

"""What we owe after something happened in a conversation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from inbox.states import Said, State, first_state, is_old, next_state

START = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


def asked(minute: int, news: str = "", *, owed: bool = True, old: bool = False) -> Said:
    return Said(True, at(minute), (at(minute), 0, ""), owed=owed, old=old, news=news)  # type: ignore[arg-type]


def answered(minute: int, news: str = "", *, here: bool = False, failed: bool = False, undecided: bool = False) -> Said:
    order = (at(minute), 0, "")
    return Said(False, at(minute), order, here=here, news=news, failed=failed, undecided=undecided)  # type: ignore[arg-type]


FIRST = [
    ("a question", [asked(1, "new")], State("open", "", at(1))),
    ("two questions", [asked(2, "new"), asked(1, "new")], State("open", "", at(1))),
    ("thanks", [asked(1, "new", owed=False)], State("closed", "no-answer-needed")),
    ("our own words", [answered(1, "new")], State("closed", "no-answer-needed")),
    ("answered by hand", [asked(1, "new"), answered(2, "new")], State("waiting", "", at(1), at(2))),
    ("asked after the answer", [asked(1, "new"), answered(2, "new"), asked(3, "new")], State("open", "", at(3))),
    ("from before us", [asked(1, "new", old=True)], State("closed", "before-us")),
    ("thanks from before us", [asked(1, "new", owed=False, old=True)], State("closed", "before-us")),
    ("before us and again", [asked(1, "new", old=True), asked(2, "new")], State("open", "", at(2))),
    ("before us, then thanks", [asked(1, "new", old=True), asked(2, "new", owed=False)],
     State("closed", "no-answer-needed")),
]  # fmt: skip


@pytest.mark.parametrize(("said", "state"), [row[1:] for row in FIRST], ids=[row[0] for row in FIRST])
def test_a_conversation_seen_for_the_first_time(said, state):
    assert first_state(said) == state


NEXT = [
    ("asked while open", "open", [asked(1), asked(2, "new")], None),
    ("thanks while open", "open", [asked(1), asked(2, "new", owed=False)], None),
    ("answered by hand", "open", [asked(1), answered(2, "new")], State("waiting", answered_at=at(2))),
    ("answered by hand, but asked again since", "open", [asked(1), answered(2, "new"), asked(3)], None),
    ("the question is removed", "open", [asked(1, "removed")], State("closed", "elsewhere")),
    ("one of two questions is removed", "open", [asked(1, "removed"), asked(2)], None),
    ("edited into thanks", "open", [asked(1, "edited", owed=False)], State("closed", "no-answer-needed")),
    ("edited into another question", "open", [asked(1, "edited")], None),
    ("asked again after we answered", "waiting", [asked(1), answered(2), asked(3, "new")], State("open", "", at(3))),
    ("thanks after we answered", "waiting", [asked(1), answered(2), asked(3, "new", owed=False)],
     State("closed", "answered")),
    ("thanks from before we answered", "waiting", [asked(1), asked(2, "new", owed=False), answered(3)], None),
    ("asked before we answered here, unseen", "waiting", [asked(1), asked(2, "new"), answered(3, here=True)],
     State("open", "", at(2))),
    ("asked before the answer by hand", "waiting", [asked(1), asked(2, "new"), answered(3)], None),
    ("our answer is removed", "waiting", [asked(1), answered(2, "removed")], State("open", "", at(1))),
    ("one of our answers is removed", "waiting", [asked(1), answered(2), answered(3, "removed")], None),
    ("edited after we answered", "waiting", [asked(1, "edited"), answered(2, here=True)], State("open", "", at(1))),
    ("a second answer", "waiting", [asked(1), answered(2), answered(3, "new")], None),
    ("asked again after closing", "closed", [asked(1), answered(2), asked(3, "new")], State("open", "", at(3))),
    ("thanks after closing", "closed", [asked(1), answered(2), asked(3, "new", owed=False)], None),
    ("removed after closing", "closed", [asked(1, "removed")], None),
    ("the removed question is back", "closed", [asked(1, "returned")], State("open", "", at(1))),
    ("an answered question is back", "closed", [asked(1, "returned"), answered(2, here=True)], None),
    ("an old one turns up", "closed", [asked(1, "new", old=True)], None),
    ("an old one is edited", "closed", [asked(1, "edited", old=True)], State("open", "", at(1))),
    ("what a person must settle is no answer", "open", [asked(1), answered(2, undecided=True), asked(3, "removed")], None),
    ("one question removed, an answer not settled", "open", [asked(1, "removed"), answered(2, undecided=True)], None),
    ("answered by hand instead", "open", [asked(1), answered(2, undecided=True), answered(3, "new")],
     State("waiting", answered_at=at(3))),
    ("what was not sent is no answer", "waiting", [asked(1), answered(2, failed=True), asked(3, "edited")],
     State("open", "", at(3))),
]  # fmt: skip


@pytest.mark.parametrize(("now_in", "said", "state"), [row[1:] for row in NEXT], ids=[row[0] for row in NEXT])
def test_a_known_conversation(now_in, said, state):
    assert next_state(now_in, said) == state


def test_seven_days_before_the_page_was_connected_is_the_line():
    assert is_old(START - timedelta(days=7, seconds=1), START)
    assert not is_old(START - timedelta(days=7), START)

"""Decides whether we owe an answer: a conversation's state after something happened in it. Pure.

open = we owe an answer; waiting = we answered, the family's turn; closed with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from inbox.threads import Order
from models.page import BEFORE_US

News = Literal["", "new", "edited", "returned", "removed"]


@dataclass(frozen=True, slots=True)
class Said:
    """One message as the decision sees it. `here`: written by one of us in this program, not by hand on Facebook.

    `owed`: a family's, and somebody must answer. `news` is what this reading found out about it; a removed one is told
    only while that is news.
    """

    received: bool
    at: datetime
    order: Order
    owed: bool = False
    old: bool = False  # from before us
    here: bool = False
    news: News = ""
    failed: bool = False  # an answer that was not sent and will not be
    undecided: bool = False  # an answer of which a person must say whether it stands, and what to do


@dataclass(frozen=True, slots=True)
class State:
    """`opened_at` is when the family wrote what we owe an answer to; `answered_at` when we answered it."""

    state: Literal["open", "waiting", "closed"]
    reason: str = ""
    opened_at: datetime | None = None
    answered_at: datetime | None = None


def is_old(created_at: datetime, connected_at: datetime) -> bool:
    return created_at < connected_at - BEFORE_US


def first_state(said: Sequence[Said]) -> State:
    """Of a conversation that we see for the first time."""
    standing = _standing(said)
    if calls := _calls(standing):
        return State("open", opened_at=calls[0].at)
    received = [one for one in standing if one.received]
    if received and all(one.old for one in received):
        return State("closed", "before-us")
    owed = [one for one in received if one.owed and not one.old]
    if owed:
        return State("waiting", opened_at=owed[0].at, answered_at=_last_answer(standing))
    return State("closed", "no-answer-needed")


def next_state(now_in: str, said: Sequence[Said]) -> State | None:
    """Of a conversation that we know; None when it stays as it is."""
    standing = _standing(said)
    calls = _calls(standing)
    if calls:
        return State("open", opened_at=calls[0].at) if now_in != "open" else None
    if now_in == "open":
        return _from_open(said, standing)
    return _from_waiting(said, standing) if now_in == "waiting" else None


def wakes(said: Sequence[Said]) -> bool:
    """Did the family write, so that what was put off must be seen at once?"""
    return any(one.received and one.news in ("new", "edited", "returned") for one in said)


def _from_open(said: Sequence[Said], standing: Sequence[Said]) -> State | None:
    if _unanswered(standing):
        return None
    if any(one.news in ("new", "returned") and not one.received for one in standing):
        return State("waiting", answered_at=_last_answer(standing))
    if any(one.undecided for one in said):
        return None  # somebody must still look at what became of our answer
    if any(one.news == "removed" and one.received for one in said):
        return State("closed", "elsewhere")
    if any(one.news == "edited" and one.received for one in said):
        return State("closed", "no-answer-needed")
    return None


def _from_waiting(said: Sequence[Said], standing: Sequence[Said]) -> State | None:
    if any(one.news == "removed" and not one.received for one in said) and (owed := _unanswered(standing)):
        return State("open", opened_at=owed[0].at)  # somebody took our answer away on Facebook
    last = max((one.order for one in standing if not one.received), default=None)
    thanks = [one for one in standing if one.news == "new" and one.received and not (one.owed or one.old)]
    return State("closed", "answered") if last and any(one.order > last for one in thanks) else None


def _standing(said: Iterable[Said]) -> list[Said]:
    stands = (one for one in said if one.news != "removed" and not (one.failed or one.undecided))
    return sorted(stands, key=lambda one: one.order)


def _calls(standing: Sequence[Said]) -> list[Said]:
    """What is new or changed from a family, asks for an answer, and has none yet."""
    return [one for one in _unanswered(standing) if one.news in ("new", "edited", "returned")]


def _unanswered(standing: Sequence[Said]) -> list[Said]:
    answers = [one for one in standing if not one.received]
    return [
        one
        for one in standing
        if one.received and one.owed and (not one.old or one.news == "edited")
        if not any(_answers(answer, one) for answer in answers)
    ]


def _answers(answer: Said, asked: Said) -> bool:
    """Later in the thread is an answer, except to what its writer could not have seen."""
    if asked.news == "edited" or (asked.news == "new" and answer.here):
        return False
    return answer.order > asked.order


def _last_answer(standing: Sequence[Said]) -> datetime | None:
    return max((one.at for one in standing if not one.received), default=None)

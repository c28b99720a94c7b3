"""Where the program is killed: one table of named points, and the trap that kills it there.

A point is the moment a function is entered ("before") or left ("after"). Functions are found by import when the harness
starts, so that a renamed one stops it loudly. Nothing in the program knows of this: a trace function watches from outside.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Literal

from models.delivery import Delivery

When = Literal["before", "after"]
KIND_CLASSES = (
    "outbox.post_kinds:Publish", "outbox.post_kinds:Revise", "outbox.post_kinds:Comment",
    "outbox.reply_kind:Reply", "outbox.calendar_kinds:Put",
)  # fmt: skip
AT_RANDOM = "at some moment"
NOTHING_OWED = "nothing"  # the state where no delivery is open


@dataclass(frozen=True, slots=True)
class Place:
    """Functions of the program, `module:name`, and those in whose course they count (none: always)."""

    functions: tuple[str, ...]
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """`about_one`: it is about one delivery, whose state counts; else the states of all that are open count.

    `states`: those in which a kill can happen here. Each such pair must be met in a long run.
    """

    name: str
    place: Place
    when: When
    states: tuple[str, ...]
    about_one: bool = False


def _methods(name: str) -> tuple[str, ...]:
    return tuple(f"{one}.{name}" for one in KIND_CLASSES)


_CLAIM, _STANDS, _VERDICT = "outbox.ledger:claim", "outbox.ledger:stands", "outbox.ledger:pass_verdict"
_COMMIT, _SEND, _RECOVER = "sqlalchemy.orm:Session.commit", _methods("send"), "outbox.settle:recover"
_TURN = "outbox.ahead:_Books.turn"
_PUBLISHER = "mirroring.publish:Publisher.write"
_HTTP = "http.client:HTTPConnection"
_ROUND = ("due", "unsure", NOTHING_OWED)  # what can be open once a round has sorted what a dead one left
_START = (*_ROUND, "sending")
_LATER = ("unsure", NOTHING_OWED)  # once a round has delivered; something refused may be due again, which is seldom

# name of the step: (functions, within, states before, states after, about one delivery)
_STEPS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...], bool]] = {
    "a reply is written": (("inbox.replies:reply",), (), _ROUND, _ROUND, False),
    "what a dead round left is sorted": ((_RECOVER,), (), _START, _ROUND, False),
    "that is committed": ((_COMMIT,), (_RECOVER,), ("sending", "due", "unsure"), ("due", "unsure"), False),
    "tokens are proven": (("upkeep.tokens:prove_tokens",), (), _ROUND, _ROUND, False),
    "a calendar is read": (("mirroring.intake:take_in",), (), _ROUND, _ROUND, False),
    "a page is planned": (("schedulers.outward:plan_page",), (), _ROUND, _ROUND, False),
    "a page's plan is written": ((_PUBLISHER,), (), _ROUND, _ROUND, False),
    "a delivery is owed": (("mirroring.owe:owe",), (), ("due", "unsure"), ("due", "unsure"), False),
    "calendar entries are planned": (("mirroring.entries:plan_entries",), (), _ROUND, _ROUND, False),
    "delivering": (("outbox.deliver:deliver",), (), _ROUND, _LATER, False),
    "the claim": ((_CLAIM,), (), ("due",), ("sending",), True),
    "the claim is committed": ((_COMMIT,), (_CLAIM,), ("due",), ("sending",), True),
    "a center's books are turned": ((_TURN,), (), ("due", "sending"), ("sending",), False),
    "that turn is committed": ((_COMMIT,), (_TURN,), ("due", "sending"), ("sending",), False),
    "sending": (_SEND, (), ("sending",), ("sending",), True),
    "bytes leave": ((f"{_HTTP}.send",), _SEND, ("sending",), ("sending",), True),
    "the answer is read": ((f"{_HTTP}.getresponse",), _SEND, ("sending",), ("sending",), True),
    "it is written down that it stands": ((_STANDS,), (), ("sending", "unsure"), ("sending", "unsure"), True),
    "the row hears that it stands": (_methods("done"), (), ("sending", "unsure"), ("sending", "unsure"), True),
    "a verdict is written down": ((_VERDICT,), (), ("sending", "unsure"), ("sending", "unsure"), True),
    "doubts are settled": (("outbox.settle:settle",), (), ("due", "unsure"), ("due", "unsure"), False),
    "looking for it": (_methods("look"), (), ("unsure",), ("unsure",), True),
    "a center is looked at": (("mirroring.look:look",), (), _LATER, _LATER, False),
    "a page's comments are read": (("inbox.reading:read_page",), (), _LATER, _LATER, False),
    "a post's comments are written": (("inbox.remember:Recorder.write",), (), _LATER, _LATER, False),
    "people are asked to answer": (("inbox.routing.assign:assign_calls",), (), _LATER, _LATER, False),
    "comments are committed": ((_COMMIT,), ("inbox.collect:collect",), _LATER, _LATER, False),
    "anything is committed": ((_COMMIT,), (), _START, _START, False),
}  # fmt: skip


def _table() -> dict[str, Point]:
    found: dict[str, Point] = {}
    for step, (functions, within, before, after, about_one) in _STEPS.items():
        place = Place(functions, within)
        found[f"before: {step}"] = Point(f"before: {step}", place, "before", before, about_one)
        found[f"after: {step}"] = Point(f"after: {step}", place, "after", after, about_one)
    return found


POINTS: Mapping[str, Point] = _table()


def reachable() -> set[tuple[str, str]]:
    """Every pair (point, state) that a long run must meet."""
    pairs = {(point.name, state) for point in POINTS.values() for state in point.states}
    return pairs | {(AT_RANDOM, state) for state in ("due", "sending", "unsure", NOTHING_OWED)}


class NoSuchFunction(Exception):
    """The table names a function that the program does not have."""


def code_of(function: str) -> CodeType:
    """The code of `module:name`, without decorators."""
    module, _, path = function.partition(":")
    found: Any = importlib.import_module(module)
    try:
        for name in path.split("."):
            found = getattr(found, name)
        while hasattr(found, "__wrapped__"):
            found = found.__wrapped__
        return found.__code__
    except AttributeError:
        raise NoSuchFunction(f"tests/crash/points.py kills at {function}, which is gone: name its successor.") from None


def resolved() -> dict[str, tuple[frozenset[CodeType], frozenset[CodeType]]]:
    """Point -> (codes, codes within which it counts). NoSuchFunction for a name that is gone."""
    return {
        name: (frozenset(map(code_of, point.place.functions)), frozenset(map(code_of, point.place.within)))
        for name, point in POINTS.items()
    }


def set_trap(point: Point, nth: int, diary: Path, state: str = "") -> None:
    """Kill this process at the `nth` time that `point` is passed; what and where is in `diary` before that.

    `state`: only passings with a delivery in hand that was read in this state count.
    """
    codes, within = frozenset(map(code_of, point.place.functions)), frozenset(map(code_of, point.place.within))
    left = [nth]

    def pass_by(frame: FrameType) -> None:
        if within and not _is_within(frame, within):
            return
        if state and all(one.state != state for one in _in_hand(frame)):
            return
        left[0] -= 1
        if left[0] == 0:
            sys.settrace(None)
            _die(point, frame, diary)

    def leaving(frame: FrameType, event: str, _: Any) -> Callable[..., Any]:
        if event == "return":
            pass_by(frame)
        return leaving

    def entering(frame: FrameType, event: str, _: Any) -> Callable[..., Any] | None:
        if event != "call" or frame.f_code not in codes:
            return None
        if point.when == "after":
            frame.f_trace_lines = False
            return leaving
        pass_by(frame)
        return None

    sys.settrace(entering)


def _is_within(frame: FrameType | None, codes: frozenset[CodeType]) -> bool:
    while frame is not None:
        if frame.f_code in codes:
            return True
        frame = frame.f_back
    return False


def _die(point: Point, frame: FrameType, diary: Path) -> None:
    about = _delivery_at(frame) if point.about_one else None
    note = {"point": point.name, "delivery": about.id if about else "", "kind": about.kind if about else ""}
    descriptor = os.open(diary, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(descriptor, json.dumps(note).encode() + b"\n")
    os.fsync(descriptor)
    os.kill(os.getpid(), signal.SIGKILL)


def _delivery_at(frame: FrameType | None) -> Delivery | None:
    """The delivery in hand: the nearest one that the functions under way hold."""
    return next(_in_hand(frame), None)


def _in_hand(frame: FrameType | None) -> Iterator[Delivery]:
    while frame is not None:
        for value in frame.f_locals.values():
            found = value if isinstance(value, Delivery) else getattr(value, "delivery", None)
            if isinstance(found, Delivery):
                yield found
        frame = frame.f_back

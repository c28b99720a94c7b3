"""What one schedule is: a seed in, faults, kills and happenings out. Pure, so that a seed tells all."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from tests.crash.points import AT_RANDOM, POINTS

_WRITES = {"method": "POST", "path": "(feed|comments|_[0-9]+)$"}
_READS = {"method": "GET", "path": "(feed|published_posts|comments)$"}
# What may go wrong at the pretend Facebook, beside the kills. `after` and `times` are drawn.
FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "cut-after-store", "match": _WRITES},
    {"kind": "code2-after-store", "match": _WRITES},
    {"kind": "cut-before-store", "match": _WRITES},
    {"kind": "empty-500", "match": _WRITES},
    {"kind": "empty-500", "match": _WRITES, "store": True},
    {"kind": "service-unavailable-200", "match": _WRITES},
    {"kind": "html502", "match": _WRITES, "store": True},
    {"kind": "throttle", "match": _WRITES},
    {"kind": "slow", "match": _WRITES, "seconds": 0.05, "before": True},
    {"kind": "slow", "match": _WRITES, "seconds": 0.05},
    {"kind": "lag", "match": _WRITES, "seconds": 600},
    {"kind": "html502", "match": _READS},
    {"kind": "cut-before-store", "match": _READS},
    {"kind": "empty", "match": _READS},
    {"kind": "short-page", "match": _READS, "size": 1},
    {"kind": "throttle", "match": _READS},
)
# Where a kill leaves one delivery in doubt, and where only what is in doubt comes by.
_IN_SENDING = (
    "after: the claim is committed", "before: bytes leave", "after: bytes leave", "before: the answer is read",
    "after: the answer is read", "after: sending", "after: it is written down that it stands",
)  # fmt: skip
_DOUBTFUL = ("looking for it",)
_REFUSED = ("a verdict is written down",)
# Passed for each delivery that stands: of one in doubt only where its answer was lost, and it is read back.
_STANDING = ("it is written down that it stands", "the row hears that it stands")
_LOST = {"kind": "cut-after-store", "match": _WRITES, "after": 0, "times": 1}
# Passed first in a start, before anything is sorted: a doubt must be there from a whole round before it.
_FIRST = ("a reply is written",)
# Passed only where a dead round left something `sending`: for a doubt beside it, one more whole round before that.
_BESIDE = ("that is committed",)
_NEVER_CAME = {"kind": "cut-before-store", "match": _WRITES, "after": 0, "times": 1}
UNDISTURBED = ""


@dataclass(frozen=True, slots=True)
class Kill:
    """At the `nth` passing of a named point, or `after` so many seconds; UNDISTURBED: not at all.

    `to_the_end`: that round settles its doubts. `state`: of the delivery in hand; "": any.
    """

    point: str
    nth: int = 1
    after: float = 0.0
    to_the_end: bool = False
    state: str = ""


@dataclass(frozen=True, slots=True)
class Schedule:
    """One start for each kill, and a last one without. `late`: seconds after which each family's next comment shows up,
    one before each start. `changes_at`: before which start the school's calendar changes.
    """

    seed: int
    faults: tuple[dict[str, Any], ...]
    kills: tuple[Kill, ...]
    late: tuple[int, ...]
    changes_at: int


def schedule(seed: int) -> Schedule:
    """The same for the same seed. Seed n is about the n-th named point, so that as many in a row meet each.

    One turn kills there first; the next when something is in doubt already; the next when all that was owed stands.
    """
    chance = random.Random(seed)
    point, turn = list(POINTS)[seed % len(POINTS)], seed // len(POINTS)
    aimed = _aimed(point, turn)
    before = (Kill(UNDISTURBED),) if aimed else ()
    if not aimed or _stands_beside(point, turn):
        before += _before(point, turn % 3, chance)
    kills = (*before, _about(point, turn, chance), *(_any(chance) for _ in range(chance.randint(0, 2))))
    faults = [_fault(chance) for _ in range(chance.choice((0, 0, 1, 1, 2, 3)))]
    if aimed or (turn % 3 == 0 and any(one in point for one in _REFUSED)):
        faults.insert(0, _LOST if _reads_back(point, turn) or not aimed else _NEVER_CAME)
    late = [chance.choice((0, 0, 300)) for _ in kills]
    if turn % 3 == 2:
        late[0] = 600  # nobody's new comment: nothing will be owed
    if aimed and not _reads_back(point, turn):
        late[0] = 0  # somebody to answer in the next start
    changes_at = len(before) if turn % 3 else chance.choice((0, 0, 1))
    return Schedule(seed, tuple(faults), kills, tuple(late), 1 if _stands_beside(point, turn) else changes_at)


def _before(point: str, turn: int, chance: random.Random) -> tuple[Kill, ...]:
    if turn == 1 or any(one in point for one in _DOUBTFUL):
        return (Kill(chance.choice(_IN_SENDING), nth=chance.choice((1, 1, 2))),)
    return (Kill(UNDISTURBED),) if turn == 2 else ()


def _about(point: str, turn: int, chance: random.Random) -> Kill:
    if _reads_back(point, turn):
        return Kill(point, to_the_end=True, state="unsure")
    return Kill(point, nth=1 if turn < 3 else chance.choice((1, 1, 2, 3)), to_the_end=turn % 3 == 1)


def _aimed(point: str, turn: int) -> bool:
    return _reads_back(point, turn) or _comes_first(point, turn) or _stands_beside(point, turn)


def _reads_back(point: str, turn: int) -> bool:
    return turn % 3 == 1 and any(one in point for one in _STANDING)


def _comes_first(point: str, turn: int) -> bool:
    return turn % 3 == 1 and any(one in point for one in _FIRST)


def _stands_beside(point: str, turn: int) -> bool:
    return turn % 3 == 1 and any(one in point for one in _BESIDE)


def _any(chance: random.Random) -> Kill:
    if chance.random() < 0.4:
        return Kill(AT_RANDOM, after=chance.uniform(0, 0.6), to_the_end=chance.random() < 0.5)
    return _named(chance.choice(list(POINTS)), chance)


def _named(point: str, chance: random.Random) -> Kill:
    return Kill(point, nth=chance.choice((1, 1, 1, 2, 3, 5, 8)), to_the_end=chance.random() < 0.6)


def _fault(chance: random.Random) -> dict[str, Any]:
    return {**chance.choice(FAULTS), "after": chance.choice((0, 0, 1, 2, 4)), "times": chance.choice((1, 1, 2))}

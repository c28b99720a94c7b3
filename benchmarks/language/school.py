"""A school that writes mostly English, some Spanish and a little of two others, in short and messy comments."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.language.rows import Pair, of_kinds
from inbox.language.tags import UNSURE

SHARES: Mapping[str, float] = {"en": 0.80, "es": 0.15, "vi": 0.025, "so": 0.025}
_KINDS = ("len03-10", "len11-20", "len21-40", "noise", "caps", "nodiac", "social")
_AGAIN = 1000


@dataclass(frozen=True, slots=True)
class Of100:
    """Of a hundred comments, with the interval that 95 of 100 samples like this one stay in."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.1f} ({self.low:.1f}-{self.high:.1f})"


def wrong_desk(pairs: Sequence[Pair]) -> Of100:
    return _of_100(pairs, lambda pair: pair[1].language in SHARES and pair[1].language != pair[0].lang)


def unsure(pairs: Sequence[Pair]) -> Of100:
    """Also what is taken for a language that nobody enabled: a person looks at it."""
    return _of_100(pairs, lambda pair: pair[1].language == UNSURE or pair[1].language not in SHARES)


def _of_100(pairs: Sequence[Pair], judge: Callable[[Pair], bool]) -> Of100:
    """The rate of each language counts with its share; the interval is the bootstrap's."""
    messy = of_kinds(pairs, *_KINDS)
    judged = {one: [judge(pair) for pair in messy if pair[0].lang == one] for one in SHARES}
    chance = random.Random(20261123)
    samples = sorted(
        _weighed({one: chance.choices(some, k=len(some)) for one, some in judged.items()}) for _ in range(_AGAIN)
    )
    return Of100(_weighed(judged), samples[_AGAIN * 25 // 1000], samples[_AGAIN * 975 // 1000])


def _weighed(judged: Mapping[str, Sequence[bool]]) -> float:
    return 100 * sum(SHARES[one] * sum(some) / max(1, len(some)) for one, some in judged.items())

"""The shares that tell how good a detector is. A text counts as found when its language is the first candidate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from benchmarks.language.rows import NOT_IN_LATIN, Pair, of_core, of_kinds
from inbox.language.tags import UNSURE

Judge = Callable[[Pair], bool]


def found(pair: Pair) -> bool:
    return pair[1].first == pair[0].lang


def answered_right(pair: Pair) -> bool:
    return pair[1].language == pair[0].lang


def share(pairs: Sequence[Pair], judge: Judge = found) -> float:
    return sum(map(judge, pairs)) / len(pairs) if pairs else 0.0


def by_language(pairs: Iterable[Pair], judge: Judge = found) -> dict[str, float]:
    groups: defaultdict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        groups[pair[0].lang].append(pair)
    return {language: share(group, judge) for language, group in groups.items()}


def macro(pairs: Iterable[Pair], judge: Judge = found) -> float:
    """The mean over the languages: each counts the same, however many texts it has."""
    each = by_language(pairs, judge)
    return sum(each.values()) / len(each) if each else 0.0


def precision_at(pairs: Sequence[Pair], coverage: float) -> float:
    """Of the surest part of all texts, those without any language too: how many are right."""
    surest = sorted(pairs, key=lambda pair: -pair[1].confidence)[: round(len(pairs) * coverage)]
    return share(surest)


def calibration_error(pairs: Sequence[Pair], bins: int = 10) -> float:
    """How far the shown confidence is from how often it is right, on average (ECE)."""
    groups: defaultdict[int, list[Pair]] = defaultdict(list)
    for pair in pairs:
        groups[min(bins - 1, int(pair[1].confidence * bins))].append(pair)
    off = (abs(share(group) - sum(said.confidence for _, said in group) / len(group)) for group in groups.values())
    return sum(gap * len(group) for gap, group in zip(off, groups.values(), strict=True)) / len(pairs)


def routed(pairs: Iterable[Pair]) -> float:
    """Of the texts without any language (names, emoji, numbers): how many got one."""
    return share(of_kinds(pairs, "und"), lambda pair: pair[1].language != UNSURE)


def false_alarms(pairs: Iterable[Pair]) -> float:
    """Of the texts in languages of Latin letters: how many are taken for Urdu, Hindi or Arabic typed in them."""
    latin = [pair for pair in of_core(pairs) if pair[0].lang not in NOT_IN_LATIN]
    return share(latin, lambda pair: pair[1].first in {"ur", "hi", "ar"})


def spanglish(pairs: Iterable[Pair]) -> float:
    """Of texts half English, half Spanish: how many reach somebody who speaks Spanish, or are marked as mixed."""
    both = [pair for pair in of_kinds(pairs, "codeswitch") if set(pair[0].langs) == {"es", "en"}]
    return share(both, lambda pair: pair[1].language == "es" or pair[1].mixed_with is not None)

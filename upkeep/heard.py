"""Is every language heard? By language and week: comments, answers, waits, promises, and the gap to the best served. Pure.

What each number means is told in docs/heard.md.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from models.heard import UNSURE, GivenPromise, OwedComment
from upkeep.heard_counting import Counted, Counter, Week
from upkeep.heard_order import NO_DIFFERENCE, smallest_voice_first
from upkeep.heard_waits import Wait, percentile

Verdict = Literal["nobody", "too few", "equal", "unequal"]
ENOUGH = 5  # comments whose wait is known, before a language is compared with others
TOO_LONG = 1.25  # times the wait of the best-served language; whoever waits longer is flagged


@dataclass(frozen=True, slots=True)
class Line:
    """How one language was heard, in one week or in all.

    `owed` comments were `answered` (some of them `elsewhere`, as somebody said), were `closed` without an answer, or are
    still `waiting`. Of `timed` of them the wait is known: `median`, and `ninth` of ten. `gap`: how many times the median
    of the best-served language. `kept` of `promised`: by their day.
    """

    language: str
    week: Week | None
    owed: int = 0
    answered: int = 0
    elsewhere: int = 0
    closed: int = 0
    waiting: int = 0
    unsure: int = 0
    timed: int = 0
    median: Wait | None = None
    ninth: Wait | None = None
    promised: int = 0
    kept: int = 0
    best: str = ""  # the language that it is compared with
    gap: float | None = None
    gap_at_least: bool = False

    @property
    def can_be_compared(self) -> bool:
        return self.language != UNSURE and self.timed >= ENOUGH

    @property
    def is_flagged(self) -> bool:
        return self.gap is not None and self.gap > TOO_LONG


@dataclass(frozen=True, slots=True)
class Heard:
    """`lines` are of all weeks together: who waits longest first, then who never wrote, then what nobody could tell.

    `by_week`: the lines of each language, one for every week.
    """

    weeks: tuple[Week, ...]
    lines: tuple[Line, ...]
    by_week: Mapping[str, tuple[Line, ...]]

    @property
    def compared(self) -> list[Line]:
        return [one for one in self.lines if one.gap is not None]

    def is_closed_oftener(self, one: Line) -> bool:
        """Are its comments closed without an answer much oftener than those in other languages? A quick wait would hide that."""
        others = [line for line in self.lines if line.language != one.language]
        closed, owed = sum(line.closed for line in others), sum(line.owed for line in others)
        return one.closed >= ENOUGH and one.closed * owed > TOO_LONG * closed * one.owed

    @property
    def verdict(self) -> Verdict:
        if not any(one.owed for one in self.lines):
            return "nobody"
        if len(self.compared) < 2:
            return "too few"
        return "unequal" if any(one.is_flagged for one in self.compared) else "equal"


def heard(
    counter: Counter, weeks: Sequence[Week], comments: Iterable[OwedComment], promises: Iterable[GivenPromise]
) -> Heard:
    """Of these weeks; what belongs to others is not counted."""
    known = frozenset(weeks)
    said: dict[tuple[str, Week | None], list[Counted]] = defaultdict(list)
    for one in map(counter.comment, comments):
        for week in (one.week, None) if one.week in known else ():
            said[one.language, week].append(one)
    kept: dict[tuple[str, Week | None], Tally[bool | None]] = defaultdict(Tally)
    for given in promises:
        tag, on = counter.called(given.language), counter.week(given.due_on)
        for week in (on, None) if on in known else ():
            kept[tag, week][counter.promise(given)] += 1
    tags = _ordered(counter.languages, said, kept)
    lines = {
        week: _compared([_line(tag, week, said[tag, week], kept[tag, week]) for tag in tags]) for week in (None, *weeks)
    }
    by_week = {tag: tuple(lines[week][n] for week in weeks) for n, tag in enumerate(tags)}
    return Heard(tuple(weeks), tuple(lines[None]), by_week)


def _ordered(
    languages: Sequence[str],
    said: Mapping[tuple[str, Week | None], Sequence[Counted]],
    kept: Mapping[tuple[str, Week | None], object],
) -> list[str]:
    spoken = {tag: [one.wait for one in all if one.wait] for (tag, week), all in said.items() if week is None}
    silent = [tag for tag in dict.fromkeys([*languages, *sorted(tag for tag, _ in kept)]) if tag not in spoken]
    ordered = [*smallest_voice_first(spoken), *silent]
    return sorted(ordered, key=lambda tag: tag == UNSURE)


def _line(tag: str, week: Week | None, said: Sequence[Counted], kept: Mapping[bool | None, int]) -> Line:
    outcomes = Tally(one.outcome for one in said)
    waits = [one.wait for one in said if one.wait]
    return Line(
        tag, week, owed=len(said), answered=outcomes["answered"] + outcomes["elsewhere"], elsewhere=outcomes["elsewhere"],
        closed=outcomes["closed"], waiting=outcomes["waiting"], unsure=sum(one.was_unsure for one in said),
        timed=len(waits), median=percentile(waits, 0.5), ninth=percentile(waits, 0.9),
        promised=kept.get(True, 0) + kept.get(False, 0), kept=kept.get(True, 0),
    )  # fmt: skip


def _best(lines: Iterable[Line]) -> Line | None:
    return min((one for one in lines if one.can_be_compared), key=_median, default=None)


def _median(one: Line) -> Wait:
    return one.median or Wait(0.0)


def _beside(one: Line, best: Line | None) -> Line:
    """With its gap to the best. A wait that nobody would notice counts as the shortest that one would."""
    if best is None or not one.can_be_compared:
        return one
    mine, shortest = _median(one), _median(best)
    gap = max(mine.hours, NO_DIFFERENCE) / max(shortest.hours, NO_DIFFERENCE)
    return replace(one, best=best.language, gap=gap, gap_at_least=mine.at_least and not shortest.at_least)


def _compared(lines: Sequence[Line]) -> list[Line]:
    best = _best(lines)
    return [_beside(one, best) for one in lines]

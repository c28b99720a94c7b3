"""How well languages are told, on the texts of LANGUAGE_DATA: the goals of `make bench-language` as figures."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import Beside, Figure, Wanted, at_least, exactly
from benchmarks.language.__main__ import PACED, SAMPLE, TIMES_FASTER, hear_all, paired
from benchmarks.language.goals import GOALS, Goal
from benchmarks.language.pace import pace
from benchmarks.language.rows import LISTS, given, read
from benchmarks.language.same import same


def measure() -> Iterator[Figure]:
    file = given()
    rows = read(file)
    pairs = paired(rows, hear_all(file))
    for goal in GOALS:
        yield Figure(
            f"language: {goal.name.strip()}", goal.measure(pairs["ours", goal.over]), wanted=_wanted(goal), margin=0.02
        )
    rates = pace([row.text for row in rows[::PACED]], LISTS["31"])
    peer = Beside("langdetect", rates["langdetect"])
    yield Figure("language: texts of one processor", rates["ours"], "/s", at_least(TIMES_FASTER), peer)
    share = same([row.text for row in rows[::SAMPLE]], LISTS["31"])
    yield Figure("language: the same guess every time", share, wanted=exactly(1))


def _wanted(goal: Goal) -> Wanted | None:
    return None if goal.target is None else Wanted("at most" if goal.at_most else "at least", goal.target)

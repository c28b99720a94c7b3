"""The figures of the table: how each is measured, and what it must reach. Only shares and ratios decide."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.language import school, shares
from benchmarks.language.rows import SHORT, TEN, Pair, of_core, of_kinds

PEERS = ("langdetect", "lingua")
Measure = Callable[[Sequence[Pair]], float]


@dataclass(frozen=True, slots=True)
class Goal:
    """`over` names the enabled languages (31, 10 or 4); `at_most`: the smaller the better; a `target` of None is only told."""

    name: str
    measure: Measure
    target: float | None
    over: str = "31"
    at_most: bool = False

    def met(self, value: float) -> bool | None:
        if self.target is None:
            return None
        return value <= self.target if self.at_most else value >= self.target


def _macro(*kinds: str, judge: shares.Judge = shares.found) -> Measure:
    return lambda pairs: shares.macro(of_kinds(pairs, *kinds) if kinds else of_core(pairs), judge)


def _lowest(pairs: Sequence[Pair]) -> float:
    return min(one for language, one in shares.by_language(of_core(pairs)).items() if language != "hmn")


def _of(language: str) -> Measure:
    return lambda pairs: shares.by_language(of_core(pairs)).get(language, 0.0)


def _ten(pairs: Sequence[Pair]) -> float:
    return shares.macro([pair for pair in of_core(pairs) if pair[0].lang in TEN])


def _surest(coverage: float) -> Measure:
    return lambda pairs: shares.precision_at(
        [pair for pair in pairs if pair[0].core or pair[0].kind == "und"], coverage
    )


def _answered(pairs: Sequence[Pair]) -> float:
    return shares.share(of_core(pairs), lambda pair: pair[1].language != "und")


def _right_of_answered(pairs: Sequence[Pair]) -> float:
    return shares.share([pair for pair in of_core(pairs) if pair[1].language != "und"], shares.answered_right)


GOALS: tuple[Goal, ...] = (
    Goal("macro, 3-60 characters", _macro(*SHORT), 0.945),
    Goal("macro, core", _macro(), 0.960),
    Goal("macro, 3-10 characters", _macro("len03-10"), 0.86),
    Goal("macro, 11-20 characters", _macro("len11-20"), 0.95),
    Goal("macro, ALL CAPS", _macro("caps"), 0.95),
    Goal("macro, without diacritics", _macro("nodiac"), 0.90),
    Goal("macro, noise", _macro("noise"), 0.96),
    Goal("macro, social", _macro("social"), 0.99),
    Goal("Spanish", _of("es"), 0.90),
    Goal("lowest language but Hmong", _lowest, 0.88),
    Goal("Hmong (49 rows, 10 of them English)", _of("hmn"), None),
    Goal("district of ten, macro core", _ten, 0.965, over="10"),
    Goal("precision at 90 % coverage", _surest(0.9), 0.990),
    Goal("precision at 80 % coverage", _surest(0.8), 0.997),
    Goal("calibration error of the confidence", lambda pairs: shares.calibration_error(of_core(pairs)), 0.03, at_most=True),
    Goal("texts without language, routed", shares.routed, 0.05, at_most=True),
    Goal("answered, core", _answered, None),
    Goal("right among the answered, core", _right_of_answered, None),
    Goal("answered right, macro core", _macro(judge=shares.answered_right), None),
    Goal("romanised Urdu and Arabic found", lambda pairs: shares.share(of_kinds(pairs, "roman")), 0.80),
    Goal("  false alarms on Latin letters", shares.false_alarms, 0.005, at_most=True),
    Goal("Spanglish to Spanish or marked mixed", shares.spanglish, 0.85),
    Goal("school 80/15/5: wrong desk, of 100", lambda pairs: school.wrong_desk(pairs).mean, 2, over="4", at_most=True),
    Goal("school 80/15/5: unsure, of 100", lambda pairs: school.unsure(pairs).mean, 8, over="4", at_most=True),
)  # fmt: skip


def lines(heard: Mapping[tuple[str, str], Sequence[Pair]]) -> Iterator[tuple[str, bool | None]]:
    """Each figure as a line of the table, and whether ours is met (None: only told). `heard`: (detector, list) → pairs."""
    for goal in GOALS:
        value = goal.measure(heard["ours", goal.over])
        others = [goal.measure(heard[peer, goal.over]) for peer in PEERS]
        yield line(goal.name, [value, *others], goal.target, goal.at_most, goal.met(value)), goal.met(value)


def line(name: str, values: Sequence[float], target: float | None, at_most: bool, met: bool | None) -> str:
    shown = "".join(f"{value:>12.3f}" for value in values)
    wanted = "only told" if target is None else f"{'<=' if at_most else '>='} {target:g}"
    return f"{name:38}{shown}   {wanted:>10}   {'' if met is None else 'met' if met else 'NOT MET'}"

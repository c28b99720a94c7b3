"""One small picture a language: a bar for each week, all pictures in one scale. Where everything stands; pure.

Units are those of the picture's viewBox. The template draws it, and tells the same numbers in a table beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.heard import UNSURE
from upkeep.heard import ENOUGH, Heard, Line

WIDTH, HEIGHT = 320, 140
LEFT, RIGHT, TOP, FLOOR = 34, 316, 18, 112
_THIN = 1.5  # a bar of no time at all is still seen
_STEPS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 40, 60, 80, 120, 160, 240, 320, 640)  # hours


@dataclass(frozen=True, slots=True)
class Bar:
    """One week. `height` None: nobody's wait is known. `few`: it stands for fewer comments than are compared; `more`: somebody
    still waits; `cut`: it is longer than the picture.
    """

    line: Line
    x: float
    middle: float
    width: float
    y: float
    height: float | None
    few: bool
    more: bool
    cut: bool
    shows_count: bool


@dataclass(frozen=True, slots=True)
class Plot:
    """`top`: the hours at the upper edge; `best_y`: where the best-served language's middle wait runs, if there is one."""

    line: Line
    bars: tuple[Bar, ...]
    top: int
    best_y: float | None


def plots(heard: Heard, *, mirrored: bool = False) -> list[Plot]:
    """Of each language that anybody wrote in; what is unsure is none. `mirrored`: time runs from right to left."""
    shown = [one for one in heard.lines if one.owed and one.language != UNSURE]
    top = _top(shown, [line for one in shown for line in heard.by_week[one.language]])
    best = min((one.median.hours for one in heard.compared if one.median), default=None)
    return [
        Plot(one, _bars(heard.by_week[one.language], top, mirrored), top, None if best is None else _y(best, top))
        for one in shown
    ]


def _top(lines: Iterable[Line], weeks: Iterable[Line]) -> int:
    """Room for every week with enough comments; one family that was forgotten must not make all others' bars too small."""
    sure = [one.median.hours for one in weeks if one.median and one.timed >= ENOUGH]
    usual = [2 * one.median.hours for one in lines if one.median]
    highest = max([*sure, *usual], default=0.0)
    return next((step for step in _STEPS if step >= highest), int(highest) + 1)


def _bars(weeks: Sequence[Line], top: int, mirrored: bool) -> tuple[Bar, ...]:
    step = (RIGHT - LEFT) / len(weeks)
    middles = [LEFT + step * (n + 0.5) for n in range(len(weeks))]
    found = (
        _bar(one, at, step, top) for one, at in zip(weeks, reversed(middles) if mirrored else middles, strict=True)
    )
    return tuple(found)


def _bar(one: Line, middle: float, step: float, top: int) -> Bar:
    width, wait = min(step * 0.72, 40), one.median
    y = min(_y(min(wait.hours, top), top), FLOOR - _THIN) if wait else FLOOR
    return Bar(
        one, x=round(middle - width / 2, 2), middle=round(middle, 2), width=round(width, 2), y=y,
        height=round(FLOOR - y, 2) if wait else None, few=one.timed < ENOUGH, more=bool(wait and wait.at_least),
        cut=bool(wait and wait.hours > top), shows_count=step > 20,
    )  # fmt: skip


def _y(hours: float, top: int) -> float:
    return round(FLOOR - (FLOOR - TOP) * hours / top, 2)

"""One small picture a language: a bar for each week, all pictures in one scale. Where everything stands; pure.

Units are those of the picture's viewBox. The template draws it, and tells the same numbers in a table beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.heard import UNSURE
from upkeep.heard import ENOUGH, Heard, Line

WIDTH, HEIGHT = 320, 140
LEFT, RIGHT, TOP, FLOOR = 34, 316, 16, 112
_STEPS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 40, 60, 80, 120, 160, 240, 320, 640)  # hours


@dataclass(frozen=True, slots=True)
class Bar:
    """One week. `few`: the bar stands for fewer comments than are compared; `more`: somebody still waits. `height` 0 is drawn
    as a line on the floor; None: nobody's wait is known.
    """

    line: Line
    x: float
    middle: float
    width: float
    y: float
    height: float | None
    few: bool
    more: bool
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
    top = _top(line for one in shown for line in (one, *heard.by_week[one.language]))
    best = min((one.median.hours for one in heard.compared if one.median), default=None)
    return [
        Plot(one, _bars(heard.by_week[one.language], top, mirrored), top, None if best is None else _y(best, top))
        for one in shown
    ]


def _top(lines: Iterable[Line]) -> int:
    highest = max((one.median.hours for one in lines if one.median), default=0.0)
    return next((step for step in _STEPS if step >= highest), int(highest) + 1)


def _bars(weeks: Sequence[Line], top: int, mirrored: bool) -> tuple[Bar, ...]:
    step = (RIGHT - LEFT) / len(weeks)
    width = min(step * 0.72, 40)
    found = []
    for n, one in enumerate(weeks):
        middle = LEFT + step * (n + 0.5)
        middle = LEFT + RIGHT - middle if mirrored else middle
        y = _y(one.median.hours, top) if one.median else FLOOR
        found.append(
            Bar(
                one, round(middle - width / 2, 2), round(middle, 2), round(width, 2), y,
                round(FLOOR - y, 2) if one.median else None, one.timed < ENOUGH, bool(one.median and one.median.at_least),
                len(weeks) <= 13,
            )
        )  # fmt: skip
    return tuple(found)


def _y(hours: float, top: int) -> float:
    return round(FLOOR - (FLOOR - TOP) * hours / top, 2)

"""Figures as lines for people."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable

from benchmarks.figures import Figure, plainly
from config.logs import start_logging

_WIDTHS = "  {:54} {:>12}  {:34} {:>8}  {:22} {:>8} {}"
HEAD = _WIDTHS.format("figure", "measured", "beside", "ratio", "wanted", "before", "").rstrip()


def line(figure: Figure, before: float | None) -> str:
    """`before`: the ratio or count in the baseline."""
    beside = figure.beside
    shown = f"{beside.name} {plainly(beside.value)}" if beside else ""
    ratio = "" if figure.ratio is None else plainly(figure.ratio)
    wanted = str(figure.wanted) if figure.wanted else "only told"
    was = "" if before is None else plainly(before)
    return _WIDTHS.format(figure.name, figure.measured, shown, ratio, wanted, was, _mark(figure, before)).rstrip()


def _mark(figure: Figure, before: float | None) -> str:
    missed = "" if figure.met else "MISSED" if not figure.good else "aim missed"
    worse = "WORSE" if before is not None and figure.is_worse_than(before) else ""
    return f"<-- {said}" if (said := " ".join(filter(None, (missed, worse)))) else ""


def main(measure: Callable[[], Iterable[Figure]]) -> None:
    """One part alone: `python -m benchmarks.year`."""
    start_logging("text", quiet=True)
    print(HEAD)
    good = True
    for one in measure():
        good &= one.good
        print(line(one, None), flush=True)
    sys.exit(0 if good else 1)

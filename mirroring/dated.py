"""A changed group of a feed, understood: its series, each with its dates inside our window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from calendars.expand import SeriesRefused, expand
from calendars.read import read_group
from calendars.values import OccurrenceValue, Problem, Series, Split

PAST = timedelta(days=60)
AHEAD = timedelta(days=548)  # 18 months: contract, "Sizes"
ROLL = timedelta(days=30)  # dates are extended before the horizon comes this much closer
DATES_A_SERIES = 750
MENDED = frozenset(
    {"bad-end", "ends-before-start", "unknown-timezone"}
)  # problems of events that were read all the same


@dataclass(frozen=True, slots=True)
class Parsed:
    """`series` are the good ones, each with its dates; a problem never sinks the others.

    `lost` is why a part of the group could not be read ("" = it is whole): then a good copy that we have stands.
    """

    digest: str
    series: list[tuple[Series, list[OccurrenceValue]]]
    problems: list[Problem]
    lost: str = ""


def parse(parts: Split, uid: str, zone: str, now: datetime) -> Parsed:
    """Read and expand one group. The last good copy of a refused series stands: it is simply not in the answer."""
    found, problems = read_group(parts, parts.groups[uid], zone)
    good = []
    for series in found:
        try:
            good.append((series, dates_of(series, now)))
        except SeriesRefused as wrong:
            problems.append(Problem("series-refused", uid, str(wrong)))
    lost = next((problem.message for problem in problems if problem.problem not in MENDED), "")
    return Parsed(parts.groups[uid].digest, good, problems, lost)


def dates_of(series: Series, now: datetime) -> list[OccurrenceValue]:
    """The dates inside our window. Raises SeriesRefused."""
    return expand(series, now - PAST, now + AHEAD, limit=DATES_A_SERIES)

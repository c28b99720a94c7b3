"""How much working time lies between two moments, told quickly: for tallies of many thousands."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from config.hours import WorkingTime


@dataclass(frozen=True, slots=True)
class Worked:
    """The open spans of a stretch of time, as seconds since 1970. `before`: the seconds worked before each of them."""

    opens: Sequence[float]
    closes: Sequence[float]
    before: Sequence[float]

    def hours(self, start: datetime, end: datetime) -> float:
        """From `start` to `end`, both inside the stretch; 0 where nobody was at work between them, or `end` is earlier."""
        return max(0.0, self._until(end) - self._until(start)) / 3600

    def _until(self, at: datetime) -> float:
        second = at.timestamp()
        n = bisect_right(self.opens, second) - 1
        return self.before[n] + min(second, self.closes[n]) - self.opens[n] if n >= 0 else 0.0


def worked(working: WorkingTime, since: datetime, until: datetime) -> Worked:
    spans = [(opens.timestamp(), closes.timestamp()) for opens, closes in working.spans(since, until)]
    sums = accumulate((closes - opens for opens, closes in spans), initial=0.0)
    return Worked([opens for opens, _ in spans], [closes for _, closes in spans], list(sums)[:-1])

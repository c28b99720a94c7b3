"""Counts which pairs of point and state were met, and shows them as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tests.crash.play import Played
from tests.crash.points import AT_RANDOM, NOTHING_OWED, POINTS, reachable

_STATES = ("due", "sending", "unsure", NOTHING_OWED)


class Matrix:
    """Kills by point, by state and by kind of delivery."""

    def __init__(self) -> None:
        self.pairs: Counter[tuple[str, str]] = Counter()
        self.kinds: Counter[str] = Counter()

    def count(self, played: Iterable[Played]) -> None:
        for one in played:
            for point, state, kind in one.met:
                self.pairs[point, state] += 1
                if kind:
                    self.kinds[kind] += 1

    def never_met(self) -> list[tuple[str, str]]:
        return sorted(pair for pair in reachable() if not self.pairs[pair])

    def besides(self) -> list[tuple[str, str]]:
        """Met, though the table does not ask for it: seldom, or a reason to look at the table again."""
        return sorted(set(self.pairs) - reachable())

    def table(self) -> str:
        """One line a point; `.` where a state cannot be met there."""
        wanted, lines = reachable(), [f"{'kills':<46}" + "".join(f"{state:>9}" for state in _STATES)]
        for name in (*POINTS, AT_RANDOM):
            cells = [
                f"{self.pairs[name, state] or (0 if (name, state) in wanted else '.'):>9}" for state in _STATES
            ]  # fmt: skip
            lines.append(f"{name:<46}" + "".join(cells))
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self.kinds.items()))
        return "\n".join([*lines, f"in the middle of: {kinds or 'nothing'}"])

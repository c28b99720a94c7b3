"""How long families waited for a first answer, in the school's working hours: the middle one, and nine of ten. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Wait:
    """`at_least`: the answer is still awaited, so that the wait will be longer than this."""

    hours: float
    at_least: bool = False


def percentile(waits: Sequence[Wait], share: float) -> Wait | None:
    """Between the two nearest in their order, in proportion: what a spreadsheet calls PERCENTILE, and MEDIAN for 0.5.

    It is "at least" as soon as one that is still awaited stands among those up to it. None of none.
    """
    if not waits:
        return None
    ordered = sorted(waits)
    low, part = divmod(share * (len(ordered) - 1), 1)
    upper = ordered[int(low) + (part > 0)]
    hours = ordered[int(low)].hours * (1 - part) + upper.hours * part
    return Wait(hours, any(one.at_least for one in ordered[: int(low) + (part > 0) + 1]))

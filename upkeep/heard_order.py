"""Smallest voice first: the order of languages in which those come first who are served worst. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from upkeep.heard_waits import Wait, percentile

NO_DIFFERENCE = 0.25  # working hours: a shorter wait than this nobody notices


def smallest_voice_first(waits: Mapping[str, Sequence[Wait]]) -> list[str]:
    """Languages with their waits of late: first those of which nothing is known, then the longest middle wait first.

    Of those that wait equally long, to a quarter of an hour, the one with fewer comments comes first.
    """
    return sorted(waits, key=lambda tag: (_quickness(waits[tag]), len(waits[tag]), tag))


def _quickness(waits: Sequence[Wait]) -> float:
    middle = percentile(waits, 0.5)
    return -round(middle.hours / NO_DIFFERENCE) if middle else float("-inf")

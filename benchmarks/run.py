"""`make bench`: each figure against what decides it. Ratios and counts decide; absolute figures are only reported."""

from __future__ import annotations

import sys

from benchmarks import (
    centers,
    fairness,
    feed,
    inbox,
    large_feed,
    quiet,
    small_school,
    start,
    state_inbox,
    webhooks,
    year,
)
from config.logs import start_logging


def main() -> int:
    start_logging("text", quiet=True)
    print("figure                                             measured        wanted")
    good = True
    for measure in (
        quiet,
        centers,
        feed,
        large_feed,
        webhooks,
        inbox,
        state_inbox,
        fairness,
        start,
        small_school,
        year,
    ):
        for line in measure.measure():
            good &= line.good
            print(f"{line.name:48} {line.measured:>14}   {line.wanted}{'' if line.good else '   <-- MISSED'}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())

"""The price for people: a year of the sample school, replayed with ordinary faults. `python -m benchmarks.year` alone.

365 days from August 17, 2026, three rounds a day and up to five more while something is in doubt, the clock an argument
of ours and of the pretend Facebook's. The center has only a subscribed feed: no calendar server runs.

What goes wrong is in `misfortunes.py`. What is counted, in words:

* false hold: a feed that is held although what it says is what the school means. Where half of a calendar, or all of
  it, was lost on its way, a hold is right and not counted.
* wrong cancellation: an event that families are told is cancelled, or that we take for cancelled, though the school
  neither cancelled it nor took it out and said so.
* needs-person card: a delivery that was ever in state needs-person, for each 1,000 deliveries.
* double: a post, a comment or an answer of ours that stands twice. Lost: a family's comment that still stands, and is not
  in exactly one message with the same words; or one that is gone, and not marked so. Left: something still owed, or an
  answer taken for sent that does not stand, once nothing has been wrong for four hours.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import structlog

from benchmarks.figures import Figure
from benchmarks.replay import Replay, replay
from config.logs import start_logging

START = date(2026, 8, 17)
DAYS, SEED = 365, 20_260_817


def measure() -> Iterator[Figure]:
    with replay(START, SEED) as year, _silence():
        for number in range(DAYS):
            year.day(number)
        year.settle()
        yield from figures(year)


def figures(year: Replay) -> Iterator[Figure]:
    tally = year.tally
    sent = tally.deliveries()
    yield _exactly("a year: posts and answers that stand twice", len(tally.doubles()), 0)
    yield _exactly("a year: comments lost, or not as they stand", len(tally.lost_comments()), 0)
    yield _exactly("a year: deliveries left open at its end", len(tally.not_sent()), 0)
    yield _at_most("a year: false holds", len(tally.false_holds), 2)
    yield _exactly("a year: wrong cancellations", len(tally.wrong_cancellations), 0)
    cards = 1000 * len(tally.cards) / sent
    yield Figure("a year: needs-person cards in 1,000 deliveries", f"{cards:.1f}", "at most 1", cards <= 1)
    told = f"{tally.counts['rounds']}, {sent}, {tally.doubts()}"
    yield Figure("a year: rounds, deliveries, writes in doubt", told, "reported")
    said, answers = len(year.people.said), year.people.answered
    yield Figure("a year: families' comments, answers", f"{said}, {answers}", "reported")
    yield Figure(
        "a year: rounds that told of a refused calendar",
        str(tally.counts["rounds with a refused calendar"]),
        "reported",
    )


def main() -> int:
    start_logging("text", quiet=True)
    good = True
    for line in measure():
        good &= line.good
        print(f"{line.name:48} {line.measured:>14}   {line.wanted}{'' if line.good else '   <-- MISSED'}")
    return 0 if good else 1


@contextmanager
def _silence() -> Iterator[None]:
    """A year's faults are some thousand warnings that tell nobody anything."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        yield
    finally:
        structlog.configure(**before)


def _exactly(name: str, number: int, wanted: int) -> Figure:
    return Figure(name, str(number), f"exactly {wanted}", number == wanted)


def _at_most(name: str, number: int, wanted: int) -> Figure:
    return Figure(name, str(number), f"at most {wanted}", number <= wanted)


if __name__ == "__main__":
    sys.exit(main())

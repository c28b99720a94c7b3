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
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import structlog

from benchmarks.figures import Figure, at_most, exactly
from benchmarks.replay import Replay, replay
from benchmarks.table import main

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
    yield Figure("a year: posts and answers that stand twice", len(tally.doubles()), wanted=exactly(0))
    yield Figure("a year: comments lost, or not as they stand", len(tally.lost_comments()), wanted=exactly(0))
    yield Figure("a year: deliveries left open at its end", len(tally.not_sent()), wanted=exactly(0))
    yield Figure("a year: false holds", len(tally.false_holds), wanted=at_most(2))
    yield Figure("a year: wrong cancellations", len(tally.wrong_cancellations), wanted=exactly(0))
    yield Figure("a year: needs-person cards in 1,000 deliveries", 1000 * len(tally.cards) / sent, wanted=at_most(1))
    yield Figure("a year: rounds", tally.counts["rounds"])
    yield Figure("a year: deliveries", sent)
    yield Figure("a year: writes in doubt", tally.doubts())
    yield Figure("a year: families' comments", len(year.people.said))
    yield Figure("a year: answers", year.people.answered)
    yield Figure("a year: rounds that told of a refused calendar", tally.counts["rounds with a refused calendar"])


@contextmanager
def _silence() -> Iterator[None]:
    """A year's faults are some thousand warnings that tell nobody anything."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        yield
    finally:
        structlog.configure(**before)


if __name__ == "__main__":
    main(measure)

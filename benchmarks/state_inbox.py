"""The inbox of one school among 1,200 on PostgreSQL, two million messages together: the largest school's and the smallest's.

Each list against itself without any index; the page of fifty rows against the same page filled from plain Core rows; and a
word that nobody used, which no index may be walked along to its end for, against words that are there.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from sqlmodel import Session

from benchmarks.figures import Beside, Figure, at_most, times_as_fast
from benchmarks.inbox import SPEAKS, TIMES, p95, page, seconds, taken_by
from benchmarks.inbox_rows import NOW
from benchmarks.servers import postgres
from benchmarks.state_rows import BIG, SMALL, fill
from models import inbox
from models.database import Database
from models.inbox import Wanted
from models.migrate import migrate

SLOWER = 3  # times, at most: an absent word
_WITHOUT = "SET LOCAL enable_indexscan = off; SET LOCAL enable_indexonlyscan = off; SET LOCAL enable_bitmapscan = off"
# One that is there, and one of its kind that is not.
_LOOKED_FOR = {
    "a rare word": ("n123 ", "n123456789 "),
    "a word of every third": ("gracias ", "xylophon "),
    "two words": ("gracias baba ", "gracias xylophon "),
    "a word's beginning": ("grac", "xylo"),
    "two Chinese characters": ("学校", "鑫鑫"),
}


def measure() -> Iterator[Figure]:
    with postgres() as url:
        db = Database(url).everywhere
        migrate(db)
        yield Figure("a state's inbox: two million messages laid in", seconds(lambda: fill(db)), "s")
        yield from page("a state", db, BIG)  # a small school's lists fill no page
        for name, school in (("large school", BIG), ("small school", SMALL)):
            yield from _lists(name, db, school)
            yield from _counted(name, db, school)
            yield from _searches(name, db, school)


def _lists(name: str, db: Database, school: str) -> Iterator[Figure]:
    for view in inbox.VIEWS:
        quick = taken_by(db, school, view, 41) * 1000
        bare = Beside("without its index", taken_by(db, school, view, 3, before=_WITHOUT) * 1000)
        yield Figure(f"{name}: list “{view}”", quick, "ms", times_as_fast(TIMES), bare, margin=0.5)


def _counted(name: str, db: Database, school: str) -> Iterator[Figure]:
    with db.of(school).read() as session:
        taken = [seconds(lambda: inbox.counts(session, school, f"p1@{school}.example", SPEAKS, NOW)) for _ in range(40)]
    yield Figure(f"{name}: counts: p95", p95(taken), "ms")


def _searches(name: str, db: Database, school: str) -> Iterator[Figure]:
    with db.of(school).read() as session:
        for kind, (there, absent) in _LOOKED_FOR.items():
            taken = [(_search(session, school, there), _search(session, school, absent)) for _ in range(41)]
            present, nothing = (statistics.median(one) for one in zip(*taken, strict=True))
            there_is = Beside("one that is there", present * 1000)
            yield Figure(f"{name}: {kind} that nobody used", nothing * 1000, "ms", at_most(SLOWER), there_is)


def _search(session: Session, school: str, text: str) -> float:
    return seconds(lambda: inbox.listed(session, school, Wanted("all", text=text), NOW))

"""The jobs: plain functions of ids, the same for one process (schedulers/embedded.py) and for many (schedulers/many/).

Each reads its rows anew and returns at once when there is nothing to do: it may be asked for twice, or by mistake. What
must wait says so in its row (`next_at`, `poll_at`, `round_at`), where `sweep` finds it when its time has come.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from inbox.hints import unpack
from models.page import page as page_of
from models.school import School, schools
from models.vault import KeyUnusable
from schedulers import poll
from schedulers.hinted import hinted
from schedulers.house import House
from schedulers.lock import alone
from schedulers.round import collect_one, run_round, send_lane
from schedulers.sweep import due, set_next_round
from schedulers.wishes import HEED_LATER, Ask, comments_of
from upkeep.leftovers import forget_leftovers
from upkeep.tally import keep_count

SWEEP_EVERY, TIDY_EVERY, COUNT_EVERY = timedelta(seconds=10), timedelta(hours=1), timedelta(minutes=1)
ASKED_AGAIN = timedelta(
    minutes=1
)  # a round that was asked for and did not end well: its school must not wait a whole pace


def sweep(house: House, ask: Ask) -> None:
    """Looks into the rows for what is due, and asks for it. Whatever wake-up was lost comes back by this."""
    with house.db.read() as session:
        if not due(session, house.clock()):
            return
    with house.db.write() as session:
        ask(session, *due(session, house.clock(), taken_for=min(house.pace, ASKED_AGAIN)))


def school(house: House, ask: Ask, *, school: str) -> None:
    """One school's round, but for what has jobs of its own: sending, and reading comments."""
    row = _on(house, school)
    if row is None:
        return
    with alone(house.db, school, "round") as free:
        if free:
            run_round(house, row, everything=False, apart=True)
    set_next_round(house, school)


def lane(house: House, ask: Ask, *, school: str, lane: str) -> None:
    """Sends what is owed to one page or center, and settles what is in doubt there."""
    row = _on(house, school)
    if row is None:
        return
    with alone(house.db, school, lane) as free:
        if free:
            send_lane(house, row, lane)


def look(house: House, ask: Ask, *, pages: Sequence[Sequence[str]]) -> None:
    """Looks at up to fifty pages, and asks for the comments of those where something is new."""
    poll.look(house, ask, [(school, slug) for school, slug in pages])


def collect(house: House, ask: Ask, *, school: str, page: str) -> None:
    """Reads one page's comments."""
    row = _on(house, school)
    if row is None:
        return
    with alone(house.db, school, f"page:{page}") as free, suppress(KeyUnusable):  # the key is told of by the round
        if free:
            with house.db.read() as session:
                found = page_of(session, school, page)
            collect_one(house, row, found)


def heed(house: House, ask: Ask) -> None:
    """Looks into the webhooks that came, and asks for the comments of the pages they speak of."""
    unpack(house.db, house.clock())
    with house.db.read() as session:
        found = hinted(session, house.clock())
    wishes = [comments_of(row.school, row.slug) for row in found.ready]
    if found.early:
        wishes.append(HEED_LATER)
    if wishes:
        with house.db.write() as session:
            ask(session, *wishes)


def tidy(house: House, ask: Ask) -> None:
    forget_leftovers(house.db, house.clock())


def count(house: House, ask: Ask) -> None:
    """What operators are told as it grows."""
    keep_count(house.db, house.clock())


def _on(house: House, slug: str) -> School | None:
    """The school, unless it was switched off since, or the program is asked to end."""
    with house.db.read() as session:
        return next(iter(schools(session, slug)), None) if not house.stopping.is_set() else None


JOBS: Mapping[str, Callable[..., Any]] = {
    "sweep": sweep, "school": school, "lane": lane, "look": look, "collect": collect, "heed": heed, "tidy": tidy,
    "count": count,
}  # fmt: skip
PERIODIC: Mapping[str, timedelta] = {"sweep": SWEEP_EVERY, "tidy": TIDY_EVERY, "count": COUNT_EVERY}

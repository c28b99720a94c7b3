"""What the clock does when a webhook came: look into it, and read the pages it speaks of. Nothing else of a round.

A burst of webhooks is one reading of each page, and then one every few seconds while it lasts.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from inbox.hints import unpack
from models.hint import newest_hints
from models.page import Page, page
from models.vault import KeyUnusable
from schedulers.house import House
from schedulers.inward import HINTS_APART, collect_page, is_time_to_collect
from schedulers.lock import round_lock
from schedulers.report import RoundReport


def heed_hints(house: House) -> None:
    """Returns when nothing new is hinted at, or the program is asked to end."""
    while not house.stopping.is_set():
        unpack(house.db, house.clock())
        waiting = _waiting(house)
        if not waiting:
            return
        ready = [one for one, last in waiting if is_time_to_collect(one, last, house.clock(), house.clock())]
        if ready:
            _read(house, ready)
        else:
            house.stopping.wait(_seconds_until_ready(house, [last for _, last in waiting if last]))


def _waiting(house: House) -> list[tuple[Page, datetime | None]]:
    """Pages hinted at since they were last tried, with that time."""
    found: list[tuple[Page, datetime | None]] = []
    with house.db.read() as session:
        for (school, slug), hinted_at in newest_hints(session).items():
            row = page(session, school, slug)
            last = max((at for at in (row.read_at, house.lately.collected.get((school, slug))) if at), default=None)
            if last is None or hinted_at > last:
                found.append((row, last))
    return found


def _seconds_until_ready(house: House, tried: list[datetime]) -> float:
    """At least a little, so that a clock that was set back makes no busy loop."""
    ready_at = min(tried, default=house.clock()) + HINTS_APART
    return min(max((ready_at - house.clock()).total_seconds(), 0.05), HINTS_APART.total_seconds())


def _read(house: House, rows: list[Page]) -> None:
    for row in rows:
        # A token that our key does not open is told by the round.
        with round_lock(house.db), suppress(KeyUnusable):
            if not house.stopping.is_set():
                collect_page(house, row, RoundReport(row.school))

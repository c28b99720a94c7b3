"""Looks at pages in chunks, and asks for the comments of those where something is new.

Whose a page is stands in its row: who picks it puts its next time a little off, so that nobody else picks it meanwhile,
and where the picker dies it comes again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from connector.graph.batch import MOST
from inbox.glance import Glanced, glance
from models.page import OfPage, due_pages, poll_at
from schedulers.house import House
from schedulers.wishes import Ask, comments_of

AT_ONCE = 20 * MOST  # pages that one sweep picks: the rest is due a moment later
TAKEN = timedelta(minutes=1)  # a look takes seconds


def pick(session: Session, now: datetime, *, take: bool) -> list[list[OfPage]]:
    """Chunks of pages whose time it is, over all schools. `take`: nobody else picks them for a minute."""
    due = due_pages(session, now, AT_ONCE, hold=take)
    if take:
        poll_at(session, due, now + TAKEN)
    return [due[at : at + MOST] for at in range(0, len(due), MOST)]


def look(house: House, ask: Ask, wanted: Sequence[OfPage]) -> Glanced:
    def ask_for(session: Session, news: Sequence[OfPage]) -> None:
        ask(session, *(comments_of(*one) for one in news))

    return glance(house.db, house.doors, house.vault, wanted, house.clock(), ask_for)

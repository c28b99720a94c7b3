"""Polling, for several machines together: which pages are due, and one look at fifty of them.

Whose a page is stands in its row: who picks it puts its next time a little off, so that nobody else picks it meanwhile,
and where the picker dies it comes again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from connector.graph.batch import MOST
from inbox.glance import Ask, Glanced, glance
from models.page import OfPage, due_pages, poll_at
from schedulers.house import House

LEASE = timedelta(minutes=1)  # a look takes seconds
AT_ONCE = 20 * MOST  # pages picked in one transaction; more are due again at the next sweep


def pick(session: Session, now: datetime) -> list[list[OfPage]]:
    """Chunks of pages for one `look` each, over all schools; who commits this has them for a minute."""
    due = due_pages(session, now, AT_ONCE)
    poll_at(session, due, now + LEASE)
    return [due[at : at + MOST] for at in range(0, len(due), MOST)]


def look(house: House, chunk: list[OfPage], ask: Ask) -> Glanced:
    """`ask(session, school, page)` is called in one transaction for each page that is to be collected."""
    return glance(house.db, house.doors, house.vault, chunk, house.clock(), ask)

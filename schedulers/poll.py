"""Looks at pages in chunks, and asks for the comments of those where something is new."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_
from sqlmodel import Session, col, select

from models.page import Page
from schedulers.house import House, OfPage
from schedulers.inward import COLLECT_EVERY
from schedulers.wishes import Ask, comments_of

AT_ONCE = 50
MOST = 1_000  # pages that one sweep picks: the rest is due a moment later
TAKEN = timedelta(minutes=1)  # a chunk whose worker died is picked again after this


def pick(session: Session, now: datetime, *, take: bool) -> list[list[OfPage]]:
    """Chunks of pages whose time it is, over all schools. `take`: nobody else picks them for a minute."""
    query = select(Page).where(
        col(Page.off_at).is_(None),
        col(Page.dead_since).is_(None),
        or_(col(Page.poll_at).is_(None), col(Page.poll_at) <= now),
    )
    rows = list(session.exec(query.order_by(col(Page.poll_at), Page.school, Page.slug).limit(MOST)))
    if take:
        for row in rows:
            row.poll_at = now + TAKEN
    found = [(row.school, row.slug) for row in rows]
    return [found[at : at + AT_ONCE] for at in range(0, len(found), AT_ONCE)]


def look(house: House, ask: Ask, wanted: Sequence[OfPage]) -> None:
    now = house.clock()
    with house.db.write() as session:
        for school, slug in wanted:
            session.get_one(Page, (school, slug)).poll_at = now + COLLECT_EVERY
        ask(session, *(comments_of(*one) for one in wanted))

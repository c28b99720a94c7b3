"""Counts on what only grows, now and then: where nothing is new, nothing is written."""

from __future__ import annotations

from datetime import datetime

from models.database import Database
from models.tally import count_on, uncounted


def keep_count(db: Database, now: datetime) -> None:
    """Safe to ask for as often as one likes, and from several machines at once."""
    with db.read() as session:
        if not uncounted(session, now):
            return
    with db.write() as session:
        count_on(session, now)

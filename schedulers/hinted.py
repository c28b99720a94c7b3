"""Which pages webhooks speak of, and whether each may be read now. A burst is one reading of a page every few seconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from models.hint import hinted_pages
from models.page import Page
from schedulers.inward import is_time_to_collect, last_tried


@dataclass(slots=True)
class Hinted:
    """Pages that something newer than their last reading is known of: to be read now, and those that were read just now."""

    ready: list[Page] = field(default_factory=list)
    early: list[Page] = field(default_factory=list)


def hinted(session: Session, now: datetime) -> Hinted:
    """Over all schools. Without those that may not be asked at all: their round tells why."""
    found = Hinted()
    for row, hinted_at in hinted_pages(session):
        last = last_tried(row)
        if (last is None or hinted_at > last) and not _left_alone(row, now):
            (found.ready if is_time_to_collect(row, hinted_at, now) else found.early).append(row)
    return found


def _left_alone(row: Page, now: datetime) -> bool:
    return row.dead_since is not None or (row.parked_until is not None and row.parked_until > now)

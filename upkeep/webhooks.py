"""Keeps Facebook calling: asks once a day whether a page's changes are sent to us, and owes the renewal where not.

Only looks and writes down: what changes the subscription is a delivery of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from connector.doors import Doors
from connector.errors import NotAllowed, OutsideError, Refused
from connector.graph.page import FacebookPage
from models.card import close_card, show_card
from models.database import Database
from models.delivery import Delivery, of_target
from models.page import Page, pages
from models.vault import Vault

DAILY = timedelta(days=1)
LATER = timedelta(hours=1)  # after a look that failed
CARD = "subscription"
GRANT = "give its token pages_manage_metadata, and connect it again"
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Rounds:
    """Who asks, and when it last did: `look_again` is kept by this process; the round that asks began at `began`.

    `serving`: by the clock, which runs where webhooks are received: once at its start, then daily. `sync` asks when it
    proved a page's token anew, which is daily, too. It renews what was lost, and sets nothing up: perhaps nobody serves.
    """

    look_again: dict[tuple[str, str], datetime]
    began: datetime
    serving: bool

    def is_time(self, row: Page, now: datetime) -> bool:
        if self.serving:
            return self.look_again.get((row.school, row.slug), now) <= now
        return row.token_proven_at is not None and row.token_proven_at >= self.began


def look_after_pages(db: Database, doors: Doors, vault: Vault, school: str, rounds: Rounds, now: datetime) -> None:
    """Every page whose time it is. Raises KeyUnusable."""
    with db.read() as session:
        rows = [row for row in pages(session, school) if _may_be_asked(row, now) and rounds.is_time(row, now)]
    for row in rows:
        door = doors.page(row.facebook_id, vault.open(row.token_sealed))
        again = _look_after(db, door, row, rounds.serving, now)
        rounds.look_again[row.school, row.slug] = now + again


def _may_be_asked(row: Page, now: datetime) -> bool:
    alone = row.parked_until is not None and row.parked_until > now
    return not row.token_problem and row.token_kind == "page" and not alone  # noqa: S105


def _look_after(db: Database, door: FacebookPage, row: Page, serving: bool, now: datetime) -> timedelta:
    """One page. How long to wait before the next look."""
    try:
        called = door.app is None or door.app.is_called_here()
        if not called and not serving:
            return DAILY
        well = called and "feed" in door.subscription()
    except (NotAllowed, Refused) as wrong:
        log.warning("a subscription cannot be seen", page=row.slug, school=row.school, code=wrong.code)
        with db.write() as session:
            why = f"Facebook does not let {row.slug} send us its changes at once: {GRANT}."
            show_card(session, row.school, CARD, row.slug, why, now)
        return DAILY
    except OutsideError:
        return LATER
    with db.write() as session:
        if well:
            close_card(session, row.school, CARD, row.slug, now)
        else:
            _owe(session, row, now)
    return DAILY


def _owe(session: Session, row: Page, now: datetime) -> None:
    """One renewal at a time."""
    owed = [one for one in of_target(session, row.school, row.slug) if one.kind == "subscribe"]
    if any(one.state in ("due", "sending", "unsure", "needs-person") for one in owed):
        return
    session.add(
        Delivery(
            school=row.school, kind="subscribe", lane=f"page:{row.slug}", target=row.slug, revision=now.isoformat(),
            state="due", created_at=now, next_at=now,
        )
    )  # fmt: skip

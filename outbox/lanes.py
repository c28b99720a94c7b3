"""Lanes: the pages and centers that deliveries go to, whether they may be used now, and what a verdict does to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from connector.doors import Doors
from connector.errors import NotAllowed, OutsideError
from models.center import Center, center, way_to
from models.page import PROBE_AFTER, Page, page, why_blocked
from models.school import school_named
from models.vault import Vault
from outbox.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Lane:
    """`closed` says why no call may be made now ("" = open); `silent` why nothing may be sent, though it may be read.

    `needs_person`: whether somebody must act for it to open.
    """

    key: str
    door: Any
    closed: str = ""
    needs_person: bool = False
    silent: str = ""


def hold_lane(session: Session, school: str, key: str) -> None:
    """Until this transaction ends, no other one claims or settles in this lane (SQLite: nor anywhere)."""
    kind, slug = key.split(":", 1)
    table = Page if kind == "page" else Center
    query = select(table.slug).where(table.school == school, table.slug == slug)
    session.exec(query.with_for_update(key_share=True)).one()


def open_lane(session: Session, school: str, key: str, doors: Doors, vault: Vault, now: datetime) -> Lane:
    """The way to a page or center for writing: closed while the school is paused, or what stands there is not known."""
    home = school_named(session, school)
    if home.paused_at:
        return Lane(key, None, home.paused_because, needs_person=True)
    lane = reach(session, school, key, doors, vault, now)
    if not lane.closed and home.must_read_back(_destination(session, school, key).reconciled_at):
        return Lane(key, None, f"{key.partition(':')[2]} is read back first, since the database was restored or copied")
    return lane


def reach(session: Session, school: str, key: str, doors: Doors, vault: Vault, now: datetime) -> Lane:
    """The same for reading back, which is done while the school is paused."""
    kind, slug = key.split(":", 1)
    if kind == "page":
        return _page_lane(page(session, school, slug), key, doors, vault, now)
    row = center(session, school, slug)
    if row.off_at:
        return Lane(key, None, f"the center {slug} is switched off")
    language = school_named(session, school).languages[0]
    return Lane(key, doors.center(**way_to(row, vault, language)))


def _page_lane(row: Page, key: str, doors: Doors, vault: Vault, now: datetime) -> Lane:
    if row.off_at:
        return Lane(key, None, f"the page {row.slug} is switched off")
    if row.token_problem:
        return Lane(key, None, row.token_problem, needs_person=True)
    if row.token_kind != "page":  # noqa: S105
        return Lane(key, None, f"the token of {row.slug} is not proven yet")
    if row.parked_until and row.parked_until > now:
        until = f"{row.parked_until:%Y-%m-%d %H:%M} UTC"
        return Lane(key, None, f"The page {row.slug} is left alone until {until}: Facebook was asked too often.")
    door = doors.page(row.facebook_id, vault.open(row.token_sealed))
    if row.blocked_at and now - row.blocked_at < PROBE_AFTER:
        return Lane(key, door, silent=why_blocked(row), needs_person=True)
    return Lane(key, door)


def _destination(session: Session, school: str, key: str) -> Page | Center:
    kind, slug = key.split(":", 1)
    return page(session, school, slug) if kind == "page" else center(session, school, slug)


def mark(session: Session, school: str, key: str, verdict: Verdict, error: OutsideError, now: datetime) -> None:
    """What an error means for the whole lane."""
    kind, slug = key.split(":", 1)
    if kind == "center":
        row: Center = center(session, school, slug)
        row.problem, row.checked_at = error.message, now
        return
    target = page(session, school, slug)
    if verdict.lane == "parked":
        target.parked_until = verdict.next_at
    elif verdict.lane == "dead":
        target.token_problem = error.message
        if not isinstance(error, NotAllowed):  # a token that may not write can still be read with
            target.dead_since = target.dead_since or now
    elif verdict.lane == "blocked":
        target.blocked_at = now


def went_well(session: Session, school: str, key: str) -> None:
    """A write that stood ends what was said against the lane."""
    kind, slug = key.split(":", 1)
    if kind == "page":
        row = page(session, school, slug)
        row.blocked_at, row.parked_until = None, None
    else:
        center(session, school, slug).problem = ""

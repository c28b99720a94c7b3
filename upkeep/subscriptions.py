"""Subscribed calendar addresses: whoever holds one can read along. Only a digest of its token is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from sqlmodel import Session, select

from config.mistake import Mistake
from models.audit import note
from models.center import Feed, centers

TOKEN_BYTES = 24  # 192 bits


def give_out(
    session: Session, school: str, *, center: str, category: str, now: datetime, by: str = ""
) -> tuple[Feed, str]:
    """A new address: its row, and the token that is shown once. Mistake when the school has no such center."""
    known = [row.slug for row in centers(session, school)]
    if center and center not in known:
        raise Mistake(f"{school} has no center {center}", f"use one of: {', '.join(known) or 'none is set up'}")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = Feed(school=school, center=center, category=category, token_digest=digest(token), made_at=now)
    session.add(row)
    note(session, school, now, by, "give out calendar address", row.id, center=center, category=category)
    return row, token


def revoke(session: Session, school: str | None, feed_id: str, now: datetime, by: str = "") -> Feed:
    """Close an address of a school for good. One that is closed already stays as it is."""
    query = select(Feed).where(Feed.school == school, Feed.id == feed_id)
    row = session.exec(query).one_or_none()
    if row is None:
        raise Mistake(f"There is no calendar address {feed_id}", "see their ids with `feeds`")
    if row.revoked_at is None:
        row.revoked_at = now
        note(session, row.school, now, by, "revoke calendar address", row.id)
    return row


def address(public_url: str, token: str) -> str:
    return f"{public_url}/feeds/{token}.ics"


def webcal(public_url: str, token: str) -> str:
    """The address that phones and computers open in their calendar program."""
    return f"webcal://{address(public_url, token).partition('://')[2]}"


def page(public_url: str, token: str) -> str:
    """The page that tells how to subscribe."""
    return f"{public_url}/feeds/{token}"


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

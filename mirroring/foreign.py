"""What a center keeps in its calendar by itself: remembered as it was last read, looked at for double bookings, never changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlmodel import Session

from connector.collection import Stored
from models.center import Center, CenterObject, foreign_objects

MOST_BYTES = 1024 * 1024  # of one object; what is larger is no booking


def unread(etags: Mapping[str, str], ours: Collection[str], known: Mapping[str, str]) -> list[str]:
    """Names of objects that are not ours and not known as they are now."""
    return [name for name, etag in etags.items() if name not in ours and (not etag or known.get(name) != etag)]


def remember_foreign(
    session: Session, center: Center, bodies: Mapping[str, Stored], gone: Collection[str], now: datetime
) -> None:
    known = foreign_objects(session, center.school, center.slug)
    for name, stored in bodies.items():
        row = known.get(name) or CenterObject(school=center.school, center=center.slug, name=name, body="")
        row.etag = stored.etag or ""
        row.body = stored.body.decode(errors="replace") if len(stored.body) <= MOST_BYTES else ""
        session.add(row)
    for name in known.keys() & set(gone):
        session.delete(known[name])

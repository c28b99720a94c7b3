"""Which calendar a secret address opens."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from fastapi import HTTPException

from models.center import Center, Feed, feed_by_token
from models.database import Database
from models.school import School


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A subscribed calendar; `center` is the one whose events it holds, if it is for one."""

    feed: Feed
    school: School
    center: Center | None

    @property
    def name(self) -> str:
        parts = (self.school.name, self.center.name if self.center else "", self.feed.category)
        return " – ".join(part for part in parts if part)


def opened(db: Database, token: str) -> Subscribed:
    """Raises 404 for an address that was never given out or is closed, and where the school is off."""
    with db.everywhere.read() as session:  # an address does not name its school
        feed = feed_by_token(session, sha256(token.encode("utf-8", "replace")).hexdigest())
        school = session.get(School, feed.school) if feed else None
        if not feed or not school or school.off_at:
            raise HTTPException(404)
        return Subscribed(feed, school, session.get(Center, (feed.school, feed.center)) if feed.center else None)

"""/feeds/{token}.ics: a calendar that centers and families subscribe to. Whoever has the address may read it."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from mirroring.tellers import tellers
from models.center import Center, Feed, feed_by_token, lets_through
from models.event import Event, heads_between
from models.school import School
from web.calendar_files import feed_file
from web.conditional import unless_known
from web.context import Context

_PAST, _AHEAD = timedelta(days=60), timedelta(days=548)  # longer calendars hurt phones


def feed_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.api_route("/feeds/{token}.ics", methods=["GET", "HEAD"])
    def subscribed(token: str, request: Request) -> Response:
        now = context.clock()
        with context.db.read() as session:
            found = feed_by_token(session, sha256(token.encode("utf-8", "replace")).hexdigest())
            school = session.get(School, found.school) if found else None
            if not found or not school or school.off_at:
                raise HTTPException(404)
            center = session.get(Center, (found.school, found.center)) if found.center else None
            rows = heads_between(session, found.school, now - _PAST, now + _AHEAD)
            heads = [one.as_told() for one in tellers(session, found.school, rows)]
        shown = [head for head in heads if _belongs(found, center, head) and not _is_done_with(head, now)]
        file = feed_file(school, _name(school, center, found), shown, found.made_at)
        return unless_known(
            request, file.body, "text/calendar; charset=utf-8", file.changed_at, "private, max-age=900",
            X_Robots_Tag="noindex",
        )  # fmt: skip

    return router


def _belongs(feed: Feed, center: Center | None, head: Event) -> bool:
    """A feed for a center holds what its calendar would; one for a category only what bears its name."""
    if center is not None and not lets_through(center, head):
        return False
    return not feed.category or feed.category.casefold() in {one.casefold() for one in head.categories}


def _is_done_with(head: Event, now: datetime) -> bool:
    """Cancelled events stand, so that subscribers see it, until they are past."""
    return head.status == "cancelled" and head.last_at <= now


def _name(school: School, center: Center | None, feed: Feed) -> str:
    return " – ".join(part for part in (school.name, center.name if center else "", feed.category) if part)

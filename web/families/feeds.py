"""/feeds/{token}.ics: a calendar that centers and families subscribe to. Whoever has the address may read it."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from fastapi import APIRouter, Request
from sqlalchemy.exc import DBAPIError
from starlette.background import BackgroundTask
from starlette.responses import Response

from config.wording import wording_for
from mirroring.tellers import tellers
from models.center import FEED_AHEAD, FEED_PAST, Feed, holds, note_fetch
from models.event import heads_between
from web.conditional import unless_known
from web.context import Context
from web.families.calendar_files import CALENDAR, feed_file, names_of, newest_change
from web.families.kept import Kept
from web.families.subscribed import opened

_SELDOM = timedelta(hours=1)
log = structlog.get_logger()


def feed_routes(context: Context) -> APIRouter:
    router, kept = APIRouter(), Kept()

    @router.api_route("/feeds/{token}.ics", methods=["GET", "HEAD"])
    def subscribed(token: str, request: Request) -> Response:
        now = context.clock()
        found = opened(context.db, token)
        with context.db.of(found.school.slug).read() as session:
            rows = heads_between(session, found.school.slug, now - FEED_PAST, now + FEED_AHEAD)
            heads = [one.as_told() for one in tellers(session, found.school.slug, rows)]
            names = names_of(session, found.school.slug)
        shown = [head for head in heads if holds(found.feed, found.center, head, now)]
        changed_at = newest_change(heads, found.feed.made_at, now)
        wording = wording_for(found.school.languages[0], context.wordings) or context.wordings["en"]
        school, name, about = found.school, found.name, wording.subscribe.holds
        made_from = [school.timezone, name, about, *((names[one.id], one.model_dump()) for one in shown)]
        body = kept.body(found.feed.id, made_from, lambda: feed_file(school, name, shown, names, about))
        answer = unless_known(
            request, body, CALENDAR, changed_at, "private, max-age=900", X_Robots_Tag="noindex",
        )  # fmt: skip
        if _is_news(found.feed, changed_at, now):
            answer.background = BackgroundTask(_note, context, found.feed, now)
        return answer

    return router


def _is_news(feed: Feed, changed_at: datetime, now: datetime) -> bool:
    """Asking is noted once an hour, and when it brings a change to somebody: a receipt tells no more, and a GET that
    writes is slow.
    """
    return feed.fetched_at is None or now - feed.fetched_at >= _SELDOM or feed.fetched_at < changed_at


def _note(context: Context, feed: Feed, now: datetime) -> None:
    """After the answer has gone. A busy database costs a note, never an answer."""
    try:
        with context.db.of(feed.school).write() as session:
            note_fetch(session, feed.id, now)
    except DBAPIError as wrong:
        log.warning("that a calendar was asked for is not noted", why=str(wrong.orig))

"""What people see when a page is not there or we failed: plain words, and a way on."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config.wording import wording_for
from models.database import is_away
from models.school import School, schools
from web.context import Context

_FEW = 5  # more schools than this are no help to somebody who looks for one

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Said:
    tag: str
    direction: str
    text: str


def not_found(context: Context, request: Request) -> Response:
    """404 in English and Spanish, and with one school in all its languages; a calendar program gets one line."""
    if request.url.path.endswith(".ics"):
        return PlainTextResponse("There is no such calendar. Ask the school for a new address.\n", status_code=404)
    known = _schools(context)
    tags = dict.fromkeys(["en", "es", *(known[0].languages if len(known) == 1 else [])])
    spoken = [(tag, found) for tag in tags if (found := wording_for(tag, context.wordings))]
    said = [_Said(tag, wording.direction, wording.page.not_found) for tag, wording in spoken]
    return context.page("not_found.html", status=404, said=said, schools=known)


def _schools(context: Context) -> list[School]:
    """The schools to lead to, if they are few; none where the database itself is the trouble."""
    try:
        with context.db.everywhere.read() as session:
            found = schools(session)
    except SQLAlchemyError:
        return []
    return found if len(found) <= _FEW else []


class OwnFaults:
    """Middleware. A fault of ours is logged with a number, and the reader gets that number and no details.

    A database that is away for a moment is a 503, so that whoever stands before us may ask again.
    """

    def __init__(self, app: ASGIApp, *, context: Context) -> None:
        self.app, self.context = app, context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as wrong:
            if scope["type"] != "http":
                raise
            number = secrets.token_hex(4)
            # The route, not the path: a path may hold a feed's secret token.
            route = getattr(scope.get("route"), "path", "")
            away = is_away(wrong)
            log.error("a page failed", number=number, method=scope["method"], route=route, exc_info=not away, away=away)
            if not begun:
                answer = self.context.page("fault.html", status=503 if away else 500, number=number)
                await answer(scope, receive, send)

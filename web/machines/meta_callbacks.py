"""/facebook/deauthorize and /facebook/data-deletion: somebody who connected a Page takes that back, through Facebook.

The id is that of a person who signed in to our app. Families who comment have other ids, and are asked for otherwise.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import parse_qs

import structlog
from fastapi import APIRouter, HTTPException, Request
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, PlainTextResponse, Response

from models.deletion import connected_by, deletion_request, forget, person_digest
from web.bodies import TooLarge, read_body
from web.context import Context
from web.machines.signed_request import Signed, Untrusted, read_signed_request

DEAUTHORIZE, DELETION = "/facebook/deauthorize", "/facebook/data-deletion"
LARGEST = 65_536  # bytes
TAKEN_BACK = (
    "{page}: The person who connected this Page took our app's permission back on Facebook: "
    "connect the Page again with a new Page token."
)
log = structlog.get_logger()


def meta_routes(context: Context) -> APIRouter:
    router, settings = APIRouter(), context.settings

    @router.post(DEAUTHORIZE)
    async def deauthorize(request: Request) -> Response:
        try:
            signed = await _signed(request, context)
            await run_in_threadpool(_taken_back, context, signed)
        except (Untrusted, DBAPIError) as wrong:
            return _refused(wrong)
        return PlainTextResponse("ok\n")

    @router.post(DELETION)
    async def delete(request: Request) -> Response:
        """Facebook shows the person the address and the code."""
        try:
            signed = await _signed(request, context)
            code = await run_in_threadpool(_deleted, context, signed)
        except (Untrusted, DBAPIError) as wrong:
            return _refused(wrong)
        return JSONResponse({"url": f"{settings.public_url}{DELETION}/{code}", "confirmation_code": code})

    @router.api_route(DELETION + "/{code}", methods=["GET", "HEAD"])
    def status(code: str) -> Response:
        with context.db.read() as session:
            row = deletion_request(session, code.strip().lower()) if code.isascii() else None
        if row is None:
            raise HTTPException(404)
        return context.page("deletion.html", row=row)

    return router


async def _signed(request: Request, context: Context) -> Signed:
    try:
        form = parse_qs((await read_body(request, LARGEST)).decode("ascii", "replace"), max_num_fields=20)
    except (TooLarge, ValueError):
        raise Untrusted(400, "The request is larger than a signed request is.") from None
    text = form.get("signed_request", [""])[0]
    if not text:
        raise Untrusted(400, "There is no signed_request in this request.")
    return read_signed_request(text, context.settings.fb_app_secret, context.clock())


def _refused(wrong: Exception) -> Response:
    if isinstance(wrong, Untrusted):
        return PlainTextResponse(f"{wrong.why}\n", wrong.status)
    log.error("a request about a person is not kept", why=str(getattr(wrong, "orig", "")))
    return PlainTextResponse("It could not be written down: send it again.\n", 503, headers={"Retry-After": "60"})


def _taken_back(context: Context, signed: Signed) -> None:
    now = context.clock()
    with context.db.everywhere.write() as session:
        _end_tokens(session, signed.user_id, now)


def _end_tokens(session: Session, user_id: str, now: datetime) -> None:
    """At once, since the next call would only learn the same. Should a token live after all, its next proof says so."""
    for row in connected_by(session, user_id):
        row.token_problem, row.dead_since = TAKEN_BACK.format(page=row.slug), row.dead_since or now
        log.warning("a page's token ended", page=row.slug, school=row.school, why="its person took it back")


def _deleted(context: Context, signed: Signed) -> str:
    digest = person_digest(context.settings.fb_app_secret, signed.user_id)
    now = context.clock()
    with context.db.everywhere.write() as session:
        _end_tokens(session, signed.user_id, now)
        return forget(session, digest, signed.user_id, now).code

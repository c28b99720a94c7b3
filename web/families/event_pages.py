"""/e/{code}: an event's own page, in the reader's language, the event as a file for their calendar, and its picture."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from sqlmodel import Session
from starlette.responses import Response

from mirroring.gather import planned_events
from mirroring.tellers import tellers
from models.event import Event, event, last_change, texts_of
from models.page import page
from models.post import Post, post_by_code, posts_of
from models.school import School
from web.conditional import unless_known
from web.context import Context
from web.families.calendar_files import CALENDAR, event_file, names_of
from web.families.event_leaf import HEIGHT, WIDTH, Picture, drawn, leaf
from web.families.event_view import event_view
from web.families.kept import Kept
from web.families.languages import chosen, links, voices
from web.families.telling import Teller
from web.families.you_said import you_said_page

_MISREAD = str.maketrans("oil", "011")  # codes may be read aloud and typed: their alphabet holds none of these three
_KEPT = "public, max-age=60"
_PICTURE_KEPT = "public, max-age=86400"  # a new date has a new address


def event_routes(context: Context) -> APIRouter:
    router, pictures = APIRouter(), Kept(200)

    @router.api_route("/e/{code}.ics", methods=["GET", "HEAD"])
    def event_calendar(code: str, request: Request) -> Response:
        found, school = _post(context, code)
        with context.db.of(school.slug).read() as session:
            head = _head(session, found)
            [told] = tellers(session, school.slug, [head])
            names = names_of(session, school.slug)
        link = f"{context.settings.public_url}/e/{found.code}"
        return unless_known(
            request, event_file(school, told.as_told(), names, link), CALENDAR, last_change(told.says), _KEPT,
            Content_Disposition=f'attachment; filename="{found.code}.ics"',
        )  # fmt: skip

    @router.api_route("/e/{code}.png", methods=["GET", "HEAD"])
    def event_picture(code: str, request: Request) -> Response:
        found, school = _post(context, code)
        with context.db.of(school.slug).read() as session:
            head = _head(session, found)
            [told] = tellers(session, school.slug, [head])
            planned = planned_events(session, school, {head.id}, context.clock())[0]
        shown = leaf(planned, school.languages[0], context.clock())
        body = pictures.body(head.id, [shown], lambda: drawn(shown))
        return unless_known(request, body, "image/png", last_change(told.says), _PICTURE_KEPT)

    @router.api_route("/e/{code}", methods=["GET", "HEAD"])
    def event_page(code: str, request: Request) -> Response:
        now = context.clock()
        found, school = _post(context, code)
        if found.event_id is None:
            return you_said_page(context, request, found, school)
        with context.db.of(school.slug).read() as session:
            head = _head(session, found)
            spoken = [*page(session, school.slug, found.page).languages, *school.languages]
            [told] = tellers(session, school.slug, [head])
            planned = planned_events(session, school, {head.id}, now)[0]
            texts = texts_of(session, school.slug, [head.id])[head.id]
            said = posts_of(session, school.slug, head.id)
        address = f"{context.settings.public_url}/e/{found.code}"
        offered = voices(spoken, context.wordings)
        voice = chosen(request, offered)
        teller = Teller(school.languages[0], texts, context.wordings)
        shown = leaf(planned, school.languages[0], now)
        return context.page(
            "event.html",
            headers={"Cache-Control": _KEPT, "Vary": "Accept-Language", "Content-Language": voice.tag},
            view=event_view(planned, told.says.ics, said, found, teller, voice, now, address),
            voice=voice, words=voice.wording.page, leads=voice.wording.leads, school=school, code=found.code,
            links=links(offered, voice), address=address,
            picture=Picture(f"{address}.png?v={shown.mark}", WIDTH, HEIGHT),
        )  # fmt: skip

    return router


def _post(context: Context, code: str) -> tuple[Post, School]:
    """The post of a code, withdrawn or not, with its school. Raises 404."""
    code = code.lower().translate(_MISREAD)
    with context.db.everywhere.read() as session:  # a code does not name its school
        found = post_by_code(session, code) if code.isascii() and code.isalnum() else None
        school = session.get(School, found.school) if found else None
    if not found or not school:
        raise HTTPException(404)
    return found, school


def _head(session: Session, found: Post) -> Event:
    head = event(session, found.school, found.event_id) if found.event_id else None
    if head is None:
        raise HTTPException(404)
    return head

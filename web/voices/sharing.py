"""/c/{id}/share and /voices/you-said/{id}: two sentences for everybody, and the same in other languages."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, HTTPException
from starlette.responses import Response

from config.mistake import Mistake
from inbox import sharing
from inbox.language.guess import ALL_LANGUAGES
from inbox.permitted import NotPossible
from models.conversation import Conversation, conversation
from models.shared import Shared, shared_of, these
from web.context import Context
from web.forms import Shape
from web.policy import ANSWERS, allow
from web.visit import Visit
from web.voices.you_said import HERE


class Words(Shape):
    language: str
    you_said: str = ""
    we_did: str = ""


class Nothing(Shape):
    """A button alone."""


def sharing_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get("/c/{id}/share")
    def form(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit = visit.to(id, Conversation)
        with visit.db.read() as session:
            row = shared_of(session, visit.school.slug, id)
        first = Words(language=visit.school.languages[0])
        typed = Words(language=row.language, you_said=row.you_said, we_did=row.we_did) if row else first
        return _first(context, visit, id, typed)

    @router.post("/c/{id}/share")
    def shared(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit, typed = visit.to(id, Conversation), visit.read(Words)
        try:
            with visit.write(HERE) as session:
                sharing.share(session, visit.school.slug, id, *_told(typed), visit.email, visit.now)
        except (NotPossible, Mistake) as wrong:
            return _first(context, visit, id, typed, str(wrong))
        return visit.go(HERE, visit.speech.say("Thank you. It may be told now: choose it for a post."))

    @router.get(HERE + "/{id}")
    def other(id: str, visit: Visit = allow(*ANSWERS), language: str = "") -> Response:
        visit = visit.to(id, Shared)
        row = _shared(context, visit, id)
        said, did = row.in_others.get(language, ("", ""))
        return _other(visit, row, Words(language=language, you_said=said, we_did=did))

    @router.post(HERE + "/{id}")
    def said_in(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit, typed = visit.to(id, Shared), visit.read(Words)
        try:
            with visit.write(HERE) as session:
                sharing.say_in(session, visit.school.slug, id, *_told(typed), visit.email, visit.now)
        except (NotPossible, Mistake) as wrong:
            return _other(visit, _shared(context, visit, id), typed, str(wrong))
        return visit.go(HERE, visit.speech.say("Kept. Thank you."))

    @router.post(HERE + "/{id}/take-back")
    def taken_back(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit = visit.to(id, Shared)
        visit.read(Nothing)
        with visit.write(HERE) as session:
            row = sharing.take_back(session, visit.school.slug, id, visit.email, visit.now)
        told = visit.speech.say("Taken back: it is not told. The words are kept, should you want them again.")
        return visit.go(f"/c/{row.conversation_id}", told)

    return router


def _told(typed: Words) -> tuple[str, str, str]:
    return typed.language, typed.you_said, typed.we_did


def _shared(context: Context, visit: Visit, id: str) -> Shared:
    with visit.db.read() as session:
        found = these(session, visit.school.slug, [id])
    if not found or found[0].off_at is not None:
        raise HTTPException(404)
    return found[0]


def _first(context: Context, visit: Visit, id: str, typed: Words, wrong: str = "") -> Response:
    with visit.db.read() as session:
        talk = conversation(session, visit.school.slug, id)
    return visit.page("share.html", status=422 if wrong else 200, talk=talk, **_form(visit, typed, wrong))


def _other(visit: Visit, row: Shared, typed: Words, wrong: str = "") -> Response:
    return visit.page("share_in.html", status=422 if wrong else 200, row=row, **_form(visit, typed, wrong))


def _form(visit: Visit, typed: Words, wrong: str) -> Mapping[str, object]:
    """What was typed is kept, whatever was wrong with it."""
    choices = dict.fromkeys([*visit.school.languages, *filter(None, [typed.language]), *ALL_LANGUAGES])
    return {"typed": typed, "wrong": wrong, "choices": list(choices), "longest": sharing.LONGEST}

"""POST /c/{id}/…: what not everybody shall see: comments that are hidden, and answers to one family alone."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, HTTPException
from sqlmodel import Session
from starlette.responses import Response

from inbox import moderation
from inbox.overtaken import Overtaken, overtaken_by
from inbox.permitted import NotPossible, the_conversation
from models.conversation import Conversation, messages
from web.context import Context
from web.forms import Shape
from web.inbox.conversation.box import Answer, kept
from web.policy import ANSWERS, allow
from web.visit import Visit


class Hiding(Shape):
    message: str
    why: str = ""
    anyway: str = ""  # although it is urgent


class Showing(Shape):
    message: str


def discreet_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.post("/c/{id}/hide")
    def hide(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit, asked = visit.to(id, Conversation), visit.read(Hiding)
        with visit.write(f"/c/{id}") as session:
            _must_be_of(session, visit, id, asked.message)
            moderation.hide(
                session, visit.school.slug, asked.message, visit.email, asked.why, visit.now, anyway=bool(asked.anyway)
            )
        told = visit.speech.say("It is being hidden from others. You can show it again at any time.")
        return visit.go(f"/c/{id}#{asked.message}", told)

    @router.post("/c/{id}/show")
    def show(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit, asked = visit.to(id, Conversation), visit.read(Showing)
        with visit.write(f"/c/{id}") as session:
            _must_be_of(session, visit, id, asked.message)
            moderation.show(session, visit.school.slug, asked.message, visit.email, visit.now)
        return visit.go(f"/c/{id}#{asked.message}", visit.speech.say("Everybody sees it again."))

    @router.post("/c/{id}/private")
    def private(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit, typed = visit.to(id, Conversation), visit.read(Answer)
        try:
            with visit.write(f"/c/{id}") as session:
                _must_be_first(session, visit, id, typed.seen)
                moderation.private_reply(session, visit.school.slug, id, visit.email, typed.text, visit.now)
        except Overtaken:
            return kept(context, visit, id, typed.text, f"?late={quote(typed.seen)}")
        except NotPossible as wrong:
            return kept(context, visit, id, typed.text, told=visit.speech.say(str(wrong)))
        return visit.go(f"/c/{id}#newest", visit.speech.say("Your private message is on its way to the family."))

    return router


def _must_be_of(session: Session, visit: Visit, id: str, message: str) -> None:
    """A message of another conversation has no business in this form."""
    known = messages(session, visit.school.slug, [id])[id]
    if message not in [one.id for one in known]:
        raise HTTPException(404)


def _must_be_first(session: Session, visit: Visit, id: str, seen: str) -> None:
    row = the_conversation(session, visit.school.slug, id)
    known = messages(session, visit.school.slug, [id])[id]
    if late := overtaken_by(session, row, known, seen, visit.email, visit.now):
        raise late

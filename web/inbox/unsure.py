"""The queue of those whose language nobody knows yet: one key, or one button, says which it is; the next one follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from inbox.correct import correct, take_back
from inbox.language.tags import UNSURE
from models.conversation import Conversation, conversation
from models.inbox_rows import Row
from models.staff import member
from web.context import Context
from web.forms import Shape
from web.policy import ANSWERS, allow
from web.visit import Visit

QUEUE = "/?view=unsure"


class Said(Shape):
    language: str


@dataclass(frozen=True, slots=True)
class Offer:
    """Languages to choose from for one family: the two that are likeliest, and the others that are spoken at the school."""

    two: tuple[str, ...]
    others: tuple[str, ...]


def offer(row: Row, languages: Sequence[str]) -> Offer | None:
    """None where the language is known. Where there are fewer guesses, the school's own languages fill up. Pure."""
    if row.language != UNSURE or row.state != "open":
        return None
    likeliest = tuple(dict.fromkeys((*row.guesses, *languages)))
    return Offer(likeliest[:2], likeliest[2:])


def said_just_now(session: Session, visit: Visit, id: str) -> dict[str, Any]:
    """What the page tells about the one whose language was said before; `said` is None where that does not hold any more."""
    talk = conversation(session, visit.school.slug, id) if id else None
    if talk is None or talk.language_by != visit.email:
        return {"said": None, "has_it": ""}
    person = member(session, visit.school.slug, talk.assignee) if talk.assignee else None
    return {"said": talk, "has_it": person.name if person else ""}


def unsure_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.post("/unsure/{id}")
    def said(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit, asked = visit.to(id, Conversation), visit.read(Said)
        with visit.write(QUEUE) as session:
            correct(session, visit.school, id, asked.language, visit.email, visit.now)
        if not visit.is_piece:
            return visit.go(f"{QUEUE}&said={id}")
        with visit.db.read() as session:
            return visit.piece("unsure_said.html", **said_just_now(session, visit, id))

    @router.post("/unsure/{id}/back")
    def taken_back(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit, asked = visit.to(id, Conversation), visit.read(Said)
        with visit.write(QUEUE) as session:
            take_back(session, visit.school, id, asked.language, visit.email, visit.now)
        return visit.go(f"{QUEUE}#{id}", visit.speech.say("Taken back: it waits here again."))

    return router

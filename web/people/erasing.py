"""/people/families/{id}/…: a family is erased at two people's word."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, HTTPException
from sqlmodel import Session
from starlette.background import BackgroundTask
from starlette.responses import Response

from config.mistake import Mistake
from models.conversation import Conversation, Visitor
from upkeep import erase as erasing
from upkeep.scrub import clean_up
from upkeep.whole_person import Person
from web.context import Context
from web.forms import Shape
from web.people.families import LIST, ONE, Wish, family_page, path_of, person_of
from web.policy import ANSWERS, allow
from web.visit import Visit


class Nothing(Shape):
    """A form that asks nothing but the click."""


def erasing_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.post(ONE + "/erase")
    def ask(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        def asked(session: Session, person: Person) -> str:
            if erasing.waiting_for(session, person) is not None:
                return visit.speech.say("Somebody asked for this already: it waits for a second word.")
            erasing.ask(session, person, visit.email, visit.now, why)
            return visit.speech.say("Noted. Nothing is erased before somebody else at your school says yes.")

        why = visit.read(Wish).why
        return _do(visit, id, asked, path_of(id))

    @router.post(ONE + "/confirm")
    def confirm(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        def confirmed(session: Session, person: Person) -> str:
            row = erasing.waiting_for(session, person)
            if row is None:
                raise HTTPException(404)
            done = erasing.confirm(session, context.settings.data, person, row, visit.email, visit.now)
            said = visit.speech.say(
                "Erased here. What stands on Facebook is not touched: they can delete it there, or you on the Page."
            )
            if done.elsewhere:
                said += " " + visit.speech.count(
                    "{n} conversation of others still names them.", "{n} conversations of others still name them.",
                    len(done.elsewhere),
                )  # fmt: skip
            return said

        visit.read(Nothing)
        answer = _do(visit, id, confirmed, LIST)
        answer.background = BackgroundTask(clean_up, visit.db, visit.now)
        return answer

    @router.post(ONE + "/refuse")
    def refuse(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        def refused(session: Session, person: Person) -> str:
            erasing.refuse(session, person, visit.email, visit.now)
            return visit.speech.say("It is not done; nothing was erased.")

        visit.read(Nothing)
        return _do(visit, id, refused, path_of(id))

    return router


def _do(visit: Visit, id: str, act: Callable[[Session, Person], str], then: str) -> Response:
    """For somebody who just showed that it is them."""
    visit = visit.to(id, Visitor, Conversation)
    visit.must_be_proven()
    try:
        with visit.write(then) as session:
            told = act(session, person_of(session, visit, id))
    except Mistake as wrong:
        with visit.db.read() as session:
            return family_page(visit, session, person_of(session, visit, id), id, wrong=f"{wrong}.", status=422)
    return visit.go(then, told)

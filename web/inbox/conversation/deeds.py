"""POST /c/{id}/…: what people do with a conversation besides answering it."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter
from starlette.responses import Response

from inbox import deeds, presence, promises, replies
from inbox.correct import correct
from models.conversation import Conversation
from models.staff import member
from web.context import Context
from web.forms import Shape
from web.inbox.promises import with_closed_day
from web.policy import ANSWERS, allow
from web.visit import Visit


class Nothing(Shape):
    """A button alone."""


class Taking(Shape):
    anyway: str = ""


class HandOver(Shape):
    to: str
    why: str = ""


class Help(Shape):
    why: str = ""


class Snooze(Shape):
    until: date


class Closing(Shape):
    reason: str


class Note(Shape):
    note: str


class Language(Shape):
    language: str


class Promised(Shape):
    what: str
    due_on: str  # a date, or words that name a day
    owner: str = ""


def deed_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.post("/c/{id}/take")
    def take(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit, asked = visit.to(id, Conversation), visit.read(Taking)
        with visit.write(f"/c/{id}") as session:
            presence.take(session, visit.school.slug, id, visit.email, visit.now, anyway=bool(asked.anyway))
        return visit.go(f"/c/{id}#answer", visit.speech.say("It is yours. Colleagues see that you are writing."))

    @router.post("/c/{id}/let-go")
    def let_go(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit = _plain(visit.to(id, Conversation))
        with visit.write(f"/c/{id}") as session:
            presence.let_go(session, visit.school.slug, id, visit.email)
        return visit.go(f"/c/{id}")

    @router.post("/c/{id}/hand-over")
    def hand_over(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit, asked = visit.to(id, Conversation), visit.read(HandOver)
        with visit.write(f"/c/{id}") as session:
            row = deeds.hand_over(session, visit.school.slug, id, asked.to, visit.email, visit.now, asked.why)
        return visit.go(
            f"/c/{id}", visit.speech.say("Handed over to {name}.", name=_name(context, visit, row.assignee))
        )

    @router.post("/c/{id}/help")
    def ask_for_help(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit, asked = visit.to(id, Conversation), visit.read(Help)
        with visit.write(f"/c/{id}") as session:
            row = deeds.ask_for_help(session, visit.school, id, visit.email, visit.now, asked.why)
        return visit.go(
            f"/c/{id}", visit.speech.say("{name} was asked to help.", name=_name(context, visit, row.assignee))
        )

    @router.post("/c/{id}/snooze")
    def snooze(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit, asked = visit.to(id, Conversation), visit.read(Snooze)
        with visit.write(f"/c/{id}") as session:
            deeds.snooze(session, visit.school, id, visit.email, asked.until, visit.now)
        day = visit.moments.day(asked.until)
        return visit.go(f"/c/{id}", visit.speech.say("Out of sight until {day}, or until the family writes.", day=day))

    @router.post("/c/{id}/wake")
    def wake(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit = _plain(visit.to(id, Conversation))
        with visit.write(f"/c/{id}") as session:
            deeds.wake(session, visit.school.slug, id, visit.email, visit.now)
        return visit.go(f"/c/{id}", visit.speech.say("Back in the inbox."))

    @router.post("/c/{id}/close")
    def close(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit, asked = visit.to(id, Conversation), visit.read(Closing)
        with visit.write(f"/c/{id}") as session:
            replies.close(session, visit.school.slug, id, visit.email, visit.now, asked.reason)
        return visit.go(f"/c/{id}", visit.speech.say("Closed. A new message of the family opens it again."))

    @router.post("/c/{id}/reopen")
    def reopen(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit = _plain(visit.to(id, Conversation))
        with visit.write(f"/c/{id}") as session:
            deeds.reopen(session, visit.school, id, visit.email, visit.now)
        return visit.go(f"/c/{id}", visit.speech.say("Open again."))

    @router.post("/c/{id}/note")
    def note(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit, asked = visit.to(id, Conversation), visit.read(Note)
        with visit.write(f"/c/{id}") as session:
            deeds.write_note(session, visit.school.slug, id, visit.email, asked.note, visit.now)
        return visit.go(f"/c/{id}#newest", visit.speech.say("Noted, for colleagues only."))

    @router.post("/c/{id}/language")
    def language(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit, asked = visit.to(id, Conversation), visit.read(Language)
        with visit.write(f"/c/{id}") as session:
            row = correct(session, visit.school, id, asked.language, visit.email, visit.now)
        said = visit.speech.say("Thank you. {name} has it now.", name=_name(context, visit, row.assignee))
        return visit.go(f"/c/{id}", said if row.state == "open" else visit.speech.say("Thank you."))

    @router.post("/c/{id}/promise")
    def promise(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit, asked = visit.to(id, Conversation), visit.read(Promised)
        day = promises.day_of(asked.due_on, visit.moments.today(), visit.speech.tag)
        with visit.write(f"/c/{id}") as session:
            owner = asked.owner or visit.email
            promises.make(session, visit.school.slug, id, asked.what, day, owner, visit.email, visit.now)
        return visit.go(f"/c/{id}", with_closed_day(visit, visit.speech.say("The promise is written down."), day))

    return router


def _plain(visit: Visit) -> Visit:
    visit.read(Nothing)
    return visit


def _name(context: Context, visit: Visit, email: str | None) -> str:
    with visit.db.read() as session:
        found = member(session, visit.school.slug, email) if email else None
    return found.name if found else email or ""

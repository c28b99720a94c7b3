"""POST /c/{id}/answer/…: an answer in another language. A machine makes it, its writer changes and accepts it, then it goes."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from config.mistake import Mistake
from config.wording import Wording, wording_for
from inbox.drafts import save_draft
from inbox.overtaken import Overtaken
from inbox.permitted import NotPossible
from inbox.sensitive import sensitive
from inbox.translation.answer import send_translated, still_blank, the_translation
from inbox.translation.comments import ask_for_answer
from models import audit
from models.conversation import Conversation
from web.context import Context
from web.inbox.conversation.box import Answer, kept
from web.inbox.conversation.translated import fetch
from web.policy import ANSWERS, allow
from web.visit import Visit

UNREAD = "Not sent yet: read the translation, or have it read by somebody who can, and tick that."


def translated_answer_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.post("/c/{id}/answer/into")
    def into(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        """Their own words are kept first, whatever becomes of the asking."""
        visit, typed = visit.to(id, Conversation), visit.read(Answer)
        with visit.db.write() as session:
            save_draft(session, visit.school.slug, id, visit.email, typed.text, visit.now)
        try:
            with visit.write(f"/c/{id}#answer") as session:
                row, question = ask_for_answer(
                    session, visit.school.slug, id, typed.text, typed.into, visit.email, visit.now
                )
        except (NotPossible, Mistake) as wrong:
            return visit.go(f"/c/{id}#answer", visit.speech.say(str(wrong)), "wrong")
        if problem := fetch(context, visit, question):
            return visit.go(f"/c/{id}#answer", problem, "wrong")
        with visit.db.write() as session:
            made = the_translation(session, visit.school.slug, id, row.id)
            machine = {"translation": made.id, "text": made.text}
            save_draft(session, visit.school.slug, id, visit.email, typed.text, visit.now, machine)
        return visit.go(f"/c/{id}#made-answer")

    @router.post("/c/{id}/answer/alone")
    def alone(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        """Without the machine's words."""
        visit, typed = visit.to(id, Conversation), visit.read(Answer)
        return kept(context, visit, id, typed.text, machine={})

    @router.post("/c/{id}/answer/translated")
    def sent(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit, typed = visit.to(id, Conversation), visit.read(Answer)
        found = sensitive(f"{typed.text}\n{typed.made}")
        if not typed.accepted:
            return _back(context, visit, id, typed, told=visit.speech.say(UNREAD))
        if left := still_blank(typed.text, typed.made):
            return _back(context, visit, id, typed, told=visit.speech.say(
                "{field} still stands in your answer: fill it in, then send it.", field=left))  # fmt: skip
        if found and not typed.anyway:
            return _back(context, visit, id, typed, "?held=1")
        try:
            with visit.write(f"/c/{id}") as session:
                _send(session, context, visit, id, typed)
                if found:
                    kinds = [one.kind for one in found]
                    audit.note(session, visit.school.slug, visit.now, visit.email, "send anyway", id, kinds=kinds)
        except Overtaken:
            return _back(context, visit, id, typed, f"?late={quote(typed.seen)}")
        except NotPossible as wrong:
            return _back(context, visit, id, typed, told=visit.speech.say(str(wrong)))
        return visit.go(f"/c/{id}#newest", visit.speech.say("Your answer is on its way to Facebook."))

    return router


def _send(session: Session, context: Context, visit: Visit, id: str, typed: Answer) -> None:
    row = the_translation(session, visit.school.slug, id, typed.translation)
    line = _line(context, row.target) if typed.told else ""
    send_translated(
        session, visit.school.slug, id, visit.email, typed.text, visit.now, translation_id=row.id, made=typed.made,
        accepted=bool(typed.accepted), line=line, seen=typed.seen,
    )  # fmt: skip


def _line(context: Context, target: str) -> str:
    """In the family's language; where we have no wording for it, in English."""
    wording: Wording = wording_for(target, context.wordings) or context.wordings["en"]
    return wording.replies.by_machine


def _back(context: Context, visit: Visit, id: str, typed: Answer, query: str = "", told: str = "") -> Response:
    return kept(context, visit, id, typed.text, query, told, typed.machine)

"""POST /c/{id}/…: what is typed into the box. Sent by the outbox later; kept as a draft wherever it cannot be sent yet."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import Response

from config.wording import wording_for
from inbox.drafts import unfilled
from inbox.overtaken import Overtaken
from inbox.permitted import NotPossible
from inbox.replies import reply
from inbox.sensitive import sensitive
from models import audit
from models.conversation import Conversation, conversation
from web.context import Context
from web.inbox.conversation.box import Answer, kept
from web.policy import ANSWERS, allow
from web.visit import Visit


def answer_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.post("/c/{id}/answer")
    def answered(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit, typed = visit.to(id, Conversation), visit.read(Answer)
        found = sensitive(typed.text)
        if left := unfilled(typed.text):
            return kept(context, visit, id, typed.text, told=visit.speech.say(
                "{field} still stands in your answer: fill it in, then send it.", field=left[0]))  # fmt: skip
        if found and not typed.anyway:
            return kept(context, visit, id, typed.text, "?held=1")
        try:
            with visit.write(f"/c/{id}") as session:
                reply(session, visit.school.slug, id, visit.email, typed.text, visit.now, seen=typed.seen)
                if found:
                    kinds = [one.kind for one in found]
                    audit.note(session, visit.school.slug, visit.now, visit.email, "send anyway", id, kinds=kinds)
        except Overtaken:
            return kept(context, visit, id, typed.text, f"?late={quote(typed.seen)}")
        except NotPossible as wrong:
            return kept(context, visit, id, typed.text, told=visit.speech.say(str(wrong)))
        return visit.go(f"/c/{id}#newest", visit.speech.say("Your answer is on its way to Facebook."))

    @router.post("/c/{id}/instead")
    def instead(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        """ "Please call us", in the family's language, in place of what is typed."""
        visit = visit.to(id, Conversation)
        visit.read(Answer)
        return kept(context, visit, id, call_us(context, visit, id))

    return router


def call_us(context: Context, visit: Visit, id: str) -> str:
    """In the family's language; where we have no wording for it, in the school's."""
    with visit.db.read() as session:
        talk = conversation(session, visit.school.slug, id)
    tags = [talk.language if talk else "", *visit.school.languages, "en"]
    return next(found for tag in tags if (found := wording_for(tag, context.wordings))).replies.call_us

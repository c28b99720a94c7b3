"""POST /c/{id}/…: words that are not sent yet: one's own draft, one that is suggested, saved replies."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from inbox.drafts import drop_draft, filled, save_draft, the_saved
from inbox.permitted import the_conversation
from inbox.presence import is_writing
from models.conversation import Conversation
from models.draft import drafts_of
from web.context import Context
from web.forms import Shape
from web.inbox.conversation.box import Answer, kept, under
from web.inbox.conversation.gather import about_event
from web.inbox.conversation.pages import speaker_for
from web.policy import ANSWERS, allow
from web.visit import Visit


class Which(Shape):
    suggested: str = ""


def draft_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.post("/c/{id}/draft")
    def drafted(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        """Also while they type: the same again does no harm, so it needs no key of its own."""
        visit, typed = visit.to(id, Conversation), visit.read(Answer)
        with visit.db.write() as session:
            draft = save_draft(
                session, visit.school.slug, id, visit.email, typed.text, visit.now, typed.machine or None
            )
            if draft:
                is_writing(session, visit.school.slug, id, visit.email, visit.now)
        if visit.is_piece:
            return visit.piece("conversation_draft.html", draft=draft)
        return visit.go(f"/c/{id}#answer", visit.speech.say("Kept as your draft."))

    @router.post("/c/{id}/draft/away")
    def away(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit, which = visit.to(id, Conversation), visit.read(Which)
        with visit.write(f"/c/{id}") as session:
            drop_draft(session, visit.school.slug, id, visit.email, suggested=bool(which.suggested))
        return visit.go(f"/c/{id}#answer")

    @router.post("/c/{id}/draft/suggested")
    def suggested(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        """The suggestion becomes their own draft, under what they have."""
        visit = visit.to(id, Conversation)
        with visit.write(f"/c/{id}") as session:
            drafts = drafts_of(session, visit.school.slug, id)
            if offered := drafts.get(""):
                text = under(drafts[visit.email].text if visit.email in drafts else "", offered.text)
                save_draft(session, visit.school.slug, id, visit.email, text, visit.now)
        return visit.go(f"/c/{id}#answer")

    @router.post("/c/{id}/insert")
    def inserted(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        """A saved reply under what is typed."""
        visit, typed = visit.to(id, Conversation), visit.read(Answer)
        with visit.db.read() as session:
            chosen = the_saved(session, visit.school.slug, typed.saved)
            talk = the_conversation(session, visit.school.slug, id)
            about = about_event(session, visit.school, talk, visit.now)
        fields = speaker_for(context, visit).fields(talk, about, chosen.language)
        return kept(context, visit, id, under(typed.text, filled(chosen.text, fields)))

    return router

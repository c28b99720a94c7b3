"""/saved-replies: the words that a school says often. Whoever answers may change them."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from inbox import drafts
from inbox.language.tags import ALL_LANGUAGES
from models.draft import SavedReply, saved_replies
from web.context import Context
from web.forms import Shape
from web.policy import ANSWERS, allow
from web.visit import Visit


class Words(Shape):
    language: str
    title: str
    text: str


class Nothing(Shape):
    """A button alone."""


def saved_reply_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get("/saved-replies")
    def listed(visit: Visit = allow(*ANSWERS), change: str = "") -> Response:
        with visit.db.read() as session:
            rows = saved_replies(session, visit.school.slug)
        changed = next((one for one in rows if one.id == change), None)
        choices = dict.fromkeys([*visit.school.languages, *(one.language for one in rows), *ALL_LANGUAGES])
        return visit.page("saved_replies.html", rows=rows, changed=changed, choices=list(choices), fields=drafts.FIELDS)

    @router.post("/saved-replies")
    def added(visit: Visit = allow(*ANSWERS)) -> Response:
        typed = visit.read(Words)
        with visit.write("/saved-replies") as session:
            drafts.add_saved(
                session, visit.school.slug, visit.email, typed.language, typed.title, typed.text, visit.now
            )
        return visit.go("/saved-replies", visit.speech.say("Saved: it is offered in every conversation."))

    @router.post("/saved-replies/{id}")
    def changed(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit, typed = visit.to(id, SavedReply), visit.read(Words)
        with visit.write("/saved-replies") as session:
            drafts.change_saved(
                session, visit.school.slug, id, visit.email, typed.language, typed.title, typed.text, visit.now
            )
        return visit.go("/saved-replies", visit.speech.say("Changed."))

    @router.post("/saved-replies/{id}/remove")
    def removed(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit = visit.to(id, SavedReply)
        visit.read(Nothing)
        with visit.write("/saved-replies") as session:
            drafts.remove_saved(session, visit.school.slug, id, visit.email, visit.now)
        return visit.go("/saved-replies", visit.speech.say("Removed."))

    return router

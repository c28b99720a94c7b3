"""POST /c/{id}/…: somebody looks at what is urgent, says that it is not, or that something is."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from inbox.urgent import deeds as urgent_deeds
from models.conversation import Conversation
from models.staff import member
from web.context import Context
from web.forms import Shape
from web.policy import ANSWERS, allow
from web.visit import Visit


class Nothing(Shape):
    """A button alone, or a page that was opened."""


class Kind(Shape):
    kind: str


def urgent_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.post("/c/{id}/look")
    def look(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        """By itself when the page is open; without scripts by a button."""
        visit = visit.to(id, Conversation)
        visit.read(Nothing)
        with visit.write(f"/c/{id}") as session:
            row = urgent_deeds.look(session, visit.school.slug, id, visit.email, visit.now)
            person = member(session, visit.school.slug, row.urgent_seen_by) if row.urgent_seen_by else None
        if not visit.is_piece:
            return visit.go(f"/c/{id}")
        return visit.piece(
            "conversation_looked.html", talk=row, looked_by=person.name if person else row.urgent_seen_by
        )

    @router.post("/c/{id}/not-urgent")
    def not_urgent(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit = visit.to(id, Conversation)
        visit.read(Nothing)
        with visit.write(f"/c/{id}") as session:
            urgent_deeds.not_urgent(session, visit.school, id, visit.email, visit.now)
        return visit.go(f"/c/{id}", visit.speech.say("It is no longer urgent. You can call it urgent again below."))

    @router.post("/c/{id}/urgent")
    def urgent(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit, asked = visit.to(id, Conversation), visit.read(Kind)
        with visit.write(f"/c/{id}") as session:
            row = urgent_deeds.make_urgent(session, visit.school, id, asked.kind, visit.email, visit.now)
            person = member(session, visit.school.slug, row.assignee) if row.assignee else None
        name = person.name if person else row.assignee or ""
        return visit.go(f"/c/{id}", visit.speech.say("It is urgent now, and {name} has it.", name=name))

    return router

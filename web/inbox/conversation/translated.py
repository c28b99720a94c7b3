"""POST /c/{id}/translate: a comment's words go to a machine. And how a page waits for it: no transaction is open meanwhile."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import Response

from connector.errors import OutsideError
from inbox.permitted import NotPossible
from inbox.translate import Question, ask_for_message, keep, put
from models.conversation import Conversation
from models.switched_on import switched_on
from models.vault import KeyUnusable
from web.context import Context
from web.forms import Shape
from web.policy import ANSWERS, allow
from web.settings.translation import translator_for
from web.visit import Visit


class Which(Shape):
    message: str
    target: str


def translated_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.post("/c/{id}/translate")
    def translated(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit, asked = visit.to(id, Conversation), visit.read(Which)
        back = f"/c/{id}#{quote(asked.message)}"
        with visit.write(back) as session:
            question = ask_for_message(
                session, visit.school.slug, id, asked.message, asked.target, visit.email, visit.now
            )
        fetch(context, visit, question)  # what went wrong stands beside the comment
        return visit.go(back)

    return router


def fetch(context: Context, visit: Visit, question: Question | None) -> str:
    """Asks the service, with no transaction open. Returns what went wrong, in a sentence."""
    if question is None:
        return ""
    with context.db.read() as session:
        on = switched_on(session, visit.school.slug)
    try:
        came = put(translator_for(context, on), question)
    except (KeyUnusable, NotPossible) as wrong:
        came = OutsideError(str(wrong))
    with context.db.write() as session:
        keep(session, question, came, context.clock())
    return came.message if isinstance(came, OutsideError) else ""

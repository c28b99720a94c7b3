"""POST /c/{id}/translate: a comment's words go to a machine. And how a page waits for it: no transaction is open meanwhile."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from connector.errors import OutsideError
from connector.translate_wire import SECONDS, Translated
from inbox.permitted import NotPossible
from inbox.translation.comments import Question, ask_for_message, keep, put
from models.conversation import Conversation, messages
from models.switched_on import switched_on
from models.translation import translations
from models.vault import KeyUnusable
from web.context import Context
from web.forms import Shape
from web.inbox.conversation.translations import made_of, untranslated
from web.policy import ANSWERS, allow
from web.settings.translation import translator_for
from web.visit import Visit

MOST = 10  # messages at one press, the newest
PATIENCE = timedelta(seconds=SECONDS)  # after so long nothing more is asked at one press


class Which(Shape):
    """`message` "": all that are not translated yet."""

    message: str = ""
    target: str


def translated_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.post("/c/{id}/translate")
    def translated(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit, asked = visit.to(id, Conversation), visit.read(Which)
        back, begun = f"/c/{id}#{quote(asked.message or 'messages')}", context.clock()
        with visit.write(back) as session:
            ids = [asked.message] if asked.message else _all_of(session, visit, id, asked.target)
            question = _ask(session, visit, id, ids[0], asked.target) if ids else None
        problem = fetch(context, visit, question)  # what went wrong stands beside the comment
        for one in ids[1:]:
            if problem or context.clock() - begun > PATIENCE:
                break
            with visit.db.write() as session:
                question = _ask(session, visit, id, one, asked.target)
            problem = fetch(context, visit, question)
        return visit.go(back)

    return router


def _all_of(session: Session, visit: Visit, id: str, target: str) -> list[str]:
    said = messages(session, visit.school.slug, [id])[id]
    made = made_of(translations(session, visit.school.slug, id), said, target)
    return untranslated(said, made, target)[-MOST:]


def _ask(session: Session, visit: Visit, id: str, message: str, target: str) -> Question | None:
    return ask_for_message(session, visit.school.slug, id, message, target, visit.email, visit.now)


def fetch(context: Context, visit: Visit, question: Question | None) -> str:
    """Asks the service, with no transaction open. Returns what went wrong, in a sentence."""
    if question is None:
        return ""
    with visit.db.read() as session:
        on = switched_on(session, visit.school.slug)
    came: Translated | OutsideError
    try:
        came = put(translator_for(context, on), question)
    except (KeyUnusable, NotPossible) as wrong:
        came = OutsideError(str(wrong))
    with visit.db.write() as session:
        keep(session, question, came, context.clock())
    return came.message if isinstance(came, OutsideError) else ""

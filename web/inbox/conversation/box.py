"""The box for an answer: what is typed into it, and the way back to it with the words kept."""

from __future__ import annotations

from starlette.responses import Response

from inbox.drafts import save_draft
from web.context import Context
from web.forms import Shape
from web.visit import Visit


class Answer(Shape):
    """`anyway`: they read what was found in their words, and send them all the same. `saved`: the reply to insert."""

    text: str = ""
    seen: str = ""
    saved: str = ""
    anyway: str = ""


def kept(context: Context, visit: Visit, id: str, text: str, query: str = "", told: str = "") -> Response:
    """Back on the page, with the words in the box."""
    with context.db.write() as session:
        save_draft(session, visit.school.slug, id, visit.email, text, visit.now)
    return visit.go(f"/c/{id}{query}#answer", told, "wrong")


def under(text: str, more: str) -> str:
    """What was typed, and `more` below it, unless that stands there already."""
    return text if more in text else f"{text}\n\n{more}".strip()

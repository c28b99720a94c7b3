"""The box for an answer: what is typed into it, and the way back to it with the words kept."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from inbox.drafts import save_draft
from web.context import Context
from web.forms import Shape
from web.visit import Visit


class Answer(Shape):
    """`anyway`: they read what was found in their words, and send them all the same. `saved`: the reply to insert.

    `into`: the language to show it in; `translation`: the row of what a machine made; `made`: that, as it stands now;
    `accepted`: read by somebody who can; `told`: say under it that a machine made it.
    """

    text: str = ""
    seen: str = ""
    saved: str = ""
    anyway: str = ""
    into: str = ""
    translation: str = ""
    made: str = ""
    accepted: str = ""
    told: str = ""

    @property
    def machine(self) -> dict[str, str]:
        """As a draft keeps it."""
        return {"translation": self.translation, "text": self.made} if self.translation else {}


def kept(
    context: Context, visit: Visit, id: str, text: str, query: str = "", told: str = "",
    machine: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """Back on the page, with the words in the box; `machine`: and those of the machine beside them."""
    with visit.db.write() as session:
        save_draft(session, visit.school.slug, id, visit.email, text, visit.now, machine)
    return visit.go(f"/c/{id}{query}#answer", told, "wrong")


def under(text: str, more: str) -> str:
    """What was typed, and `more` below it, unless that stands there already."""
    return text if more in text else f"{text}\n\n{more}".strip()

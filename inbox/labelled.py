"""What people said about languages, as labelled data: texts with the language they are in, for measuring and for training.

Without names and ids of ours; what a family itself wrote may name somebody. Whoever was erased is not in it, nor what
they removed, nor what they changed after it was labelled.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlmodel import Session, col, select

from inbox.language.tags import UNSURE
from models.conversation import Message
from models.correction import Correction
from models.staff import everybody


@dataclass(frozen=True, slots=True)
class Labelled:
    """One text. `guessed` is what the engines (name -> version) had said, und = unsure; `by` is the role of who said `lang`."""

    text: str
    lang: str
    guessed: str
    confidence: float
    engines: dict[str, str] = field(default_factory=dict)
    by: str = ""

    @property
    def json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Tally:
    """How the guesses fared with one language, by what people said: of `said`, so many were right, unsure, and wrong."""

    said: int = 0
    right: int = 0
    unsure: int = 0

    @property
    def wrong(self) -> int:
        return self.said - self.right - self.unsure


def labelled(session: Session, school: str) -> Iterator[Labelled]:
    """The newest word about each message, the oldest first."""
    roles = {email: role for email, _, role, _ in everybody(session, school)}
    query = (
        select(Correction, Message.text, Message.edited_at)
        .join(Message, (col(Message.school) == Correction.school) & (col(Message.id) == Correction.message_id))
        .where(Correction.school == school, Message.text != "", col(Message.removed_at).is_(None))
        .order_by(col(Correction.at), col(Correction.id))
    )
    newest = {row.message_id: (row, text, edited) for row, text, edited in session.exec(query)}
    for row, text, edited in newest.values():
        if edited is None or edited <= row.at:
            yield Labelled(text, row.said, row.guessed, row.confidence, row.engines, roles.get(row.by, ""))


def tallies(session: Session, school: str) -> dict[str, Tally]:
    """language -> how the guesses fared, the most often said first."""
    found: dict[str, Tally] = {}
    for one in labelled(session, school):
        had = found.get(one.lang, Tally())
        found[one.lang] = Tally(
            had.said + 1, had.right + (one.guessed == one.lang), had.unsure + (one.guessed == UNSURE)
        )
    return dict(sorted(found.items(), key=lambda pair: (-pair[1].said, pair[0])))

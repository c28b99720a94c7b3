"""Two answers at once are stopped: what happened in a conversation since somebody began to write, and who did it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from inbox.permitted import NotPossible
from models.conversation import Conversation, Message
from models.staff import member


class Overtaken(NotPossible):
    """Somebody was quicker. `name` is "" for the family, `at` when it was."""

    def __init__(self, name: str, at: datetime, sentence: str) -> None:
        super().__init__(sentence)
        self.name, self.at = name, at


def newest_seen(known: Sequence[Message]) -> str:
    """The id that a page hands out as the newest message on it; notes are no answers. `known`: oldest first."""
    return next((one.id for one in reversed(known) if one.direction != "note"), "")


def since(known: Sequence[Message], seen: str, email: str) -> list[Message]:
    """What others said after the message `seen`, oldest first: colleagues' answers, the family's words. Pure.

    A `seen` that we no longer hold (it was found to be another one) counts as if nothing had been seen:
    the writer looks once more.
    """
    ids = [one.id for one in known]
    after = known[ids.index(seen) + 1 :] if seen in ids else known
    return [one for one in after if _counts(one) and not (one.direction == "sent" and one.author == email)]


def _counts(one: Message) -> bool:
    gone = one.removed_at is not None or one.state == "failed"
    return one.direction != "note" and not one.automatic and not gone


def overtaken_by(
    session: Session, row: Conversation, known: Sequence[Message], seen: str, email: str, now: datetime
) -> Overtaken | None:
    """The newest of what came meanwhile, ready to be raised; an answer of ours is told before new words of the family."""
    later = since(known, seen, email)
    if not later:
        return None
    answers = [one for one in later if one.direction == "sent"]
    one = (answers or later)[-1]
    minutes = max(1, round((now - one.created_at).total_seconds() / 60))
    ago = "a minute ago" if minutes == 1 else f"{minutes} minutes ago"
    if one.direction == "received":
        return Overtaken("", one.created_at, f"The family wrote again {ago}: read it, then send your answer.")
    name = _name(session, row.school, one.author)
    return Overtaken(name, one.created_at, f"{name} answered {ago}: look at it, then send yours if it is still needed.")


def _name(session: Session, school: str, email: str) -> str:
    person = member(session, school, email) if email else None
    return person.name if person else email or "Somebody on Facebook"

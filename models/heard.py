"""What tells whether every language is heard: comments that were owed an answer, and promises, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import FromClause, Select, case, func, select, text
from sqlmodel import Session

from models.conversation import Conversation, Message
from models.correction import Correction
from models.database import table
from models.page import BEFORE_US, Page
from models.promise import Promise

UNSURE = "und"
_IS_OWED = text("message.owed")  # literally, so that the partial index is seen to fit


@dataclass(frozen=True, slots=True)
class OwedComment:
    """A family's comment that somebody must answer. `language`: what is known of it by now; `guessed`: what it was taken
    for when it came in. `answered_at`: the first answer after it that was sent, by a person, and stands.
    """

    language: str
    guessed: str
    written_at: datetime
    answered_at: datetime | None = None
    closed_reason: str = ""  # of its conversation, as it stands now; "" = it is not closed
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class GivenPromise:
    """`language`: of the conversation in which it was given."""

    language: str
    due_on: date
    kept_at: datetime | None = None
    dropped_at: datetime | None = None


def owed_comments(session: Session, school: str, since: datetime, until: datetime) -> list[OwedComment]:
    """Written in [since, until). Without spam, what the family took back, and what is from before a page was connected."""
    begun = _ours_since(session, school)
    found = session.connection().execute(owed_query(school, since, until))
    return [OwedComment(*rest) for page, *rest in found if rest[2] >= begun[page]]


def owed_query(school: str, since: datetime, until: datetime) -> Select[Any]:
    """Along the owed comments by time; the first answer to each is a step into its conversation's messages."""
    said, talk = table(Message), table(Conversation)
    language = case((said.c.language == UNSURE, talk.c.language), else_=said.c.language)
    guessed = func.coalesce(_first_guess(said), said.c.language)
    return (
        select(
            said.c.page, language, guessed, said.c.created_at, _first_answer(said), talk.c.closed_reason, talk.c.closed_at,
        )
        .select_from(said.join(talk, (talk.c.school == said.c.school) & (talk.c.id == said.c.conversation_id)))
        .where(
            said.c.school == school, _IS_OWED, said.c.created_at >= since, said.c.created_at < until,
            said.c.removed_at.is_(None), talk.c.closed_reason.not_in(("spam", "before-us")),
        )
    )  # fmt: skip


def _first_answer(said: FromClause) -> Any:
    sent = table(Message).alias("sent").c
    return (
        select(func.min(sent.created_at))
        .where(
            sent.school == said.c.school, sent.conversation_id == said.c.conversation_id,
            sent.created_at > said.c.created_at, sent.direction == "sent", sent.state == "sent", ~sent.automatic,
            sent.removed_at.is_(None),
        )
        .scalar_subquery()
    )  # fmt: skip


def _first_guess(said: FromClause) -> Any:
    """What had been guessed before anybody said otherwise."""
    one = table(Correction).c
    mine = select(one.guessed).where(one.school == said.c.school, one.message_id == said.c.id)
    return mine.order_by(one.at, one.id).limit(1).scalar_subquery()


def _ours_since(session: Session, school: str) -> dict[str, datetime]:
    """page -> from when on its comments are ours to answer."""
    one = table(Page).c
    found = session.connection().execute(select(one.slug, one.connected_at).where(one.school == school))
    return {slug: connected_at - BEFORE_US for slug, connected_at in found}


def given_promises(session: Session, school: str, first: date, last: date) -> list[GivenPromise]:
    """Those for a day from `first` to `last`, that included. Of the school's days."""
    one, talk = table(Promise), table(Conversation)
    query = (
        select(talk.c.language, one.c.due_on, one.c.kept_at, one.c.dropped_at)
        .select_from(one.join(talk, (talk.c.school == one.c.school) & (talk.c.id == one.c.conversation_id)))
        .where(one.c.school == school, one.c.due_on >= first, one.c.due_on <= last)
    )
    return [GivenPromise(*row) for row in session.connection().execute(query)]

"""When an event changes, everyone who asked about it gets a suggested answer, for a person to read and send.

Made where the page's own comment about the change is planned, in the same transaction: once for each change. Nothing is
sent by itself, and the words are the reviewed ones of that comment, in the family's language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from sqlmodel import Session, col, select

from config.durations import parse_duration
from config.hours import working_time
from config.wording import Wording, wording_for
from connector.graph.page import identity
from mirroring.compose import change_comment
from mirroring.planned import Told
from mirroring.translated import Text
from models.conversation import Conversation, Message
from models.draft import Draft
from models.page import Page
from models.post import Post
from models.school import School

ASKED_WITHIN = timedelta(days=60)
BECAUSE = "The event has changed."
_NOBODY_ASKS = ("spam", "no-answer-needed", "before-us", "elsewhere")


class Speaking(Protocol):
    """mirroring.publish.Voice: how a page speaks."""

    @property
    def languages(self) -> tuple[str, ...]: ...
    @property
    def original(self) -> str: ...
    @property
    def wordings(self) -> Mapping[str, Wording]: ...


def suggest_answers(
    session: Session, school: School, page: Page, told: Post, tells: Sequence[Told], texts: Mapping[str, Text],
    voice: Speaking, now: datetime,
) -> int:  # fmt: skip
    """`told`: the comment of the page that says what changed. Returns how many conversations got a draft."""
    said: dict[str, str] = {}
    asked = list(_asked(session, page, told, tells, now))
    for row in asked:
        tag = row.language if wording_for(row.language, voice.wordings) else voice.languages[0]
        if tag not in said:
            pairs = [(before, after) for _, before, after in tells]
            said[tag] = change_comment(
                pairs, texts, [tag], original=voice.original, wordings=voice.wordings, link=told.link
            )
        _suggest(session, row, said[tag], told.id, now)
        _show(session, school, row, now)
    return len(asked)


def forget_answers(session: Session, school: str, told: str) -> None:
    """The comment with this id is not said after all: what was suggested by it is not, either."""
    for draft in session.exec(select(Draft).where(Draft.school == school, Draft.email == "", Draft.about == told)):
        session.delete(draft)
    session.flush()


def _asked(session: Session, page: Page, told: Post, tells: Sequence[Told], now: datetime) -> Iterator[Conversation]:
    """Whose question stands under a post of this event, and about a date that the change is about."""
    about = select(Post.external_id, Post.occurrence_at).where(
        Post.school == told.school, Post.page == told.page, Post.event_id == told.event_id,
        Post.state == "sent", col(Post.external_id).is_not(None), col(Post.kind).in_(("announcement", "reminder")),
    )  # fmt: skip
    dates = {date for date, _, _ in tells}
    named = {str(id) for id, date in session.exec(about) if date is None or dates & {None, date}}
    posts = sorted({identity(id) for id in named})
    # What stands before the part that tells posts apart varies.
    ids = [form for id in posts for form in (id, f"{page.facebook_id}_{id}")] + sorted(named)
    recent = select(Conversation).where(
        Conversation.school == told.school, Conversation.page == told.page, col(Conversation.post_external_id).in_(ids),
        Conversation.opened_at >= now - ASKED_WITHIN, col(Conversation.closed_reason).not_in(_NOBODY_ASKS),
    )  # fmt: skip
    for row in session.exec(recent.order_by(col(Conversation.opened_at), col(Conversation.id))).all():
        if _still_stands(session, row):
            yield row


def _still_stands(session: Session, row: Conversation) -> bool:
    """There is something to answer under."""
    query = select(Message.id).where(
        Message.school == row.school, Message.conversation_id == row.id, Message.direction == "received",
        col(Message.owed).is_(True), col(Message.removed_at).is_(None),
    )  # fmt: skip
    return session.exec(query.limit(1)).first() is not None


def _suggest(session: Session, row: Conversation, text: str, told: str, now: datetime) -> None:
    """In place of an older suggestion; what a person began to write is theirs."""
    known = select(Draft).where(Draft.school == row.school, Draft.conversation_id == row.id, Draft.email == "")
    draft = session.exec(known).one_or_none() or Draft(
        school=row.school, conversation_id=row.id, text="", updated_at=now
    )
    draft.text, draft.because, draft.about, draft.updated_at = text, BECAUSE, told, now
    session.add(draft)


def _show(session: Session, school: School, row: Conversation, now: datetime) -> None:
    """To the person who has it, also if they had put it off. Who waits for an answer already goes on waiting since then."""
    row.snoozed_until, row.updated_at = None, now
    if row.state != "open":
        row.state, row.reason, row.opened_at = "open", BECAUSE, now
        row.answered_at, row.closed_at, row.closed_by, row.closed_reason = None, None, "", ""
        hours = working_time(school.hours, school.timezone, school.closed)
        row.due_at = hours.add(now, parse_duration(school.respond_within))
    session.add(row)

"""What people do with a conversation: answer it, close it, hand it over. Rows only; the outbox sends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlmodel import Session, select

from inbox.language.tags import UNSURE
from inbox.overtaken import overtaken_by
from inbox.permitted import NotPossible, one_who_answers, the_conversation
from inbox.threads import normal, order
from models.audit import note
from models.columns import new_id
from models.conversation import Assignment, Conversation, Message, messages
from models.delivery import Delivery
from models.draft import drafts_of
from models.page import Page
from models.staff import StaffMember

__all__ = ["CLOSE_REASONS", "LONGEST_REPLY", "NotPossible", "assign", "close", "reply"]

CLOSE_REASONS = ("answered", "no-answer-needed", "elsewhere", "spam")
LONGEST_REPLY = 8_000  # characters: Facebook's own limit for a comment
TWICE = timedelta(minutes=1)


def reply(
    session: Session, school: str, conversation_id: str, email: str, text: str, now: datetime,
    *, seen: str | None = None, anyway: bool = False, language: str = UNSURE, machine: Mapping[str, str] | None = None,
) -> Message:  # fmt: skip
    """Owes the family an answer under their newest message. The conversation waits at once: nobody answers twice.

    `language` and `machine`: of an answer that a machine made of theirs, as models.conversation has it.
    `seen`: the id of the newest message that the writer saw, "" for none. Raises Overtaken where a colleague answered or
    the family wrote since, unless they say so `anyway`.
    """
    person = one_who_answers(session, school, email, "answer families")
    row = the_conversation(session, school, conversation_id)
    text = text.strip()
    _check_text(text)
    _check_page(session, row)
    known = messages(session, school, [row.id])[row.id]
    _check_twice(known, person, text, now)
    if seen is not None and not anyway and (late := overtaken_by(session, row, known, seen, person.email, now)):
        raise late
    message = _answer(row, _newest_of_family(known, row), person, text, now)
    message.language, message.machine = language, dict(machine or {})
    session.add(message)
    session.add(_delivery(message, now))
    _enter(row, "waiting", now)
    row.answered_at, row.snoozed_until, row.taken_by, row.taken_at = now, None, "", None
    session.add(row)
    _forget_drafts(session, row, person.email)
    note(session, school, now, person.email, "reply", row.id, message=message.id)
    session.flush()
    return message


def close(
    session: Session, school: str, conversation_id: str, email: str, now: datetime, reason: str = "answered"
) -> Conversation:
    """Nothing more is owed, for one of CLOSE_REASONS. A new message from the family opens it again."""
    person = one_who_answers(session, school, email, "close conversations")
    row = the_conversation(session, school, conversation_id)
    if reason not in CLOSE_REASONS:
        raise NotPossible(f"“{reason}” is no reason to close a conversation: use {', '.join(CLOSE_REASONS)}.")
    if (row.state, row.closed_reason) != ("closed", reason):
        _enter(row, "closed", now)
        row.closed_reason, row.closed_at, row.closed_by, row.snoozed_until = reason, now, person.email, None
        session.add(row)
        note(session, school, now, person.email, "close", row.id, why=reason)
    return row


def assign(
    session: Session, school: str, conversation_id: str, to: str, by: str, now: datetime, why: str = ""
) -> Conversation:
    """Hands a conversation over to `to`; `by` is who asks for it, `why` their sentence for `to`."""
    giver = one_who_answers(session, school, by, "hand over conversations")
    row = the_conversation(session, school, conversation_id)
    taker = one_who_answers(session, school, to, "answer families")
    if row.assignee == taker.email:
        return row
    row.assignee, row.updated_at, row.taken_by, row.taken_at = taker.email, now, "", None
    said = f"{giver.name} took it" if giver.email == taker.email else f"{giver.name} gave it to {taker.name}"
    row.reason = f"{said}: {why}" if why else f"{said}."
    session.add(row)
    session.add(
        Assignment(
            school=school, conversation_id=row.id, email=taker.email, by=giver.email, reason=row.reason, assigned_at=now
        )
    )
    note(session, school, now, giver.email, "assign", row.id, to=taker.email)
    return row


def _check_text(text: str) -> None:
    if not text:
        raise NotPossible("The answer is empty: write what the family should read.")
    if len(text) > LONGEST_REPLY:
        raise NotPossible(f"The answer has {len(text):,} characters, more than {LONGEST_REPLY:,}: shorten it.")


def _check_page(session: Session, row: Conversation) -> None:
    where = select(Page).where(Page.school == row.school, Page.slug == row.page)
    if session.exec(where).one().off_at is not None:
        raise NotPossible(
            f"The page {row.page} is switched off: answer on Facebook, or put it back into the site file."
        )


def _check_twice(known: list[Message], person: StaffMember, text: str, now: datetime) -> None:
    for one in known:
        same = one.direction == "sent" and one.author == person.email and normal(one.text) == normal(text)
        if same and one.state != "failed" and now - one.created_at < TWICE:
            raise NotPossible("This answer is already written: it is on its way, or stands under the comment.")


def _newest_of_family(known: list[Message], row: Conversation) -> Message:
    theirs = [one for one in known if one.direction == "received"]
    standing = [one for one in theirs if one.removed_at is None and one.external_id]
    if not theirs:
        raise NotPossible(f"Conversation {row.id} holds only the Page's own words: there is no family to answer.")
    if not standing:
        raise NotPossible("The family's comment was removed from Facebook: there is nothing left to answer under.")
    return max(standing, key=lambda one: order(one.created_at, one.external_id))


def _answer(row: Conversation, under: Message, person: StaffMember, text: str, now: datetime) -> Message:
    return Message(
        id=new_id("me"), school=row.school, page=row.page, conversation_id=row.id, direction="sent", text=text,
        parent_external_id=under.external_id or "", post_external_id=row.post_external_id, author=person.email,
        created_at=now, state="due",
    )  # fmt: skip


def _forget_drafts(session: Session, row: Conversation, email: str) -> None:
    """What was suggested is answered, too: whoever writes had it before their eyes."""
    for whose, draft in drafts_of(session, row.school, row.id).items():
        if whose in (email, ""):
            session.delete(draft)


def _delivery(message: Message, now: datetime) -> Delivery:
    return Delivery(
        school=message.school, kind="reply", lane=f"page:{message.page}", target=message.id, revision="1", state="due",
        created_at=now, next_at=now,
    )  # fmt: skip


def _enter(row: Conversation, state: str, now: datetime) -> None:
    row.state, row.updated_at = state, now
    row.closed_reason, row.closed_at, row.closed_by = "", None, ""

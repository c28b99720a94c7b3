"""Hiding a comment from others, showing it again, and answering a family where only they see it. Rows only; the outbox sends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, select

from inbox.permitted import NotPossible, one_who_answers, the_conversation
from inbox.threads import order
from models.audit import note
from models.columns import new_id
from models.conversation import Conversation, Message, messages
from models.delivery import Delivery, of_target
from models.draft import drafts_of
from models.erasure import TOMB

PRIVATE_FOR = timedelta(days=7)  # Facebook's own limit, and one message for each comment
LONGEST_PRIVATE = 2_000  # characters of a message on Messenger
UNDER_WAY = ("due", "sending", "unsure", "needs-person")


def hide(
    session: Session, school: str, message_id: str, email: str, reason: str, now: datetime, *, anyway: bool = False
) -> Message:
    """Others no longer see this comment; its writer and their friends still do. Raises NotPossible.

    What is urgent is hidden only by who says so a second time, `anyway`.
    """
    person = one_who_answers(session, school, email, "hide comments")
    row = _of_family(session, school, message_id)
    if not reason.strip():
        raise NotPossible("Say why this comment is hidden: colleagues will want to know.")
    if the_conversation(session, school, row.conversation_id).urgent and not anyway:
        raise NotPossible("This is urgent: look after the family first, or tick that it shall be hidden all the same.")
    if row.hidden_at is None:
        row.hidden_at, row.hidden_by, row.hidden_why = now, person.email, reason.strip()
        _owe(session, row, "hide", now)
        note(session, school, now, person.email, "hide message", row.id, why=row.hidden_why)
    return row


def show(session: Session, school: str, message_id: str, email: str, now: datetime) -> Message:
    """Everybody sees it again. Raises NotPossible."""
    person = one_who_answers(session, school, email, "show comments again")
    row = _of_family(session, school, message_id)
    if row.hidden_at is not None:
        row.hidden_at, row.hidden_by, row.hidden_why = None, "", ""
        _owe(session, row, "show", now)
        note(session, school, now, person.email, "show message", row.id)
    return row


def private_reply(session: Session, school: str, conversation_id: str, email: str, text: str, now: datetime) -> Message:
    """Owes the family a message that only they see, about their newest comment. Raises NotPossible."""
    person = one_who_answers(session, school, email, "answer families")
    row = the_conversation(session, school, conversation_id)
    known = messages(session, school, [row.id])[row.id]
    if why := may_not_reply_privately(known, now):
        raise NotPossible(why)
    text = text.strip()
    if not 0 < len(text) <= LONGEST_PRIVATE:
        raise NotPossible(
            f"A private message has between 1 and {LONGEST_PRIVATE:,} characters: this has {len(text):,}."
        )
    message = _answer(row, _newest(known), person.email, text, now)
    session.add(message)
    session.flush()
    session.add(_delivery(message, "private-reply", "1", now))
    row.state, row.closed_reason, row.closed_at, row.closed_by = "waiting", "", None, ""
    row.answered_at = row.updated_at = now
    row.snoozed_until, row.taken_by, row.taken_at = None, "", None
    for whose, draft in drafts_of(session, school, row.id).items():
        if whose in (person.email, ""):
            session.delete(draft)
    note(session, school, now, person.email, "private reply", row.id, message=message.id)
    return message


def may_not_reply_privately(known: Sequence[Message], now: datetime) -> str:
    """Why Facebook would not take a private message about the newest comment of a family; "" if it may. Pure."""
    theirs = [one for one in known if one.direction == "received" and one.removed_at is None and one.external_id]
    if not theirs:
        return "The family's comment was removed from Facebook: there is nothing left to answer."
    newest = _newest(known)
    if now - newest.created_at >= PRIVATE_FOR:
        return "Facebook takes private messages within seven days of a comment: answer under the comment instead."
    about = {one.parent_external_id for one in known if one.private and one.state != "failed"}
    if newest.external_id in about:
        return (
            "Facebook takes one private message for each comment, and there is one: answer under the comment instead."
        )
    return ""


def _newest(known: Sequence[Message]) -> Message:
    theirs = [one for one in known if one.direction == "received" and one.removed_at is None and one.external_id]
    return max(theirs, key=lambda one: order(one.created_at, one.external_id))


def _of_family(session: Session, school: str, message_id: str) -> Message:
    row = session.exec(select(Message).where(Message.school == school, Message.id == message_id)).one_or_none()
    if row is None:
        raise NotPossible(f"{school} has no message {message_id}: open its conversation again.")
    if row.direction != "received" or not row.external_id:
        raise NotPossible("Only comments of families can be hidden: remove the Page's own words on Facebook.")
    if row.external_id == row.post_external_id:
        raise NotPossible("Facebook hides comments only, and this is a visitor's post: hide or remove it on Facebook.")
    if row.external_id.startswith(TOMB):
        raise NotPossible("This family asked to be forgotten, and was erased: hide the comment on Facebook itself.")
    if row.removed_at is not None:
        raise NotPossible("This comment was removed from Facebook: there is nothing left to hide.")
    return row


def _owe(session: Session, row: Message, wish: str, now: datetime) -> None:
    """What was not sent yet is no longer owed; and if nothing was, nothing has to be taken back."""
    session.add(row)
    session.flush()
    waiting = [one for one in of_target(session, row.school, row.id, hold=True) if one.kind == "hide"]
    unsent = [one for one in waiting if one.state == "due" and one.attempts == 0]
    for one in unsent:
        one.state, one.settled_at = "superseded", now
    tried = [one for one in waiting if one.state in UNDER_WAY and one not in unsent]
    if tried or not unsent:
        session.add(_delivery(row, "hide", f"{wish} {new_id('re')}", now))


def _answer(row: Conversation, about: Message, email: str, text: str, now: datetime) -> Message:
    return Message(
        school=row.school, page=row.page, conversation_id=row.id, direction="sent", text=text, private=True,
        parent_external_id=about.external_id or "", post_external_id=row.post_external_id, author=email,
        created_at=now, state="due",
    )  # fmt: skip


def _delivery(message: Message, kind: str, revision: str, now: datetime) -> Delivery:
    return Delivery(
        school=message.school, kind=kind, lane=f"page:{message.page}", target=message.id, revision=revision, state="due",
        created_at=now, next_at=now,
    )  # fmt: skip

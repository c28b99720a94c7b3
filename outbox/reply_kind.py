"""A staff member's answer to a family: sent under their comment, found again by its text, and whose turn it is then."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlmodel import Session, col, select

from connector.graph.page import FacebookPage, identity
from models.conversation import Conversation, Message
from models.delivery import Attempt, Delivery
from outbox.finding import comments_under, look_among, normal, tried_at
from outbox.kinds import Errand, Look, Stands

UNDER_COMMENTS = ("reply", "first-word")  # kinds that stand under a family's comment and are found there by their text


class Reply:
    """A staff member's answer under a family's comment, found again by its text among the Page's own replies there."""

    repeatable = False
    gone: Literal["failed", "needs-person"] = "needs-person"

    def prepare(self, session: Session, delivery: Delivery) -> Errand | None:
        message = message_of(session, delivery)
        if message is None or message.external_id:
            return None
        query = select(Message.external_id).where(
            Message.school == message.school, Message.page == message.page, col(Message.external_id).is_not(None)
        )
        ours = query.where(Message.direction == "sent", Message.post_external_id == message.post_external_id)
        taken = frozenset(identity(str(one)) for one in session.exec(ours))
        # Any comment that stood there before shows that a read is true: what it answers may lie deep below the newest.
        before = tried_at(session, message.school, delivery.id)
        older = comments_under(session, message, message.post_external_id, before)
        if message.parent_external_id != message.post_external_id:  # a visitor's post is no comment of its own
            older += ((message.parent_external_id, message.created_at),)
        return Errand(
            delivery, message.text, to=message.parent_external_id, under=message.post_external_id,
            taken=taken, older=older, elsewhere=_other_threads(session, message),
        )  # fmt: skip

    def send(self, door: FacebookPage, errand: Errand) -> Stands:
        return Stands(door.comment(errand.to, errand.text))

    def look(self, door: FacebookPage, errand: Errand, attempt: Attempt) -> Look:
        wanted = normal(errand.text)
        return look_among(door, errand, lambda comment: normal(comment.message) == wanted, attempt)

    def done(self, session: Session, delivery: Delivery, result: Stands, now: datetime) -> None:
        message = message_of(session, delivery)
        if message is not None:
            make_room(session, message, result.external_id)
            message.external_id, message.state = result.external_id, "sent"
            turn(session, message, "open", "waiting")

    def lost(
        self, session: Session, delivery: Delivery, state: Literal["failed", "needs-person"], now: datetime
    ) -> None:
        message = message_of(session, delivery)
        if message is not None:
            message.state = state
            turn(session, message, "waiting", "open")  # we still owe the family an answer
            if state == "failed":
                _close_if_nothing_stands(session, message, now)


def _other_threads(session: Session, message: Message) -> frozenset[str]:
    """The top comments of other threads under this post: the same words may be owed to two families.

    Facebook hangs an answer under the top comment of its thread. What we know no row of stays possible.
    """
    query = select(Message.external_id, Message.parent_external_id).where(
        Message.school == message.school, Message.page == message.page,
        Message.post_external_id == message.post_external_id, col(Message.external_id).is_not(None),
    )  # fmt: skip
    known = {identity(str(one)): identity(parent) for one, parent in session.exec(query)}
    post, to = identity(message.post_external_id), identity(message.parent_external_id)
    top = {one for one, parent in known.items() if parent == post}
    return frozenset(top - {to, known.get(to, "")}) if to in known else frozenset()


def turn(session: Session, message: Message, old: str, new: str) -> None:
    """Whose turn it is, unless the family wrote again after this answer."""
    talk = _talk(session, message)
    if talk.state == old and talk.opened_at <= message.created_at:
        talk.state = new


def _talk(session: Session, message: Message) -> Conversation:
    query = select(Conversation).where(
        Conversation.school == message.school, Conversation.id == message.conversation_id
    )
    return session.exec(query).one()


def _close_if_nothing_stands(session: Session, message: Message, now: datetime) -> None:
    """An answer that is given up is still owed, unless the family took all its words away."""
    query = select(Message.id).where(
        Message.school == message.school, Message.conversation_id == message.conversation_id,
        Message.direction == "received", col(Message.removed_at).is_(None),
    )  # fmt: skip
    talk = _talk(session, message)
    if talk.state == "open" and session.exec(query.limit(1)).first() is None:
        talk.state, talk.closed_reason, talk.closed_at = "closed", "elsewhere", now


def make_room(session: Session, message: Message, external_id: str) -> None:
    """A person may say that what we read as typed on Facebook is this very answer: it stands once."""
    if (known := standing_as(session, message, external_id)) is not None:
        session.delete(known)
        session.flush()


def standing_as(session: Session, message: Message, external_id: str) -> Message | None:
    """Another message under the same post that is known by this id."""
    query = select(Message).where(
        Message.school == message.school, Message.page == message.page, Message.id != message.id,
        Message.post_external_id == message.post_external_id, col(Message.external_id).is_not(None),
    )  # fmt: skip
    wanted = identity(external_id)
    return next((row for row in session.exec(query) if identity(str(row.external_id)) == wanted), None)


def message_of(session: Session, delivery: Delivery) -> Message | None:
    query = select(Message).where(Message.school == delivery.school, Message.id == delivery.target)
    return session.exec(query).one_or_none()

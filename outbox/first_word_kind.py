"""A first word to a family: sent under their comment like an answer, and counts as none."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlmodel import Session, col, select

from models.conversation import Conversation, Message
from models.delivery import Delivery
from outbox.kinds import Errand, Stands
from outbox.reply_kind import Reply, make_room, message_of


class FirstWord(Reply):
    """Whose turn it is does not change. Where a person was quicker it is not sent; a comment that is gone costs no evening."""

    gone: Literal["failed", "needs-person"] = "failed"

    def prepare(self, session: Session, delivery: Delivery) -> Errand | None:
        message = message_of(session, delivery)
        if message is None or message.external_id:
            return None
        if not _is_wanted(session, message):
            message.state = "failed"
            return None
        return super().prepare(session, delivery)

    def done(self, session: Session, delivery: Delivery, result: Stands, now: datetime) -> None:
        message = message_of(session, delivery)
        if message is not None:
            make_room(session, message, result.external_id)
            message.external_id, message.state = result.external_id, "sent"

    def lost(
        self, session: Session, delivery: Delivery, state: Literal["failed", "needs-person"], now: datetime
    ) -> None:
        message = message_of(session, delivery)
        if message is not None:
            message.state = state


def _is_wanted(session: Session, message: Message) -> bool:
    """Still owed, not urgent, and nobody has answered meanwhile."""
    here = (Message.school == message.school, Message.conversation_id == message.conversation_id)
    answered = select(Message.id).where(
        *here, Message.direction == "sent", col(Message.automatic).is_(False), Message.state != "failed",
        col(Message.removed_at).is_(None),
    )  # fmt: skip
    talk = session.exec(
        select(Conversation).where(Conversation.school == message.school, Conversation.id == message.conversation_id)
    ).one()
    return talk.state == "open" and not talk.urgent and session.exec(answered.limit(1)).first() is None

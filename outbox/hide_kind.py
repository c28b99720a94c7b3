"""Hiding a family's comment from others, or showing it again: which of the two is what its row says when it is sent."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlmodel import Session

from connector.graph.page import FacebookPage
from models.delivery import Attempt, Delivery
from outbox.kinds import Absent, Errand, Look, Stands
from outbox.reply_kind import message_of

HIDDEN, SHOWN = "hidden", "shown"


class Hide:
    """Doing it twice is doing it once. Where Facebook refuses, the row says again what stands there."""

    repeatable = True
    gone: Literal["failed", "needs-person"] = "failed"  # there is nothing left to hide

    def prepare(self, session: Session, delivery: Delivery) -> Errand | None:
        message = message_of(session, delivery)
        if message is None or not message.external_id or message.removed_at is not None:
            return None
        return Errand(delivery, HIDDEN if message.hidden_at else SHOWN, to=message.external_id)

    def send(self, door: FacebookPage, errand: Errand) -> Stands:
        door.hide(errand.to, errand.text == HIDDEN)
        return Stands(errand.to)

    def look(self, door: FacebookPage, errand: Errand, attempt: Attempt) -> Look:
        return Stands(errand.to) if door.is_hidden(errand.to) == (errand.text == HIDDEN) else Absent()

    def done(self, session: Session, delivery: Delivery, result: Stands, now: datetime) -> None:
        """The row says already what should stand."""

    def lost(
        self, session: Session, delivery: Delivery, state: Literal["failed", "needs-person"], now: datetime
    ) -> None:
        message = message_of(session, delivery)
        if message is not None and state == "failed":
            message.hidden_at = now if message.hidden_at is None else None

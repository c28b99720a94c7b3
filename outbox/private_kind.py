"""An answer that only the family sees: one message for each comment, within seven days, and nothing that tells afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlmodel import Session

from connector.graph.page import FacebookPage
from models.delivery import Attempt, Delivery
from outbox.kinds import Errand, Look, Stands, Unknowable
from outbox.reply_kind import message_of, turn

LOOK_YOURSELF = (
    "nobody but the Page itself sees whether this private message went out: look into the Page's inbox on Facebook, then "
    "say here that it stands, or send it again"
)


class PrivateReply:
    """Never sent again by itself: a family would get the same message twice, and no read shows the first."""

    repeatable = False
    gone: Literal["failed", "needs-person"] = "needs-person"

    def prepare(self, session: Session, delivery: Delivery) -> Errand | None:
        message = message_of(session, delivery)
        if message is None or message.state == "sent":
            return None
        return Errand(delivery, message.text, to=message.parent_external_id, under=message.post_external_id)

    def send(self, door: FacebookPage, errand: Errand) -> Stands:
        return Stands(door.private_reply(errand.to, errand.text, post=errand.to == errand.under))

    def look(self, door: FacebookPage, errand: Errand, attempt: Attempt) -> Look:
        return Unknowable(LOOK_YOURSELF)

    def done(self, session: Session, delivery: Delivery, result: Stands, now: datetime) -> None:
        """Its id is the delivery's alone: among the comments, which the row's ids are of, it does not stand."""
        message = message_of(session, delivery)
        if message is not None:
            message.state = "sent"
            turn(session, message, "open", "waiting")

    def lost(
        self, session: Session, delivery: Delivery, state: Literal["failed", "needs-person"], now: datetime
    ) -> None:
        message = message_of(session, delivery)
        if message is not None:
            message.state = state
            turn(session, message, "waiting", "open")  # we still owe the family an answer

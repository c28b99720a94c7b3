"""Facebook is asked to send a page's changes to us as they happen. Without it comments are found by asking, only later."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlmodel import Session, select

from connector.errors import Gone, NotAllowed, Refused
from connector.graph.page import FacebookPage
from models.card import close_card, show_card
from models.delivery import Attempt, Delivery
from models.page import Page
from outbox.kinds import Absent, Errand, Look, Stands

CARD = "subscription"


class Subscribe:
    """Asking twice is asking once. A no is no reason to close the lane: posts and answers need no subscription."""

    repeatable = True
    gone: Literal["failed", "needs-person"] = "failed"

    def prepare(self, session: Session, delivery: Delivery) -> Errand | None:
        row = _page(session, delivery)
        return Errand(delivery, to=row.facebook_id) if row is not None and row.off_at is None else None

    def send(self, door: FacebookPage, errand: Errand) -> Stands:
        try:
            if door.app is not None:
                door.app.make_sure()
            door.subscribe()
        except (NotAllowed, Refused) as wrong:
            raise Gone(wrong.message, subject=wrong.subject, code=wrong.code, subcode=wrong.subcode) from None
        return Stands(errand.to)

    def look(self, door: FacebookPage, errand: Errand, attempt: Attempt) -> Look:
        return Stands(errand.to) if "feed" in door.subscription() else Absent()

    def done(self, session: Session, delivery: Delivery, result: Stands, now: datetime) -> None:
        close_card(session, delivery.school, CARD, delivery.target, now)

    def lost(
        self, session: Session, delivery: Delivery, state: Literal["failed", "needs-person"], now: datetime
    ) -> None:
        why = f"Facebook does not send the changes of {delivery.target} at once (they are found by asking): {delivery.error}"
        show_card(session, delivery.school, CARD, delivery.target, why, now)


def _page(session: Session, delivery: Delivery) -> Page | None:
    query = select(Page).where(Page.school == delivery.school, Page.slug == delivery.target)
    return session.exec(query).one_or_none()

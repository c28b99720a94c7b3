"""Cards: what waits for a person, said once and loudly until it is mended."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, Session, SQLModel, col, select

from models.columns import new_id


class Card(SQLModel, table=True):
    """One trouble that a person must mend: `kind` of trouble, `subject` it is about, one sentence with the mend.

    There is one open card for one trouble; whoever can mend it is told once (`told_at`).
    """

    id: str = Field(default_factory=lambda: new_id("ca"), primary_key=True)
    school: str = Field(foreign_key="school.slug")
    kind: str  # token | expiry | blocked | duplicate | paused | subscription | double-booking
    # The slug of a page or center, or the id of a post. A double booking: "center:entry:digest of the other".
    subject: str
    message: str
    opened_at: datetime
    told_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str = ""  # an email; "" = it was mended by itself

    __table_args__ = (
        Index(
            "ux_card_open", "school", "kind", "subject", unique=True,
            sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL"),
        ),
    )  # fmt: skip


def open_cards(session: Session, school: str) -> list[Card]:
    query = select(Card).where(Card.school == school, col(Card.closed_at).is_(None))
    return list(session.exec(query.order_by(col(Card.opened_at), col(Card.id))))


def open_card(session: Session, school: str, kind: str, subject: str) -> Card | None:
    query = select(Card).where(
        Card.school == school, Card.kind == kind, Card.subject == subject, col(Card.closed_at).is_(None)
    )
    return session.exec(query).one_or_none()


def show_card(session: Session, school: str, kind: str, subject: str, message: str, now: datetime) -> Card:
    """The one open card for this trouble, made if there is none; its sentence is today's."""
    card = open_card(session, school, kind, subject)
    if card is None:
        card = Card(school=school, kind=kind, subject=subject, message=message, opened_at=now)
    card.message = message
    session.add(card)
    return card


def close_card(session: Session, school: str, kind: str, subject: str, now: datetime, by: str = "") -> None:
    """The trouble is mended; without an open card nothing happens."""
    card = open_card(session, school, kind, subject)
    if card is not None:
        card.closed_at, card.closed_by = now, by
        session.add(card)


def card(session: Session, school: str, id: str) -> Card | None:
    return session.exec(select(Card).where(Card.school == school, Card.id == id)).one_or_none()


def cards(session: Session, school: str) -> list[Card]:
    """All of a school, open and closed, newest first."""
    query = select(Card).where(Card.school == school)
    return list(session.exec(query.order_by(col(Card.opened_at).desc(), col(Card.id))))


def told(session: Session, school: str, id: str, now: datetime) -> None:
    """Whoever can mend it has been told."""
    known = card(session, school, id)
    if known is not None:
        known.told_at = now
        session.add(known)

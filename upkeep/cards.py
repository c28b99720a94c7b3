"""Cards that follow from the rows of pages: opened when a trouble is there, closed when it is mended.

One place, at the end of a round: wherever the trouble was met, the page's row tells it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from config.mistake import Mistake
from connector.graph.token import ends_soon
from models.audit import note
from models.card import Card, card, close_card, open_cards, show_card
from models.database import Database
from models.page import Page, pages, why_blocked
from models.staff import member

FORETOLD = timedelta(days=14)  # before a token, or the access to people's data, ends
OF_PAGES = ("token", "expiry", "blocked")
BY_HAND = ("duplicate", "subscription")  # those that only a person can call mended
_Trouble = tuple[str, str]  # kind, subject


def keep_cards(db: Database, school: str, now: datetime) -> list[Card]:
    """All open cards of a school, today's. Where nothing differs, nothing is written."""
    with db.read() as session:
        standing = open_cards(session, school)
        wanted = troubles(pages(session, school), now)
    known = {(one.kind, one.subject): one.message for one in standing if one.kind in OF_PAGES}
    if known == wanted:
        return standing
    with db.write() as session:
        for (kind, subject), message in wanted.items():
            show_card(session, school, kind, subject, message, now)
        for kind, subject in known.keys() - wanted.keys():
            close_card(session, school, kind, subject, now)
        session.flush()
        return open_cards(session, school)


def troubles(rows: Sequence[Page], now: datetime) -> Mapping[_Trouble, str]:
    """What of these pages waits for a person: (kind, page) -> one sentence with the mend."""
    found: dict[_Trouble, str] = {}
    for row in rows:
        if row.token_problem:
            found["token", row.slug] = of_page(row.slug, row.token_problem)
        elif ending := ends_soon(row.token_expires_at, row.data_access_expires_at, now, FORETOLD):
            found["expiry", row.slug] = of_page(row.slug, ending)
        if row.blocked_at is not None:
            found["blocked", row.slug] = why_blocked(row)
    return found


def of_page(slug: str, sentence: str) -> str:
    """A sentence that says which page it is about."""
    return sentence if slug in sentence else f"{slug}: {sentence}"


def close_by_hand(session: Session, school: str, id: str, email: str, now: datetime) -> str:
    """A person says that what a card tells is settled. Returns what was done, as a sentence. Raises Mistake."""
    person, known = member(session, school, email), card(session, school, id)
    if person is None or person.role not in ("owner", "volunteer"):
        raise Mistake(f"{email} may not close cards at {school}", "ask an owner or a volunteer of the school")
    if known is None:
        raise Mistake(f"There is no card {id} at {school}", "see them with `cards`")
    if known.kind not in BY_HAND:
        raise Mistake(f"The card {id} closes by itself once its trouble is mended", known.message.rstrip("."))
    if known.closed_at is None:
        close_card(session, school, known.kind, known.subject, now, by=person.email)
        note(session, school, now, person.email, "close card", known.id, kind=known.kind, about=known.subject)
    return f"The card {id} is closed."

"""A person lets go of what was held: a feed whose events vanished, a page whose writes Facebook refused. Rows only."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, select

from config.mistake import Mistake
from models.audit import note
from models.card import close_card
from models.page import Page
from models.source import Source
from models.staff import member


def release(session: Session, school: str, slug: str, email: str, now: datetime) -> str:
    """Returns what was done, as a sentence. Raises Mistake."""
    person = member(session, school, email)
    if person is None or person.role not in ("owner", "volunteer"):
        raise Mistake(f"{email} may not release anything at {school}", "ask an owner or a volunteer of the school")
    source = session.exec(select(Source).where(Source.school == school, Source.slug == slug)).one_or_none()
    page = session.exec(select(Page).where(Page.school == school, Page.slug == slug)).one_or_none()
    if source is not None and source.held_at:
        source.released_at, source.released_by = now, person.email
        note(session, school, now, person.email, "release calendar", slug, why=source.held_reason)
        return f"The next round takes the calendar {slug} as it is then."
    if page is not None and page.blocked_at:
        page.blocked_at = None
        note(session, school, now, person.email, "release page", slug)
        close_card(session, school, "blocked", slug, now, by=person.email)
        return f"The next round writes to {slug} again."
    if source is None and page is None:
        raise Mistake(f"There is no calendar and no page {slug} at {school}", "look at `doctor` for what is held")
    raise Mistake(f"{slug} is not held", "nothing needs to be released")

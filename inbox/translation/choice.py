"""Whether a school has words translated by a machine, by which service, and that an owner decided it."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from inbox.permitted import NotPossible, an_owner
from models import audit
from models.switched_on import SwitchedOn, switched_on

PROVIDERS = ("libretranslate", "deepl", "google")


def switch_on(
    session: Session, school: str, email: str, now: datetime, *, provider: str, url: str, key_sealed: str, agreed: bool
) -> SwitchedOn:
    """`key_sealed` "": the one that is kept stays, where it is the same service. The address was checked before."""
    person = an_owner(session, school, email, "switch translation on")
    row = switched_on(session, school) or SwitchedOn(school=school, changed_at=now)
    same = row.translates_with == provider
    if provider not in PROVIDERS:
        raise NotPossible("Choose one of the three services.")
    if not agreed:
        raise NotPossible("Not switched on: read what leaves the house, and tick that you decide it for the school.")
    if provider != "libretranslate" and not key_sealed and not (same and row.translate_key_sealed):
        raise NotPossible("This service asks for a key: put it in.")
    row.translates_with, row.translate_url = provider, url
    row.translate_key_sealed = key_sealed or (row.translate_key_sealed if same else "")
    row.changed_by, row.changed_at = person.email, now
    session.add(row)
    audit.note(session, school, now, person.email, "switch translation on", school, service=provider)
    return row


def switch_off(session: Session, school: str, email: str, now: datetime) -> None:
    """Its key is forgotten. What was translated stays beside the families' words, and goes when they go."""
    person = an_owner(session, school, email, "switch translation off")
    row = switched_on(session, school)
    if row is None or not row.translates_with:
        return
    row.translates_with, row.translate_url, row.translate_key_sealed = "", "", ""
    row.changed_by, row.changed_at = person.email, now
    session.add(row)
    audit.note(session, school, now, person.email, "switch translation off", school)

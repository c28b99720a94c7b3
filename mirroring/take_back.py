"""A center's edit of our entry is taken back: the school's words go in again. A person's word only; rows only."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from config.mistake import Mistake
from mirroring.decide import MAY_DECIDE
from mirroring.entries import revision
from mirroring.owe import owe
from models.audit import note
from models.center import entry
from models.staff import member


def take_back(session: Session, school: str, id: str, email: str, now: datetime) -> str:
    """Returns what was done, as a sentence. Raises Mistake.

    Only what was seen is taken back: what somebody changes between now and then stays, and is told.
    """
    person, row = member(session, school, email), entry(session, school, id)
    if person is None:
        raise Mistake(f"{email} is not known at {school}", "add them with `person add`, or correct the address")
    if row is None or not row.conflicts:
        raise Mistake(f"Nobody at a center changed an entry {id}", "see what they changed with `calendar-entries`")
    if person.role not in MAY_DECIDE and (person.role, person.center) != ("center", row.center):
        raise Mistake(
            f"{email} may not decide about what goes into centers' calendars",
            "ask an owner or a volunteer of the school",
        )
    said = {"taken_back": now.isoformat(), "taken_back_by": person.email}
    row.conflicts = [{**one, **said} for one in row.conflicts]
    if row.state == "sent":
        row.state = "due"
    note(session, school, now, person.email, "take back", row.id)
    what = f"{revision(row)}:taken back {now.isoformat()}"
    owe(session, school, "calendar-put", f"center:{row.center}", row.id, what, now=now)
    return "The school's words go into the center's calendar with the next round."

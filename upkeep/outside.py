"""Who comes by their school's own sign-in: only people who are somebody already, and always the same one."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlmodel import Session

from models import audit
from models.account import Account
from upkeep.people import account_of
from upkeep.sign_in import memberships


def came_from_outside(
    session: Session, email: str, issuer: str, subject: str, now: datetime
) -> Literal["in", "nobody", "another"]:
    """An e-mail address can be given to somebody new; what stays the same is the issuer's `subject`.

    The first to come with an address is remembered. Another one later is refused, until a new link (an invitation) was
    used, which shows who reads that mailbox now.
    """
    people = memberships(session, email, now)
    if not people:
        return "nobody"
    account_of(session, email, now)
    known = session.get_one(Account, email, with_for_update=True, populate_existing=True)
    told = f"{issuer} {subject}"
    if known.outside and known.outside.partition(" ")[0] == issuer and known.outside != told:
        return "another"
    if known.outside != told:
        known.outside = told
        audit.note(session, people[0][0].school, now, email, "first sign-in outside", email)
    session.flush()
    return "in"

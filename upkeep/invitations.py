"""Links by which somebody chooses a password: for somebody new, or who forgot theirs. Good once, for three days.

Only the link's digest is kept; while a letter is owed, also the link itself, sealed. A link never takes away a second step.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Literal

from sqlmodel import Session, col, select

from models import audit
from models.account import Account, Invitation, account
from models.school import School
from models.staff import StaffMember
from models.vault import Vault
from upkeep import sign_in
from upkeep.passwords import hashed
from upkeep.people import account_of

LASTS = timedelta(hours=72)
Kind = Literal["invitation", "forgot"]
State = Literal["open", "used", "withdrawn", "expired", "off", "unknown"]


class LinkIsDead(Exception):
    """Nothing was changed. `why` is one of State."""

    def __init__(self, why: State) -> None:
        super().__init__(why)
        self.why = why


def invite(
    session: Session, person: StaffMember, by: str, now: datetime, *, kind: Kind = "invitation", letter: Vault | None
) -> str:
    """A new link's token; an earlier one of this school for them is good no more. `letter`: one is owed, sealed by this."""
    _hold(session, person.email, now)
    for one in _open(session, person.email):
        if one.school == person.school:
            one.withdrawn_at, one.link_sealed = now, ""
    token = secrets.token_urlsafe(32)
    row = Invitation(
        token_digest=sign_in.digest(token), email=person.email, school=person.school, kind=kind, made_by=by, made_at=now,
        expires_at=now + LASTS, link_sealed=letter.seal(token) if letter else "",
    )  # fmt: skip
    session.add(row)
    audit.note(
        session, person.school, now, by, "invite" if kind == "invitation" else "ask for a new link", person.email
    )
    session.flush()
    return token


def ask_for_link(session: Session, email: str, now: datetime, vault: Vault) -> str:
    """Somebody forgot their password. The school whose round sends the letter that is owed now, "" where none is.

    Whoever asked is told the same, whatever this says.
    """
    people = sign_in.memberships(session, email, now)
    if not people or account(session, email) is None:
        return ""
    invite(session, people[0][0], people[0][0].email, now, kind="forgot", letter=vault)
    return people[0][0].school


def look(session: Session, token: str, now: datetime) -> tuple[State, Invitation | None]:
    row = session.exec(select(Invitation).where(Invitation.token_digest == sign_in.digest(token))).one_or_none()
    return (state_of(row, now) if row and member_of(session, row, now) else "off" if row else "unknown"), row


def state_of(row: Invitation, now: datetime) -> State:
    if row.used_at is not None:
        return "used"
    if row.withdrawn_at is not None:
        return "withdrawn"
    return "open" if now < row.expires_at else "expired"


def member_of(session: Session, row: Invitation, now: datetime) -> tuple[StaffMember, School] | None:
    """Whom it is for, while they are somebody at the school that it is of."""
    found = sign_in.memberships(session, row.email, now)
    return next(((person, school) for person, school in found if school.slug == row.school), None)


def accept(session: Session, token: str, password: str, now: datetime) -> Account:
    """Their account with this password; all sign-ins and other links of theirs end. Raises LinkIsDead, Mistake.

    The page has asked `passwords.refusal` before. Whether a code is asked for next stands in the account.
    """
    _, row = look(session, token, now)
    if row is None:
        raise LinkIsDead("unknown")
    known = _hold(session, row.email, now)
    session.refresh(row)
    state, _ = look(session, token, now)
    if state != "open":
        raise LinkIsDead(state)
    known.password_hash, known.outside = hashed(password), ""
    row.used_at, row.link_sealed = now, ""
    withdraw(session, row.email, now)
    sign_in.end(session, row.email, now)
    audit.note(session, row.school, now, row.email, "choose a password", row.email, link=row.id)
    session.flush()
    return known


def withdraw(session: Session, email: str, now: datetime, *, school: str | None = None) -> int:
    """All links of theirs, or those of one school. How many there were."""
    found = [one for one in _open(session, email) if school in (None, one.school)]
    for one in found:
        one.withdrawn_at, one.link_sealed = now, ""
    session.flush()
    return len(found)


def may_be_handed_over(session: Session, by: str, email: str, now: datetime) -> bool:
    """May `by` see this person's link? Who holds it comes in everywhere where they are somebody.

    So only an owner of each school where they are. Else it is mailed to them, or they ask for one themselves.
    """
    owned = {one.school for one, _ in sign_in.memberships(session, by, now) if one.role == "owner"}
    return {one.school for one, _ in sign_in.memberships(session, email, now)} <= owned


def _open(session: Session, email: str) -> list[Invitation]:
    query = select(Invitation).where(Invitation.email == email.strip().lower())
    return list(session.exec(query.where(col(Invitation.used_at).is_(None), col(Invitation.withdrawn_at).is_(None))))


def _hold(session: Session, email: str, now: datetime) -> Account:
    """The account, held until this transaction ends: of two that use one link, the second sees that it is used."""
    account_of(session, email, now)
    return session.get_one(Account, email.strip().lower(), with_for_update=True, populate_existing=True)

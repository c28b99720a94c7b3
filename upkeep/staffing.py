"""What owners do with the people of their school: change, switch off, and see when they were last here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from config.mistake import Mistake
from models import audit
from models.account import Account, Invitation, SignIn
from models.columns import stable_id
from models.staff import StaffMember
from upkeep import invitations, people, sign_in
from upkeep.people import NewPerson, still_there

_HOLDS = ("role", "languages", "hours", "daily_limit", "center", "ends_at", "name")


class LastOwner(Exception):
    """The school would be left without anybody who looks after its people."""


@dataclass(frozen=True, slots=True)
class Known:
    """One person as owners see them. `id` stands for them in addresses, so that no e-mail does."""

    id: str
    person: StaffMember
    here: bool
    seen_at: datetime | None
    second_step: bool
    has_a_way_in: bool
    invited_until: datetime | None


def everybody(session: Session, school: str, now: datetime) -> list[Known]:
    """Those who are here by name, then those who were."""
    rows = session.exec(select(StaffMember).where(StaffMember.school == school)).all()
    emails = [row.email for row in rows]
    accounts = {row.email: row for row in session.exec(select(Account).where(col(Account.email).in_(emails)))}
    seen = _last_seen(session, emails)
    invited = _invited(session, school, now)
    found = [_known(row, accounts.get(row.email), seen.get(row.email), invited.get(row.email), now) for row in rows]
    return sorted(found, key=lambda one: (not one.here, one.person.name.casefold(), one.person.email))


def of_id(session: Session, school: str, id: str, now: datetime) -> Known | None:
    return next((one for one in everybody(session, school, now) if one.id == id), None)


def id_of(person: StaffMember) -> str:
    return stable_id("pe", person.school, person.email)


def change(session: Session, school: str, new: NewPerson, by: str, now: datetime) -> StaffMember:
    """This person as `new` from now on, by hand and no longer by the site file. Raises Mistake, LastOwner.

    Another role ends their sign-ins: what a browser shows must be what they may.
    """
    people.check_center(session, school, new)
    row = session.get_one(StaffMember, (school, new.email))
    if row.role == "owner" and (new.role != "owner" or new.ends_at is not None):
        keep_an_owner(session, school, row.email, now)
    before = row.role, row.center
    changed = [name for name in _HOLDS if _of(new, name) != getattr(row, name)]
    for name in changed:
        setattr(row, name, _of(new, name))
    row.made_by = "person" if changed else row.made_by
    if (row.role, row.center) != before:
        sign_in.end(session, row.email, now)
    if changed:
        audit.note(session, school, now, by, "change person", row.email, changed=changed, role=row.role)
    session.flush()
    return row


def switch_off(session: Session, school: str, email: str, by: str, now: datetime) -> StaffMember:
    """Raises LastOwner, Mistake. Their links and, where they are nobody elsewhere, their sign-ins end with it."""
    keep_an_owner(session, school, email, now)
    row = people.off(session, school, email, now, by=by)
    session.flush()
    invitations.withdraw(session, email, now, school=school)
    if not sign_in.memberships(session, email, now):
        sign_in.end(session, email, now)
    return row


def keep_an_owner(session: Session, school: str, without: str, now: datetime) -> None:
    """Owners who are there for good, `without` this one. Held, so that two owners cannot each remove the other."""
    query = select(StaffMember).where(StaffMember.school == school, StaffMember.role == "owner").with_for_update()
    owners = [one for one in session.exec(query) if still_there(one, now)]
    if without in [one.email for one in owners] and not any(
        one.email != without and one.ends_at is None for one in owners
    ):
        raise LastOwner


def check_last_day(ends_at: datetime | None, now: datetime) -> None:
    """Raises Mistake."""
    if ends_at is not None and ends_at <= now:
        raise Mistake("The last day is over already", "choose a later one, or switch them off")


def _of(new: NewPerson, name: str) -> object:
    value = getattr(new, name)
    return list(value) if name == "languages" else value


def _known(
    row: StaffMember, account: Account | None, seen_at: datetime | None, invited: datetime | None, now: datetime
) -> Known:
    return Known(
        id=id_of(row), person=row, here=still_there(row, now), seen_at=seen_at,
        second_step=account is not None and account.totp_on_at is not None,
        has_a_way_in=account is not None and bool(account.password_hash or account.outside), invited_until=invited,
    )  # fmt: skip


def _last_seen(session: Session, emails: list[str]) -> dict[str, datetime]:
    query = select(SignIn.email, func.max(SignIn.seen_at)).where(col(SignIn.email).in_(emails)).group_by(SignIn.email)
    return {email: seen_at for email, seen_at in session.exec(query)}


def _invited(session: Session, school: str, now: datetime) -> dict[str, datetime]:
    query = select(Invitation.email, Invitation.expires_at).where(
        Invitation.school == school, col(Invitation.used_at).is_(None), col(Invitation.withdrawn_at).is_(None),
        Invitation.expires_at > now,
    )  # fmt: skip
    return {email: expires_at for email, expires_at in session.exec(query)}

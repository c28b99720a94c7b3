"""People who sign in: add, switch off, set a password. Whom a person changes here, no site file changes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select

from config.mistake import Mistake
from models import audit
from models.account import Account, account, sign_ins
from models.center import centers
from models.conversation import Conversation
from models.promise import open_promises
from models.school import School
from models.staff import StaffMember
from upkeep.passwords import hashed

ROLES = ("owner", "volunteer", "staff", "center")


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Whom to add. Texts are checked by config.site_checks before; `hours` "" are the school's.

    `name` "" is the one they had here before, else their email.
    """

    email: str
    name: str
    role: str
    languages: tuple[str, ...]
    hours: str = ""
    daily_limit: int = 20
    center: str = ""
    ends_at: datetime | None = None


def add(session: Session, school: str, new: NewPerson, now: datetime, *, by: str = "") -> StaffMember:
    """The new person; somebody who was switched off is switched on again as `new`. Mistake when it cannot be.

    How they sign in is told apart: `set_password`, or an invitation.
    """
    row = _row(session, school, new.email)
    if row and still_there(row, now):
        raise Mistake(f"{new.email} is at {school} already", "change their password with `person password`")
    check_center(session, school, new)
    row = row or StaffMember(school=school, email=new.email, name=new.email, role=new.role, made_by="person")
    row.name, row.role, row.languages = new.name or row.name, new.role, list(new.languages)
    row.hours, row.daily_limit, row.center = new.hours, new.daily_limit, new.center
    row.made_by, row.off_at, row.ends_at = "person", None, new.ends_at
    session.add(row)
    account_of(session, new.email, now)
    audit.note(session, school, now, by, "add person", new.email, role=new.role)
    return row


def off(session: Session, school: str, email: str, now: datetime, *, by: str = "") -> StaffMember:
    """Switch a person off: no sign-in, no new comments. Mistake when there is nobody of that email."""
    row = _on(session, school, email)
    row.off_at, row.made_by = now, "person"
    audit.note(session, school, now, by, "switch person off", row.email)
    return row


def set_password(
    session: Session, school: str, email: str, password: str, now: datetime, *, by: str = ""
) -> StaffMember:
    """Whoever is signed in with the old one is signed out."""
    row = _on(session, school, email)
    account_of(session, row.email, now).password_hash = hashed(password)
    for one in sign_ins(session, row.email):
        one.ended_at = now
    audit.note(session, school, now, by, "set password", row.email)
    return row


def account_of(session: Session, email: str, now: datetime) -> Account:
    """The person's account, made if there is none."""
    row = account(session, email) or Account(email=email.strip().lower(), made_at=now)
    session.add(row)
    session.flush()
    return row


def consequences(session: Session, person: StaffMember) -> tuple[str, ...]:
    """What somebody should know after this person was switched off, in sentences."""
    found = ties(session, person)
    told = {
        f"{found.conversations} open conversations are still theirs: hand them over with `assign`.": found.conversations,
        f"{found.promises} promises are still theirs: somebody must keep them.": found.promises,
        "They are the school's fallback: name somebody else in the site file and `load` it.": found.is_fallback,
    }
    return tuple(sentence for sentence, is_so in told.items() if is_so)


@dataclass(frozen=True, slots=True)
class Ties:
    """What hangs on somebody: their open conversations, promises not kept yet, and what nobody else can take."""

    conversations: int
    promises: int
    is_fallback: bool


def ties(session: Session, person: StaffMember) -> Ties:
    open_ones = select(func.count(col(Conversation.id))).where(
        Conversation.school == person.school, Conversation.assignee == person.email, Conversation.state == "open"
    )
    fallback = select(School).where(School.slug == person.school, School.fallback == person.email)
    promised = [one for one in open_promises(session, person.school) if one.owner == person.email]
    return Ties(session.exec(open_ones).one(), len(promised), session.exec(fallback).first() is not None)


def still_there(person: StaffMember, now: datetime) -> bool:
    """Are they on, and has their last day not passed?"""
    return person.off_at is None and (person.ends_at is None or now < person.ends_at)


def end_of(last_day: date, timezone: str) -> datetime:
    """The moment from which on somebody is off whose last day this is, at their school."""
    return datetime.combine(last_day + timedelta(days=1), time(), ZoneInfo(timezone)).astimezone(UTC)


def last_day(ends_at: datetime, timezone: str) -> date:
    """The day that `end_of` was given."""
    return (ends_at - timedelta(microseconds=1)).astimezone(ZoneInfo(timezone)).date()


def check_center(session: Session, school: str, new: NewPerson) -> None:
    """Raises Mistake where role and center do not fit."""
    known = [row.slug for row in centers(session, school)]
    listed = ", ".join(known) or "none"
    if new.role == "center" and new.center not in known:
        raise Mistake("A person of a center needs that center", f"give --center; known at {school}: {listed}")
    if new.role != "center" and new.center:
        raise Mistake(f"A center means nothing for role {new.role}", "leave it out, or use --role center")


def _on(session: Session, school: str, email: str) -> StaffMember:
    row = _row(session, school, email)
    if row is None or row.off_at is not None:
        raise Mistake(f"Nobody at {school} signs in as {email}", "check the email, or `person add` them")
    return row


def _row(session: Session, school: str, email: str) -> StaffMember | None:
    """Also who is off."""
    query = select(StaffMember).where(StaffMember.school == school, StaffMember.email == email.strip().lower())
    return session.exec(query).one_or_none()

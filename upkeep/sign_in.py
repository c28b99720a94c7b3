"""Who is signed in: sign-ins begin, are found again by their token, and end. The row holds only the token's digest."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlmodel import Session, col, select

from models.account import Account, SignIn, account, sign_in_of, sign_ins
from models.school import School
from models.staff import StaffMember
from models.wall import looking_everywhere
from upkeep.passwords import is_right
from upkeep.people import still_there

IDLE = timedelta(hours=8)  # unused for so long, a sign-in has ended
LONGEST = timedelta(days=7)
NOTED = timedelta(minutes=5)  # how exactly we note when somebody was last here: not a write for every page


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who is signed in, with all that they are, by school."""

    sign_in: SignIn
    account: Account
    memberships: tuple[StaffMember, ...]
    schools: dict[str, School]


def is_them(session: Session, email: str, password: str) -> bool:
    """Unknown people take as long as known ones."""
    known = account(session, email)
    return is_right(password, known.password_hash if known else "")


def begin(session: Session, email: str, agent: str, how: str, now: datetime) -> tuple[SignIn, str]:
    """A new sign-in and its token, which only the browser keeps."""
    token = secrets.token_urlsafe(32)
    row = SignIn(
        token_digest=digest(token), email=email.strip().lower(), agent=agent[:200], how=how, made_at=now, seen_at=now,
        proven_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row, token


def find(session: Session, token: str, now: datetime) -> Present | None:
    """Who holds this token, if the sign-in has not ended and they are still somebody somewhere."""
    row = sign_in_of(session, digest(token)) if token else None
    if row is None or not lives(row, now):
        return None
    known = account(session, row.email)
    members = memberships(session, row.email, now)
    if known is None or not members:
        return None
    return Present(row, known, tuple(one for one, _ in members), {school.slug: school for _, school in members})


def memberships_of(session: Session, ids: Collection[str], now: datetime) -> Iterator[tuple[str, StaffMember]]:
    """What the people of these sign-ins are, as `find` would say, by the id of each that has not ended: one question for all."""
    query = select(SignIn, StaffMember).where(
        col(SignIn.id).in_(sorted(ids)), Account.email == SignIn.email, StaffMember.email == SignIn.email,
        StaffMember.school == School.slug, col(StaffMember.off_at).is_(None), col(School.off_at).is_(None),
    )  # fmt: skip
    for row, one in session.exec(query):
        if lives(row, now) and still_there(one, now):
            yield row.id, one


def lives(row: SignIn, now: datetime) -> bool:
    return row.ended_at is None and now - row.seen_at < IDLE and now - row.made_at < LONGEST


def memberships(session: Session, email: str, now: datetime) -> list[tuple[StaffMember, School]]:
    """What this person is, at each school that is on, by the school's name."""
    query = select(StaffMember, School).where(
        StaffMember.school == School.slug, StaffMember.email == email.strip().lower(),
        col(StaffMember.off_at).is_(None), col(School.off_at).is_(None),
    )  # fmt: skip
    with looking_everywhere(session):
        found = [(one, school) for one, school in session.exec(query.order_by(School.name, School.slug))]
    return [(one, school) for one, school in found if still_there(one, now)]


def end(session: Session, email: str, now: datetime, *, only: str | None = None, but: str | None = None) -> int:
    """Signs out everywhere; `only` that sign-in, or all `but` that one. Returns how many ended."""
    rows = [one for one in sign_ins(session, email) if only in (None, one.id) and one.id != but]
    for row in rows:
        row.ended_at = now
    return len(rows)


def digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()

"""What one person chooses to be told, and by which way. Rows only: what is to be tried is sent by the clock."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlmodel import Session

from config.mistake import Mistake
from connector.channels import Channels, is_mail_address
from connector.errors import Refused
from models.audit import note
from models.notice import NoticeChoice, choice
from models.staff import StaffMember
from models.vault import Vault
from upkeep.telling import DEFAULT, Moment

TESTS_APART = timedelta(minutes=2)
By = Literal["mail", "own", "kept"]  # to their sign-in address | to the address they give | as it is


@dataclass(frozen=True, slots=True)
class Chosen:
    """As a page shows it. `kind` of their own address: "" (none), "mail", or a service's name; the address is never shown."""

    moments: frozenset[str]
    kind: str
    row: NoticeChoice | None

    @property
    def test_waits(self) -> bool:
        row = self.row
        return bool(row and row.test_asked_at and (row.tested_at is None or row.tested_at < row.test_asked_at))


def offered(role: str) -> tuple[Moment, ...]:
    """What there is to choose for this role."""
    return DEFAULT.get(role, ())


def chosen_by(session: Session, person: StaffMember, vault: Vault) -> Chosen:
    row = choice(session, person.school, person.email)
    moments = frozenset(row.moments if row else offered(person.role))
    address = vault.open(row.channel_sealed) if row else ""
    kind = "mail" if is_mail_address(address) else address.partition(":")[0].lower()
    return Chosen(moments, kind, row)


def choose(
    session: Session, person: StaffMember, moments: Collection[str], by: By, address: str, channels: Channels, vault: Vault,
    now: datetime,
) -> NoticeChoice:  # fmt: skip
    """Mistake where the address cannot be one. A test of another address counts for nothing any more."""
    row = _row(session, person, now)
    if by != "kept":
        sealed = vault.seal(_checked(address, channels)) if by == "own" else ""
        if by == "own" or row.channel_sealed:
            row.test_asked_at = row.tested_at = None
            row.test_problem = ""
        row.channel_sealed = sealed
    row.moments = [one for one in offered(person.role) if one in moments]
    row.changed_at = now
    session.add(row)
    note(session, person.school, now, person.email, "choose notices", person.email, moments=row.moments, way=by)
    return row


def ask_for_test(session: Session, person: StaffMember, now: datetime) -> None:
    """The clock sends it. Mistake where one was asked for just now."""
    row = _row(session, person, now)
    if row.test_asked_at is not None and now - row.test_asked_at < TESTS_APART:
        raise Mistake("A test was sent just now", "wait two minutes, and look into spam as well")
    row.test_asked_at, row.test_problem = now, ""
    session.add(row)


def _row(session: Session, person: StaffMember, now: datetime) -> NoticeChoice:
    known = choice(session, person.school, person.email)
    return known or NoticeChoice(
        school=person.school, email=person.email, moments=list(offered(person.role)), changed_at=now
    )


def _checked(address: str, channels: Channels) -> str:
    address = address.strip()
    if not address:
        raise Mistake("There is no address", "write a mail address, or one as Apprise wants it")
    try:
        channels.check(address)
    except Refused as wrong:
        what, _, mend = wrong.message.rstrip(".").partition(": ")
        raise Mistake(what, mend) from None
    return address

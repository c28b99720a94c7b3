"""To be forgotten: one person of the school asks, a second one says yes, and all that is personal goes. Rows only.

Who: owners and staff. One of the two is an owner. Where nobody else could say yes, an owner may alone, on the command
line and with a reason; the audit tells it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, select

from config.mistake import Mistake
from connector.graph.page import identity
from models.audit import note
from models.card import close_card, show_card
from models.erasure import Erasure, digest, erasures_of, key_from
from models.installation import installed
from models.page import Page
from models.staff import StaffMember, member, staff
from upkeep.erased_list import line_of, note_erased
from upkeep.erasing import check_quiet, erase_rows, mentions
from upkeep.whole_person import Person, whole_person

MAY = ("owner", "staff")
CARD = "erasure"
ON_FACEBOOK = (
    "What stands on Facebook is not touched: they can delete their comments there themselves, "
    "or you hide or delete them on the Page."
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`state`: asked | done | refused. `elsewhere`: ids of conversations with others that still name them."""

    row: Erasure
    state: str
    elsewhere: tuple[str, ...] = ()


def ask_or_confirm(
    session: Session, data: Path, school: str, asked: str, email: str, now: datetime, why: str = ""
) -> Outcome:
    """The first to say so asks, a second one confirms, and it is done. Raises Mistake."""
    person = whole_person(session, school, asked)
    waiting = waiting_for(session, person)
    if waiting is None:
        return Outcome(ask(session, person, email, now, why), "asked")
    return confirm(session, data, person, waiting, email, now)


def ask(session: Session, person: Person, email: str, now: datetime, why: str = "") -> Erasure:
    who = _who(session, person.school, email)
    _check_why(person, why)
    if not others(session, person.school, who):
        raise Mistake(
            f"Nobody else at {person.school} may confirm this",
            "add a second owner or somebody of staff (`person add`); or save what there is with `export --person` first, "
            "then an owner says `erase --alone --why REASON` on the command line",
        )
    row = Erasure(school=person.school, person=person.key, asked_by=who.email, asked_at=now, why=why)
    session.add(row)
    session.flush()
    note(session, person.school, now, who.email, "ask to erase", row.id, why, person=person.subject)
    show_card(session, person.school, CARD, row.id, _sentence(row, who), now)
    return row


def confirm(session: Session, data: Path, person: Person, row: Erasure, email: str, now: datetime) -> Outcome:
    who = _who(session, person.school, email)
    asker = member(session, person.school, row.asked_by)
    if row.asked_by == who.email:
        raise Mistake("You asked for this yourself", "somebody else at the school says yes, with the same command")
    if "owner" not in (who.role, asker.role if asker else ""):
        raise Mistake("One of the two who erase somebody must be an owner", "ask an owner of the school to confirm it")
    return _do(session, data, person, row, who.email, now)


def refuse(session: Session, person: Person, email: str, now: datetime) -> Outcome:
    """Whoever may confirm may refuse, and who asked may take it back."""
    who, row = _who(session, person.school, email), waiting_for(session, person)
    if row is None:
        raise Mistake("Nobody asked to erase this person", "see what waits with `erase --list`")
    row.refused_by, row.refused_at = who.email, now
    close_card(session, person.school, CARD, row.id, now, who.email)
    note(session, person.school, now, who.email, "refuse to erase", row.id)
    return Outcome(row, "refused")


def alone(session: Session, data: Path, school: str, asked: str, email: str, now: datetime, why: str) -> Outcome:
    """An owner where nobody else could confirm. Raises Mistake."""
    person, who = whole_person(session, school, asked), _who(session, school, email)
    _check_why(person, why)
    if who.role != "owner":
        raise Mistake(f"{email} may not erase anybody alone", "ask an owner of the school")
    if possible := others(session, school, who):
        raise Mistake(
            f"{', '.join(one.email for one in possible)} can confirm it", "leave out --alone, and ask one of them to"
        )
    if not why.strip():
        raise Mistake("A reason is needed, since nobody else says yes", "add --why REASON, without their name")
    row = waiting_for(session, person)
    if row is None:
        row = Erasure(school=school, person=person.key, asked_by=who.email, asked_at=now, why=why)
        session.add(row)
        session.flush()
    return _do(session, data, person, row, who.email, now, why, alone=True)


def waiting_for(session: Session, person: Person) -> Erasure | None:
    rows = erasures_of(session, person.school, person.key)
    return next((one for one in rows if one.done_at is None and one.refused_at is None), None)


def others(session: Session, school: str, who: StaffMember) -> Sequence[StaffMember]:
    """Who could be the second of two with `who`."""
    return [
        one
        for one in staff(session, school)
        if one.email != who.email and one.role in MAY and "owner" in (one.role, who.role)
    ]


def _do(
    session: Session, data: Path, person: Person, row: Erasure, email: str, now: datetime, why: str = "",
    *, alone: bool = False,
) -> Outcome:  # fmt: skip
    _hold_pages(session, person.school)
    check_quiet(session, person)
    elsewhere = tuple(mentions(session, person))
    key, school = key_from(installed(session).salt), person.school
    named = digest(key, school, "person", person.key)
    ids = {*person.comment_ids, *(one.external_id for one in person.posts)}
    row.comments = sorted(digest(key, school, "comment", identity(one)) for one in ids)
    subject = person.subject
    row.counts = erase_rows(session, person, key, now)
    for one in erasures_of(session, school, person.key):  # those that were refused, too
        one.person = named
    row.key, row.confirmed_by, row.done_at = key, email, now
    close_card(session, school, CARD, row.id, now, email)
    note(session, school, now, email, "erase", row.id, why or row.why, person=subject, alone=alone, **row.counts)
    session.flush()
    note_erased(data, line_of(row))
    return Outcome(row, "done", elsewhere)


def _hold_pages(session: Session, school: str) -> None:
    """Whoever is writing down what they just read of a page is waited for."""
    session.exec(select(Page.slug).where(Page.school == school).with_for_update(key_share=True)).all()


def _who(session: Session, school: str, email: str) -> StaffMember:
    found = member(session, school, email)
    if found is None or found.role not in MAY:
        raise Mistake(f"{email} may not erase anybody at {school}", "ask an owner, or somebody of staff there")
    return found


def _check_why(person: Person, why: str) -> None:
    """It stays in the audit for good, where nothing of theirs may."""
    told = why.casefold()
    words = {part.casefold() for name in person.names for part in name.split() if len(part) > 2}
    if any(one.casefold() in told for one in person.marks) or words & set(
        told.replace(",", " ").replace(".", " ").split()
    ):
        raise Mistake(
            "The reason names them, and it is kept when they are gone", "write it without their name or words"
        )


def _sentence(row: Erasure, who: StaffMember) -> str:
    return (
        f"{who.name} asks to erase all that is held of a person ({row.id}): say yes or no at /people/families, "
        f"or see `erase --list`."
    )

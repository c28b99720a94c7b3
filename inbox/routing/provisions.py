"""What a school decides beside its rules: days away, partners who help, who has what nobody can read. Audited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlmodel import Session

from config import site_checks as check
from config.languages import language_tag
from config.mistake import Mistake
from inbox.permitted import NotPossible, an_owner, one_who_answers
from models import audit
from models.routing_rule import Away, Partner
from models.staff import StaffMember
from models.switched_on import SwitchedOn, switched_on

LONGEST_AWAY = timedelta(days=366)
MOST_HOURS = 168.0  # a week


def go_away(
    session: Session, school: str, email: str, first: date, last: date, by: str, now: datetime, today: date
) -> Away:
    """For oneself, or as an owner. What `email` has already stays theirs until its day has come."""
    one_who_answers(session, school, email, "be away")
    _may(session, school, email, by)
    if last < max(first, today):
        raise NotPossible("The last day is before the first, or past: choose the days again.")
    if last - first > LONGEST_AWAY:
        raise NotPossible("That is more than a year: switch the person off instead.")
    row = Away(school=school, email=email, first_day=first, last_day=last, made_by=by, made_at=now)
    session.add(row)
    audit.note(session, school, now, by, "go away", email, days=f"{first} – {last}")
    return row


def be_back(session: Session, school: str, id: str, by: str, now: datetime) -> Away:
    """Takes days away back."""
    row = session.get(Away, id)
    if row is None or row.school != school:
        raise NotPossible("These days are not there any more: look at the list again.")
    _may(session, school, row.email, by)
    if row.off_at is None:
        row.off_at, row.made_by = now, by
        session.add(row)
        audit.note(session, school, now, by, "be back", row.email, days=f"{row.first_day} – {row.last_day}")
    return row


def _may(session: Session, school: str, email: str, by: str) -> None:
    if by != email:
        an_owner(session, school, by, "say when somebody else is away")


def give_hours(
    session: Session, school: str, email: str, hours: dict[str, float], by: str, now: datetime
) -> StaffMember:
    """Hours a week by language; none at all: all working hours, for any of their languages."""
    an_owner(session, school, by, "say how many hours somebody has")
    row = one_who_answers(session, school, email, "have hours for families")
    if unknown := set(hours) - set(row.languages):
        raise NotPossible(f"{row.name} does not answer in {', '.join(sorted(unknown))}: add the language first.")
    if any(not 0 < count <= MOST_HOURS for count in hours.values()):
        raise NotPossible(f"Write hours a week, more than 0 and at most {MOST_HOURS:.0f}, or leave the field empty.")
    if row.language_hours != hours:
        before, row.language_hours, row.made_by = row.language_hours, hours, "person"
        session.add(row)
        audit.note(session, school, now, by, "give hours", email, before=before, after=hours)
    return row


def keep_partner(
    session: Session, school: str, name: str, languages: Sequence[str], contact: str, note: str, by: str, now: datetime,
    id: str = "",
) -> Partner:  # fmt: skip
    """A new one, or `id` changed. Mistake where a language does not exist or something is empty."""
    an_owner(session, school, by, "change partners")
    tags = list(dict.fromkeys(language_tag(one) for one in languages))
    if not tags:
        raise Mistake("A partner without a language helps nobody", "tick a language, or write its short name")
    row = (
        _the_partner(session, school, id)
        if id
        else Partner(school=school, name="", contact="", made_by=by, made_at=now)
    )
    row.name, row.languages, row.contact = check.plain(name), tags, check.plain(contact)
    row.note, row.made_by = check.optional(check.plain)(note), by
    session.add(row)
    audit.note(session, school, now, by, "change partner" if id else "add partner", row.id, name=row.name)
    return row


def switch_partner(session: Session, school: str, id: str, by: str, now: datetime, *, on: bool) -> Partner:
    an_owner(session, school, by, "change partners")
    row = _the_partner(session, school, id)
    if (row.off_at is None) != on:
        row.off_at, row.made_by = None if on else now, by
        session.add(row)
        audit.note(session, school, now, by, "switch partner on" if on else "switch partner off", id, name=row.name)
    return row


def choose_no_speaker(session: Session, school: str, email: str, by: str, now: datetime) -> None:
    """Who has what nobody here can read; "" = the fallback."""
    an_owner(session, school, by, "choose who has what nobody can read")
    if email:
        email = one_who_answers(session, school, email, "have what nobody can read").email
    row = switched_on(session, school) or SwitchedOn(school=school, changed_at=now)
    row.no_speaker_person, row.no_speaker_by = email, by
    session.add(row)
    audit.note(session, school, now, by, "choose who has what nobody can read", email or school)


def _the_partner(session: Session, school: str, id: str) -> Partner:
    row = session.get(Partner, id)
    if row is None or row.school != school:
        raise NotPossible("There is no such partner any more: look at the list again.")
    return row

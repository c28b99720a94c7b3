"""What owners decide about who answers what: each change with its line in the audit. A rule counts from the next comment on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlmodel import Session

from config import site_checks as check
from config.languages import language_tag
from config.mistake import Mistake
from config.site_values import RoutingRule as Wanted
from config.topics import TOPICS
from inbox.language.tags import UNSURE
from inbox.permitted import NotPossible, an_owner
from inbox.routing.decide import ANSWERING_ROLES
from models import audit
from models.page import page_slugs
from models.routing_rule import RoutingRule, routing_rules
from models.school import groups
from models.staff import member

MOST_WORDS = 20
LONGEST_WHY = 200  # characters


def add(session: Session, school: str, wanted: Wanted, email: str, now: datetime) -> RoutingRule:
    """After all others. NotPossible or Mistake where something in it is wrong."""
    an_owner(session, school, email, "change who answers what")
    values = asdict(_checked(session, school, wanted))
    place = max((one.position for one in routing_rules(session, school)), default=0) + 1
    row = RoutingRule(school=school, position=place, made_by=email, made_at=now, **_lists(values))
    session.add(row)
    audit.note(session, school, now, email, "add rule", row.id, after=values)
    return row


def change(session: Session, school: str, id: str, wanted: Wanted, email: str, now: datetime) -> RoutingRule:
    row = _the_rule(session, school, id, email)
    values = _lists(asdict(_checked(session, school, wanted)))
    before = {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}
    if before:
        for name, value in values.items():
            setattr(row, name, value)
        _touch(session, row, email)
        after = {name: values[name] for name in before}
        audit.note(session, school, now, email, "change rule", row.id, before=before, after=after)
    return row


def move(session: Session, school: str, id: str, by: int, email: str, now: datetime) -> None:
    """`by` -1: tried before the one it comes after now; 1: the other way."""
    row, rows = _the_rule(session, school, id, email), routing_rules(session, school)
    place = next((place for place, one in enumerate(rows) if one.id == row.id), None)
    if place is None or not 0 <= place + by < len(rows):
        return
    rows.insert(place + by, rows.pop(place))
    for position, one in enumerate(rows, start=1):
        if one.position != position:
            one.position = position
            _touch(session, one, email)
    audit.note(session, school, now, email, "move rule", row.id, place=place + by + 1)


def switch(session: Session, school: str, id: str, email: str, now: datetime, *, on: bool) -> RoutingRule:
    """Off, and on again: nothing is deleted."""
    row = _the_rule(session, school, id, email)
    if (row.off_at is None) != on:
        row.off_at = None if on else now
        _touch(session, row, email)
        audit.note(session, school, now, email, "switch rule on" if on else "switch rule off", row.id)
    return row


def _the_rule(session: Session, school: str, id: str, email: str) -> RoutingRule:
    an_owner(session, school, email, "change who answers what")
    row = session.get(RoutingRule, id)
    if row is None or row.school != school:
        raise NotPossible("There is no such rule any more: look at the list again.")
    return row


def _touch(session: Session, row: RoutingRule, email: str) -> None:
    """From now on it is that person's: a site file leaves it alone."""
    row.made_by = email
    session.add(row)


def _lists(values: dict[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def _checked(session: Session, school: str, wanted: Wanted) -> Wanted:
    known = {"page": page_slugs(session, school), "group": list(groups(session, school)), "topic": list(TOPICS)}
    for name, choices in known.items():
        chosen = getattr(wanted, name)
        if chosen and chosen not in choices:
            raise NotPossible(f"There is no {name} {chosen} here: choose one of the list.")
    if len(wanted.event_words) > MOST_WORDS or len(wanted.why) > LONGEST_WHY:
        raise NotPossible(f"That is too long: at most {MOST_WORDS} words, and {LONGEST_WHY} characters for the reason.")
    return Wanted(
        languages=tuple(dict.fromkeys(one if one == UNSURE else language_tag(one) for one in wanted.languages)),
        page=wanted.page, group=wanted.group, topic=wanted.topic,
        event_words=tuple(dict.fromkeys(check.plain(one) for one in wanted.event_words if one.strip())),
        people=_people(session, school, wanted.people), why=check.optional(check.plain)(wanted.why),
    )  # fmt: skip


def _people(session: Session, school: str, emails: Sequence[str]) -> tuple[str, ...]:
    found = [member(session, school, one) for one in dict.fromkeys(emails)]
    answering = tuple(one.email for one in found if one and one.role in ANSWERING_ROLES)
    if not answering or len(answering) < len(found):
        raise Mistake("A rule needs people who answer families", "tick at least one of those who are here")
    return answering

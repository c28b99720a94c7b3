"""What the page of rules shows: rules as sentences, what can be chosen, and the way of a text that somebody tries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, select

from config.topics import TOPICS, topic_name
from inbox.language.guess import Guesser
from inbox.language.tags import UNSURE
from inbox.routing.decide import ANSWERING_ROLES
from inbox.routing.explain import Explained, here
from models.event import Event
from models.page import page_slugs
from models.routing_rule import RoutingRule, routing_rules
from models.school import groups
from models.staff import StaffMember, staff
from web.visit import Visit

MOST_EVENTS, SOON = 30, timedelta(days=90)
RECENT = timedelta(days=60)  # as long as comments are read


@dataclass(frozen=True, slots=True)
class Shown:
    """One rule. `here`: the names of those who are there to answer; `gone`: of those who are not any more."""

    row: RoutingRule
    here: tuple[str, ...]
    gone: tuple[str, ...]


def view(visit: Visit, change: str) -> dict[str, Any]:
    with visit.db.read() as session:
        rows, people = _rules(session, visit.school.slug), staff(session, visit.school.slug)
        known = {
            "groups": {slug: one.name for slug, one in groups(session, visit.school.slug).items()},
            "pages": page_slugs(session, visit.school.slug), "events": _events(session, visit),
        }  # fmt: skip
    answering = {one.email: one for one in people if one.role in ANSWERING_ROLES}
    return {
        "rules": [_shown(row, answering) for row in rows if row.off_at is None],
        "off": [_shown(row, answering) for row in rows if row.off_at is not None],
        "changed": next((row for row in rows if row.id == change and row.off_at is None), None),
        "people": sorted(answering.values(), key=lambda one: one.name),
        "topics": {one: topic_name(one, visit.speech.tag) for one in TOPICS},
        "languages": [*visit.school.languages, UNSURE],
        **known,
    }


def try_text(visit: Visit, guesser: Guesser, text: str, page: str, event_id: str) -> Explained:
    with visit.db.read() as session:
        known = here(session, visit.school, visit.now, page=page, event_id=event_id)
    return known.explain(text, guesser)


def _rules(session: Session, school: str) -> list[RoutingRule]:
    """Those that are on, in their order; then those that were switched off, the last one first."""
    query = select(RoutingRule).where(RoutingRule.school == school, col(RoutingRule.off_at).is_not(None))
    gone = session.exec(query.order_by(col(RoutingRule.off_at).desc(), col(RoutingRule.id)).limit(MOST_EVENTS))
    return [*routing_rules(session, school), *gone]


def _shown(row: RoutingRule, answering: Mapping[str, StaffMember]) -> Shown:
    here = tuple(answering[email].name for email in row.people if email in answering)
    return Shown(row, here, tuple(email for email in row.people if email not in answering))


def _events(session: Session, visit: Visit) -> list[tuple[str, str]]:
    """(id, title) of events whose posts families may be reading."""
    query = select(Event.id, Event.title).where(
        Event.school == visit.school.slug, Event.series == "", Event.told_by == "",
        Event.last_at >= visit.now - RECENT, Event.starts_at <= visit.now + SOON,
    )  # fmt: skip
    found = session.exec(query.order_by(col(Event.starts_at), col(Event.id)).limit(MOST_EVENTS))
    return [(id, title) for id, title in found]

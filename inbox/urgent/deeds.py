"""What people do with what is urgent: look at it, say that it is not, say that something else is, choose who looks after it."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from config.urgent import KINDS
from inbox.permitted import NotPossible, one_who_answers, the_conversation
from inbox.routing.assign import route_again, speakers
from inbox.routing.decide import speaks
from inbox.urgent.first import give
from models import audit
from models.conversation import Conversation
from models.school import School
from models.switched_on import SwitchedOn, switched_on


def look(session: Session, school: str, conversation_id: str, email: str, now: datetime) -> Conversation:
    """Who looked at it first is told to all; who looks later changes nothing."""
    person = one_who_answers(session, school, email, "look after what is urgent")
    row = the_conversation(session, school, conversation_id)
    if row.urgent and not row.urgent_seen_by:
        row.urgent_seen_by, row.urgent_seen_at, row.updated_at = person.email, now, now
        session.add(row)
        audit.note(session, school, now, person.email, "look at urgent", row.id)
    return row


def not_urgent(session: Session, school: School, conversation_id: str, email: str, now: datetime) -> Conversation:
    """It waits like all others, for who speaks its language."""
    person = one_who_answers(session, school.slug, email, "say what is urgent")
    row = the_conversation(session, school.slug, conversation_id)
    if not row.urgent:
        return row
    audit.note(session, school.slug, now, person.email, "not urgent", row.id, kind=row.urgent)
    row.urgent, row.urgent_at, row.urgent_seen_by, row.urgent_seen_at, row.updated_at = "", None, "", None, now
    session.add(row)
    has = speakers(session, school, now).get(row.assignee or "")
    if row.state == "open" and not (has and speaks(has, row.language)):
        route_again(session, school, row, now, said=f"{person.name} said that it is not urgent.")
    return row


def make_urgent(
    session: Session, school: School, conversation_id: str, kind: str, email: str, now: datetime
) -> Conversation:
    """A person sees what no list of words does, or takes back that it was not urgent."""
    person = one_who_answers(session, school.slug, email, "say what is urgent")
    row = the_conversation(session, school.slug, conversation_id)
    if kind not in KINDS:
        raise NotPossible(f"“{kind}” is no kind of urgency: use {', '.join(KINDS)}.")
    if row.state != "open":
        raise NotPossible("Nothing is owed in this conversation just now: open it again first.")
    row.urgent, row.urgent_at, row.urgent_seen_by, row.urgent_seen_at = kind, now, person.email, now
    row.snoozed_until, row.updated_at = None, now
    give(session, school, row, now, said_by=person.name)
    audit.note(session, school.slug, now, person.email, "urgent", row.id, kind=kind)
    return row


def choose_person(session: Session, school: str, who: str, email: str, now: datetime) -> None:
    """Who gets what is urgent; "" is the fallback."""
    if who:
        one_who_answers(session, school, who, "look after what is urgent")
    row = switched_on(session, school) or SwitchedOn(school=school, changed_at=now)
    row.urgent_person, row.changed_by, row.changed_at = who, email, now
    session.add(row)
    audit.note(session, school, now, email, "choose urgent person", who)

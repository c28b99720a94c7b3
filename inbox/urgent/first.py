"""What is urgent goes to one named person at once: no working hours, no daily share. It is no help in a crisis by itself.

Who: the person that the school named, else its fallback; if they are away or gone, an owner.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from inbox.routing.assign import BY_ROUTING, Call, assign_calls
from inbox.routing.decide import ANSWERING_ROLES
from inbox.routing.roster import rules
from inbox.urgent.lists import words_of
from inbox.urgent.look import Urgent, UrgentWords
from models.conversation import Assignment, Conversation, Message, messages
from models.routing_rule import away_on
from models.school import School
from models.staff import StaffMember, staff
from models.switched_on import switched_on

KIND_NAMES = {
    "danger": "danger", "self-harm": "self-harm", "missing-child": "a missing child", "custody": "custody", "bullying": "bullying",
}  # fmt: skip


def assign_all(session: Session, school: School, calls: Sequence[Call], now: datetime) -> int:
    """What is urgent to the person for that, all else by the rules. Returns how many were given to somebody."""
    urgent = [one.conversation for one in calls if one.conversation.urgent]
    given = assign_calls(session, school, [one for one in calls if not one.conversation.urgent], now)
    return given + sum([give(session, school, row, now) for row in urgent])


def give(session: Session, school: School, row: Conversation, now: datetime, said_by: str = "") -> bool:
    """Who took an urgent one over keeps it, until the family alarms again. `said_by`: the name of who calls it urgent."""
    people = {one.email: one for one in staff(session, school.slug) if one.role in ANSWERING_ROLES}
    if row.urgent_at != now and row.assignee in people:
        return False
    person, without = looks_after(session, school, now)
    ours, found = rules(school), None
    if not said_by:
        found = first_in(messages(session, school.slug, [row.id])[row.id], words_of(session, school.slug))
    row.assignee = person.email if person else row.assignee
    row.reason = why_urgent(row.urgent, said_by or (f"“{found.phrase}”" if found else ""), person, without)
    row.due_at = row.due_at or ours.working.add(now, ours.respond_within)
    session.add(row)
    session.add(
        Assignment(
            school=school.slug, conversation_id=row.id, email=row.assignee, by=BY_ROUTING, reason=row.reason, assigned_at=now
        )
    )  # fmt: skip
    return person is not None


def looks_after(session: Session, school: School, now: datetime) -> tuple[StaffMember | None, str]:
    """Who gets what is urgent now, and the name of whom it would have been, if they are not there."""
    people = {one.email: one for one in staff(session, school.slug) if one.role in ANSWERING_ROLES}
    today = now.astimezone(ZoneInfo(school.timezone)).date()
    away = {one.email for one in away_on(session, school.slug, today) if one.first_day <= today}
    chosen = switched_on(session, school.slug)
    named = (chosen.urgent_person if chosen else "") or school.fallback
    owners = sorted(one.email for one in people.values() if one.role == "owner")
    there = [one for one in (named, school.fallback, *owners) if one in people and one not in away]
    found = next(iter(there), next((one for one in (named, *owners) if one in people), ""))
    missed = "" if found == named else people[named].name if named in people else named
    return people.get(found), missed


def first_in(said: Sequence[Message], words: UrgentWords) -> Urgent | None:
    """What alarms in a family's newest message that does, of what still stands."""
    for one in reversed(said):
        if one.direction == "received" and one.removed_at is None and (found := words.look(one.text)):
            return found
    return None


def why_urgent(kind: str, by: str, person: StaffMember | None, without: str) -> str:
    """`by`: the family's words, or who said so."""
    heard = f"Urgent ({KIND_NAMES[kind]}): {by}." if by else f"Urgent ({KIND_NAMES[kind]})."
    if person is None:
        return f"{heard} There is nobody here who could look after it."
    instead = f" {without} is away." if without else ""
    return f"{heard} {person.name} looks after what is urgent.{instead}"

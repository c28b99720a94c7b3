"""Nobody's question is forgotten: who did not answer in time, whose time here has ended, and who has it then.

The answer time counts in the school's working hours; its end stands in `due_at`. A hand-over by the clock happens once
for one such end: who gets it then is not hurried on, and the family's wait does not begin anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, or_, select

from inbox.presence import writer
from inbox.routing.assign import Call, left_behind, route_again
from inbox.routing.decide import ANSWERING_ROLES
from inbox.routing.roster import rules
from inbox.urgent.first import assign_all
from models.conversation import Conversation
from models.database import Database
from models.school import School
from models.staff import StaffMember, member, staff

AGAIN = timedelta(hours=1)  # of working time, for who put it off and sees it again after its day


@dataclass(slots=True)
class Followed:
    """`handed_on`: ids of conversations that somebody else has now, or that nobody else could take, by the clock.

    `left`: how many were given to somebody because their person is no longer there.
    """

    handed_on: list[str]
    left: int = 0

    @property
    def count(self) -> int:
        return len(self.handed_on) + self.left


def is_late(row: Conversation, now: datetime, ends: datetime | None = None) -> bool:
    """Is it to be handed on now? `ends`: until when whoever put it off has time, if that is later than its day. Pure."""
    if row.state != "open" or row.due_at is None or row.assignee is None:
        return False
    if row.handed_back_at is not None and row.handed_back_at >= row.due_at:
        return False  # once for each day
    return max(row.due_at, ends or row.due_at) <= now and not writer(row, now)


def follow(db: Database, school: School, now: datetime) -> Followed:
    """Hands on what nobody answered in time, and what has nobody. Where all is well nothing is written."""
    with db.read() as session:
        if not _late(session, school, now) and not _lost(session, school):
            return Followed([])
    with db.write() as session:
        late = _late(session, school, now)
        for row in late:
            hand_on(session, school, row, now)
        left = assign_all(session, school, _lost(session, school), now)
        return Followed([row.id for row in late], left)


def hand_on(session: Session, school: School, row: Conversation, now: datetime) -> None:
    """To another speaker, else to the fallback or an owner; where there is nobody else it stays, and that is said."""
    had = row.assignee or ""
    person = member(session, school.slug, had)
    said = f"{person.name if person else had} did not answer in time."
    if not route_again(session, school, row, now, without=had, said=said):
        row.reason = f"{said} There is nobody else here who could: it stays."
    row.handed_back_at, row.handed_back_from, row.updated_at = now, had, now
    row.taken_by, row.taken_at, row.snoozed_until = "", None, None
    session.add(row)


def _late(session: Session, school: School, now: datetime) -> list[Conversation]:
    query = select(Conversation).where(
        Conversation.school == school.slug,
        Conversation.state == "open",
        col(Conversation.assignee).is_not(None),
        col(Conversation.due_at) <= now,
        or_(col(Conversation.handed_back_at).is_(None), col(Conversation.handed_back_at) < col(Conversation.due_at)),
        or_(col(Conversation.snoozed_until).is_(None), col(Conversation.snoozed_until) <= now),
    )
    found = list(session.exec(query.order_by(col(Conversation.due_at), col(Conversation.id))))
    if not found:
        return []
    working = rules(school).working
    return [
        row for row in found if is_late(row, now, working.add(row.snoozed_until, AGAIN) if row.snoozed_until else None)
    ]


def _lost(session: Session, school: School) -> Sequence[Call]:
    """Without a person who is there. Where nobody could have it either, it stays as it is until somebody is there."""
    people = staff(session, school.slug)
    there = _has_it_all(people, school.fallback)
    return left_behind(session, school) if there else []


def _has_it_all(people: Sequence[StaffMember], fallback: str) -> bool:
    """Is there somebody who gets what no speaker can have?"""
    return any(one.role == "owner" or (one.email == fallback and one.role in ANSWERING_ROLES) for one in people)

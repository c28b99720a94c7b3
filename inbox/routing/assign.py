"""Finds who answers each open conversation, by `inbox.routing.decide`, and writes down who was asked, when and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import or_
from sqlmodel import Session, col, select

from inbox.language.tags import UNSURE, base
from inbox.listen import Heard
from inbox.routing.decide import ANSWERING_ROLES, Route, Speaker, route, speaks
from inbox.routing.roster import about, all_rules, speakers
from models.conversation import Assignment, Conversation, last_assignee, messages
from models.school import School
from models.staff import staff

BY_ROUTING = "routing"
_NOTHING = Heard(owed=True, why="", unseen=False)


@dataclass(frozen=True, slots=True)
class Call:
    """An open conversation that needs somebody. `asked_again`: it was known already, in the language `before`."""

    conversation: Conversation
    heard: Heard = field(default=_NOTHING)
    asked_again: bool = False
    reopened: bool = False
    before: str = UNSURE


def assign_calls(session: Session, school: School, calls: Sequence[Call], now: datetime) -> int:
    """Ask somebody for each; who had a conversation keeps it. Returns how many were given to somebody."""
    if not calls:
        return 0
    desk = _Desk(session, school, now)
    return sum([desk.give(call) for call in calls])


def route_again(
    session: Session, school: School, row: Conversation, now: datetime,
    *, without: str = "", told_by: str = "", said: str = "", by: str = BY_ROUTING,
) -> bool:  # fmt: skip
    """Finds somebody for a known conversation by what it is now; its day stays. False where there is nobody.

    `without`: the email of who is passed over. `told_by`: the name of who said which language it is; who has it keeps it
    if they speak that. `said`: why this was asked for, before the reason.
    """
    desk = _Desk(session, school, now)
    if without:
        desk.speakers.pop(without, None)
    found = desk.again(row, told_by)
    if found.assignee is None or found.assignee not in desk.speakers:
        return False
    reason = f"{said} {found.reason}" if said else found.reason
    desk.write(row, found.assignee, reason, row.due_at or found.due_at, by)
    return True


def left_behind(session: Session, school: School, page: str | None = None) -> list[Call]:
    """Open conversations whose person is no longer there, or does not answer any more."""
    there = [one.email for one in staff(session, school.slug) if one.role in ANSWERING_ROLES]
    query = select(Conversation).where(
        Conversation.school == school.slug,
        Conversation.state == "open",
        or_(col(Conversation.assignee).is_(None), col(Conversation.assignee).not_in(there)),
    )
    if page is not None:
        query = query.where(Conversation.page == page)
    return [Call(row) for row in session.exec(query.order_by(col(Conversation.opened_at), col(Conversation.id)))]


def guessed_of(session: Session, row: Conversation) -> tuple[tuple[str, float], ...]:
    """The guesses about the family's newest message that has any, best first."""
    known = messages(session, row.school, [row.id])[row.id]
    found: list[tuple[str, float]] = next(
        (one.guess["candidates"] for one in reversed(known) if one.guess.get("candidates")), []
    )
    return tuple((str(tag), float(share)) for tag, share in found)


class _Desk:
    """Gives conversations out one after the other, and counts along."""

    def __init__(self, session: Session, school: School, now: datetime) -> None:
        self.session, self.school, self.now = session, school, now
        self.rules, self.speakers = all_rules(session, school), speakers(session, school, now)

    def give(self, call: Call) -> bool:
        row = call.conversation
        if call.asked_again and (person := self._keeper(call)):
            if call.reopened:
                due = self.rules.working.add(self.now, self.rules.respond_within)
                self.write(row, person.email, f"{person.name} had this conversation before.", due)
            return call.reopened
        found = self._route(call)
        due = found.due_at if call.reopened or row.due_at is None else row.due_at
        self.write(row, found.assignee, found.reason, due)
        return True

    def again(self, row: Conversation, told_by: str) -> Route:
        """Who has it stays before others who speak its language, and it costs them nothing anew."""
        has = self.speakers.get(row.assignee or "")
        keeps = told_by and has is not None and has.role in ANSWERING_ROLES and speaks(has, row.language)
        people = (replace(has, assigned_today=0, away_until=None),) if keeps and has else tuple(self.speakers.values())
        guessed = guessed_of(self.session, row) if row.language == UNSURE else ()
        return route(
            row.language, guessed, people, self.rules, self.now, previous=row.assignee, told_by=told_by,
            about=about(self.session, row, self.rules),
        )  # fmt: skip

    def _keeper(self, call: Call) -> Speaker | None:
        """Who had it, if they are there today and it did not turn into a language that is not theirs."""
        row = call.conversation
        person = self.speakers.get(row.assignee or "")
        if person is None or person.role not in ANSWERING_ROLES or person.away_until or not self._was_asked(row):
            return None
        theirs = row.language in (UNSURE, call.before) or base(row.language) in map(base, person.languages)
        return person if theirs or self._given_by_hand(row) else None

    def _was_asked(self, row: Conversation) -> bool:
        """Where nothing was owed the fallback has the conversation, unasked: there is no day to answer by."""
        return row.due_at is not None or self._given_by_hand(row)

    def _given_by_hand(self, row: Conversation) -> bool:
        query = select(Assignment.id).where(
            Assignment.school == row.school,
            Assignment.conversation_id == row.id,
            Assignment.email == row.assignee,
            Assignment.by != BY_ROUTING,
        )
        return self.session.exec(query.limit(1)).first() is not None

    def _route(self, call: Call) -> Route:
        row, heard = call.conversation, call.heard
        same = heard.language == row.language
        previous = (
            last_assignee(self.session, row.school, row.page, row.author_external_id)
            if row.author_external_id
            else None
        )
        return route(
            row.language, heard.candidates, tuple(self.speakers.values()), self.rules, self.now,
            attachment_only=heard.unseen and row.language == UNSURE,
            previous=(row.assignee if self._was_asked(row) else None) or previous, mixed_with=heard.mixed_with if same else None,
            about=about(self.session, row, self.rules),
        )  # fmt: skip

    def write(self, row: Conversation, email: str | None, reason: str, due_at: datetime, by: str = BY_ROUTING) -> None:
        row.assignee, row.reason, row.due_at = email, reason, due_at
        self.session.add(row)
        self.session.add(
            Assignment(
                school=row.school,
                conversation_id=row.id,
                email=email,
                by=by,
                reason=reason,
                assigned_at=self.now,
            )
        )
        if email in self.speakers:
            one = self.speakers[email]
            given = Counter(one.given) + Counter({base(row.language): 1})
            self.speakers[email] = replace(one, assigned_today=one.assigned_today + 1, given=given)

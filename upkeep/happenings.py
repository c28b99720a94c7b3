"""Reads from the rows what the people of a school should know just now. Reads only; upkeep.telling decides what is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from config.hours import working_time
from models.account import Account
from models.conversation import Assignment, Conversation
from models.delivery import Delivery, in_state
from models.event import Event, Occurrence
from models.notice import NoticeChoice
from models.page import pages
from models.post import Post
from models.promise import Promise, open_promises
from models.school import School
from models.staff import StaffMember
from upkeep.telling import DEFAULT, Day, Happening, Listener, opening_today

LATELY = timedelta(days=7)  # what is older is told by the daily letter only
UNSEEN = timedelta(minutes=30)  # so long nobody looked at what is urgent: owners hear of it, too
LATE = timedelta(hours=24)  # a cancellation this close to its event waits for nobody's morning


def listeners(
    session: Session, school: School, people: Sequence[StaffMember], chosen: dict[str, NoticeChoice], by_mail: bool
) -> list[Listener]:
    """`by_mail`: can everybody be written to at their own address?"""
    emails = [one.email for one in people]
    languages = dict(session.exec(select(Account.email, Account.language).where(col(Account.email).in_(emails))).all())
    return [_listener(school, one, chosen.get(one.email), languages.get(one.email, ""), by_mail) for one in people]


def _listener(school: School, one: StaffMember, chosen: NoticeChoice | None, language: str, by_mail: bool) -> Listener:
    moments = frozenset(chosen.moments if chosen else DEFAULT.get(one.role, ()))
    working = working_time(one.hours or school.hours, school.timezone, school.closed)
    reached = by_mail or bool(chosen and chosen.channel_sealed)
    return Listener(one.email, one.name, one.role, language or "en", working, moments, reached)


class Eyes:
    """One look at a school's rows, `now`."""

    def __init__(self, session: Session, school: School, people: Sequence[Listener], now: datetime) -> None:
        self.session, self.school, self.people, self.now = session, school, people, now
        self.names = {one.email: one.name for one in people}
        self.today = now.astimezone(ZoneInfo(school.timezone)).date()
        self.open = self._open()

    def happenings(self) -> list[Happening]:
        return [*self._urgent(), *self._assigned(), *self._overdue(), *self._promises(), *self._late_cancellations()]

    def days(self) -> list[Day]:
        """Of those whose day began just now; what came since then is not in it."""
        zone = ZoneInfo(self.school.timezone)
        midnight = datetime.combine(self.today, time(), zone).astimezone(UTC)
        wanted = [one for one in self.people if one.reached and "daily-digest" in one.moments]
        began = [(one, opening_today(one.working, midnight, self.now)) for one in wanted]
        return [self._day(one, opened) for one, opened in began if opened]

    # --- conversations

    def _open(self) -> list[Any]:
        """Columns, not rows: this is looked at twice a minute."""
        c: Any = Conversation
        columns: Any = (
            c.id, c.assignee, c.language, c.opened_at, c.due_at, c.snoozed_until, c.handed_back_at, c.handed_back_from,
            c.urgent, c.urgent_at, c.urgent_seen_by,
        )  # fmt: skip
        query = select(*columns).where(Conversation.school == self.school.slug, Conversation.state == "open")
        return [one for one in self.session.exec(query) if not one.snoozed_until or one.snoozed_until <= self.now]

    def _urgent(self) -> Iterator[Happening]:
        """To who has it, at any hour; to owners where that is nobody, or nobody looked in time."""
        reached = {one.email for one in self.people if one.reached}
        owners = [one.email for one in self.people if one.role == "owner"]
        for row in (one for one in self.open if one.urgent and one.urgent_at >= self.now - LATELY):
            subject = f"{row.id} {row.urgent_at:%Y-%m-%dT%H:%M:%S}"
            if row.assignee in reached and row.urgent_seen_by != row.assignee:
                yield _about(row, row.assignee, "urgent", subject, row.urgent)
            if not row.urgent_seen_by and (row.assignee not in reached or self.now - row.urgent_at >= UNSEEN):
                name = self.names.get(row.assignee or "", row.assignee or "")
                yield from (
                    _about(row, one, "urgent", subject, "unseen", name) for one in owners if one != row.assignee
                )

    def _assigned(self) -> Iterator[Happening]:
        """Who was asked lately, and has it still; not what somebody took by themselves."""
        wanted = [one.email for one in self.people if "assigned" in one.moments]
        rows = {one.id: one for one in self.open if one.assignee in wanted and not one.urgent}
        if not rows:
            return
        query = select(Assignment).where(
            Assignment.school == self.school.slug, col(Assignment.email).in_(wanted), Assignment.assigned_at >= self.now - LATELY
        )  # fmt: skip
        newest: dict[str, Assignment] = {}
        for one in self.session.exec(query.order_by(col(Assignment.assigned_at), col(Assignment.id))):
            newest[one.conversation_id] = one
        for id, given in newest.items():
            row = rows.get(id)
            if row is not None and row.assignee == given.email and given.by != given.email:
                yield _about(row, given.email or "", "assigned", given.id, "assigned")

    def _overdue(self) -> Iterator[Happening]:
        for row in self.open:
            if row.due_at is None or not self.now - LATELY <= row.due_at <= self.now:
                continue
            subject = f"{row.id} {row.due_at:%Y-%m-%dT%H:%M}"
            handed = row.handed_back_at is not None and row.handed_back_at >= row.due_at
            if handed and row.handed_back_from != row.assignee:
                name = self.names.get(row.assignee or "", row.assignee or "")
                yield _about(row, row.handed_back_from, "overdue", subject, "handed", name)
            elif row.assignee:
                yield _about(row, row.assignee, "overdue", subject, "late")

    def _promises(self) -> Iterator[Happening]:
        for row in open_promises(self.session, self.school.slug):
            if self.today - LATELY <= row.due_on < self.today:
                for email in self._keepers(row):
                    yield self._promise(row, email)

    def _keepers(self, row: Promise) -> list[str]:
        """Its owner; of somebody who is no longer here the school's owners."""
        return [row.owner] if row.owner in self.names else [one.email for one in self.people if one.role == "owner"]

    def _promise(self, row: Promise, email: str) -> Happening:
        subject = f"{row.id} {row.due_on.isoformat()}"
        at = datetime.combine(row.due_on, time(12), UTC)
        return Happening(email, "overdue", subject, "promise", f"/c/{row.conversation_id}", at)

    def _day(self, to: Listener, opened: datetime) -> Day:
        there = [one for one in self.open if one.opened_at <= opened]
        mine = sorted((one for one in there if one.assignee == to.email), key=lambda one: one.opened_at)
        told = tuple(_about(one, to.email, "daily-digest", one.id, "assigned") for one in mine)
        late = tuple(told[n] for n, one in enumerate(mine) if one.due_at and one.due_at <= opened)
        rows = open_promises(self.session, self.school.slug)
        due = [one for one in rows if one.due_on <= self.today and to.email in self._keepers(one)]
        promises = tuple(self._promise(one, to.email) for one in due)
        overdue = sum(1 for one in there if one.due_at and one.due_at <= opened)
        school = (len(there), overdue) if to.role == "owner" else (0, 0)
        return Day(to.email, self.today.isoformat(), told, late, promises, school)

    # --- cancellations that wait for somebody

    def _late_cancellations(self) -> Iterator[Happening]:
        wanted = [one.email for one in self.people if "late-cancellation" in one.moments]
        if not wanted:
            return
        for kind, subject, path, event, at in (*self._missing(), *self._stuck()):
            for email in wanted:
                yield Happening(email, "late-cancellation", subject, kind, path, at, name=event)

    def _missing(self) -> Iterator[tuple[str, str, str, str, datetime]]:
        """No longer in its calendar, and nobody has said what is so."""
        query = select(Occurrence.starts_at, Event.id, Event.title).where(
            Occurrence.school == self.school.slug, Occurrence.starts_at > self.now,
            Occurrence.starts_at <= self.now + LATE, Event.school == Occurrence.school, Event.id == Occurrence.series,
            Event.status == "missing", Event.missing_decided == "", Event.told_by == "",
        )  # fmt: skip
        for at, id, title in self.session.exec(query):
            yield "missing", f"missing {id} {at:%Y-%m-%d}", "/needs-you", title, at

    def _stuck(self) -> Iterator[tuple[str, str, str, str, datetime]]:
        """Cancelled, and what says so cannot leave without a person."""
        owed = [one for one in self._waiting() if one.kind in ("comment", "revise")]
        if not owed:
            return
        query = select(Post).where(Post.school == self.school.slug, col(Post.id).in_({one.target for one in owed}))
        seen: set[str] = set()
        for post in self.session.exec(query.order_by(col(Post.id))):
            facts = post.said.get("facts", {})
            at = datetime.fromisoformat(facts["starts_at"]) if facts.get("starts_at") else None
            near = at is not None and self.now < at <= self.now + LATE
            if at and near and post.event_id and facts.get("status") == "cancelled" and post.event_id not in seen:
                seen.add(post.event_id)
                yield "stuck", f"stuck {post.event_id} {at:%Y-%m-%d}", "/needs-you", facts["title"], at

    def _waiting(self) -> list[Delivery]:
        """Deliveries that need a person, and those of pages that are cut off."""
        found = in_state(self.session, self.school.slug, "needs-person")
        cut = {
            f"page:{one.slug}" for one in pages(self.session, self.school.slug) if one.token_problem or one.blocked_at
        }
        if cut:
            found += [one for one in in_state(self.session, self.school.slug, "due") if one.lane in cut]
        return found


def _about(row: Any, email: str, moment: Any, subject: str, kind: str, name: str = "") -> Happening:
    return Happening(email, moment, subject, kind, f"/c/{row.id}", row.opened_at, row.language, name)

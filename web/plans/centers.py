"""/centers and /center: what stands in community centers' calendars, what waits for their yes, what their people changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, HTTPException
from sqlmodel import Session, col, select
from starlette.responses import Response

from mirroring import decide
from mirroring.take_back import take_back
from models.card import Card, open_cards
from models.center import CalendarEntry, Center, Feed, centers, entry, feeds
from models.event import Event
from models.staff import StaffMember
from web.context import Context
from web.forms import Shape
from web.plans.given_feeds import given_out
from web.policy import PLANS, allow
from web.visit import Visit

CENTER = ("center",)
_EITHER = (*PLANS, *CENTER)
_SHOWN = 200
Decision = Callable[[Session, str, str, str, datetime], str]


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One event in one center's calendar."""

    id: str
    event_id: str
    title: str
    place: str
    at: datetime
    all_day: bool
    state: str
    problem: str
    conflicts: Sequence[dict[str, str]]

    @property
    def is_taken_back(self) -> bool:
        return any("taken_back" in one for one in self.conflicts)


@dataclass(frozen=True, slots=True)
class CenterView:
    """`waiting` first, then `changed` (by people there), then the `rest`; `more` are not shown."""

    center: Center
    waiting: Sequence[EntryLine]
    changed: Sequence[EntryLine]
    rest: Sequence[EntryLine]
    more: int
    bookings: Sequence[Card]
    feeds: Sequence[Feed]


class Nothing(Shape):
    """A button alone."""


def center_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get("/centers")
    def listed(visit: Visit = allow(*PLANS)) -> Response:
        with visit.db.read() as session:
            found = [view(session, visit, one) for one in centers(session, visit.school.slug)]
        return visit.page("centers.html", here="/calendars", centers=found)

    @router.get("/center")
    def mine(visit: Visit = allow(*CENTER)) -> Response:
        with visit.db.read() as session:
            return visit.page("center.html", one=view(session, visit, own(session, visit.person)))

    @router.post("/center/address")
    def address(visit: Visit = allow(*CENTER)) -> Response:
        with visit.db.read() as session:
            slug = own(session, visit.person).slug
        visit.read(Nothing)
        return given_out(visit, center=slug, category="", back="/center")

    @router.post("/entries/{id}/accept")
    def accept(id: str, visit: Visit = allow(*_EITHER)) -> Response:
        return _decided(
            context, visit, id, decide.approve, visit.speech.say("It goes into the calendar of the center.")
        )

    @router.post("/entries/{id}/decline")
    def decline(id: str, visit: Visit = allow(*_EITHER)) -> Response:
        return _decided(
            context, visit, id, decide.hold, visit.speech.say("It is not put into the calendar of the center.")
        )

    @router.post("/entries/{id}/take-back")
    def back(id: str, visit: Visit = allow(*_EITHER)) -> Response:
        return _decided(context, visit, id, take_back, visit.speech.say("The school’s words go in again."))

    return router


def own(session: Session, person: StaffMember) -> Center:
    """The center that somebody is of. 404 where it is off."""
    found = [one for one in centers(session, person.school) if one.slug == person.center]
    if not found:
        raise HTTPException(404)
    return found[0]


def view(session: Session, visit: Visit, center: Center) -> CenterView:
    query = (
        select(CalendarEntry, Event)
        .join(Event, (col(Event.school) == CalendarEntry.school) & (col(Event.id) == CalendarEntry.event_id))
        .where(
            CalendarEntry.school == center.school, CalendarEntry.center == center.slug, CalendarEntry.state != "removed",
            col(Event.last_at) > visit.now,
        )
        .order_by(col(Event.starts_at), col(CalendarEntry.id))
    )  # fmt: skip
    lines = [_line(row, head) for row, head in session.exec(query)]
    rest = [one for one in lines if one.state != "waiting" and not one.conflicts]
    booked = [one for one in open_cards(session, center.school) if _is_booking(one, center)]
    given = [one for one in feeds(session, center.school) if one.center == center.slug and one.revoked_at is None]
    return CenterView(
        center, [one for one in lines if one.state == "waiting"],
        [one for one in lines if one.conflicts and one.state != "waiting"],
        rest[:_SHOWN], max(0, len(rest) - _SHOWN), booked, given,
    )  # fmt: skip


def _is_booking(card: Card, center: Center) -> bool:
    return card.kind == "double-booking" and card.subject.startswith(f"{center.slug}:")


def _line(row: CalendarEntry, head: Event) -> EntryLine:
    return EntryLine(
        row.id, head.id, head.title, head.location, head.starts_at, head.all_day, row.state, row.problem, row.conflicts,
    )  # fmt: skip


def _decided(context: Context, visit: Visit, id: str, decision: Decision, said: str) -> Response:
    """A center's people decide about their own center's calendar only: others' entries are not there for them."""
    visit = visit.to(id, CalendarEntry)
    visit.read(Nothing)
    is_center = visit.person.role in CENTER
    back = "/center" if is_center else "/centers"
    with visit.write(back) as session:
        row = entry(session, visit.school.slug, id)
        if row is None or (is_center and row.center != visit.person.center):
            raise HTTPException(404)
        decision(session, visit.school.slug, id, visit.email, visit.now)
        context.wake.round(session, visit.school.slug)
    return visit.go(back, said)

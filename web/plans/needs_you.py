"""/needs-you: what waits for a person, most urgent first, each with its way out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Literal

from fastapi import APIRouter, HTTPException
from sqlmodel import Session, col, select
from starlette.responses import Response

from mirroring import decide
from models.card import Card, open_cards
from models.center import CalendarEntry
from models.conversation import Message
from models.delivery import Delivery, delivery, in_state
from models.event import Event
from models.page import Page, pages
from models.post import Post, count_posts
from models.source import Source, sources
from outbox.person import MAY_SETTLE, settle_by_hand
from upkeep import cards, release
from web.context import Context
from web.forms import BadForm, Shape
from web.plans.waiting import (
    Errand,
    Waits,
    external_id,
    in_order,
    of_cards,
    of_deliveries,
    of_missing,
    of_pages,
    of_sources,
)
from web.policy import ANSWERS, PLANS, allow
from web.visit import Visit

HERE = "/needs-you"
WHERE = "Say where it stands: copy its address on Facebook, and put it in."
_BOTH = tuple(dict.fromkeys((*ANSWERS, *PLANS)))


class Settled(Shape):
    how: Literal["stands", "again", "drop"]
    where: str = ""


class Nothing(Shape):
    """A button alone."""


def needs_you_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get(HERE)
    def listed(visit: Visit = allow(*_BOTH)) -> Response:
        plans, slug = visit.person.role in PLANS, visit.school.slug
        with visit.db.read() as session:
            lines = in_order(chain(_deliveries(session, visit), _for_planners(session, slug, visit) if plans else ()))
            posts = count_posts(session, slug, "waiting") if plans else 0
            entries = len(waiting_entries(session, slug)) if plans else 0
        return visit.page("needs_you.html", lines=lines, posts=posts, entries=entries, plans=plans)

    @router.post(HERE + "/deliveries/{id}")
    def settle(id: str, visit: Visit = allow(*_BOTH)) -> Response:
        visit = visit.to(id, Delivery)
        form, school = visit.read(Settled), visit.school.slug
        with visit.write(HERE) as session:
            row = delivery(session, school, id)
            if row is None or visit.person.role not in MAY_SETTLE.get(row.kind, PLANS):
                raise HTTPException(404)
            sent = _stands_at(session, row, form.where) if form.how == "stands" else ""
            settle_by_hand(session, school, id, visit.email, visit.now, sent=sent, again=form.how == "again")
            context.wake.round(session, visit.school.slug)
        said = {
            "stands": visit.speech.say("It is taken as sent."), "again": visit.speech.say("It is sent again."),
            "drop": visit.speech.say("It is not sent any more."),
        }  # fmt: skip
        return visit.go(HERE, said[form.how])

    @router.post(HERE + "/cards/{id}")
    def close(id: str, visit: Visit = allow(*PLANS)) -> Response:
        visit = visit.to(id, Card)
        visit.read(Nothing)
        with visit.write(HERE) as session:
            cards.close_by_hand(session, visit.school.slug, id, visit.email, visit.now)
        return visit.go(HERE, visit.speech.say("This is settled."))

    @router.post(HERE + "/events/{id}/cancelled")
    def cancelled(id: str, visit: Visit = allow(*PLANS)) -> Response:
        return _missing(context, visit, id, cancelled=True)

    @router.post(HERE + "/events/{id}/kept")
    def kept(id: str, visit: Visit = allow(*PLANS)) -> Response:
        return _missing(context, visit, id, cancelled=False)

    @router.post(HERE + "/calendars/{slug}/release")
    def release_feed(slug: str, visit: Visit = allow(*PLANS)) -> Response:
        return _release(
            context, visit, slug, Source, visit.speech.say("The next round takes this calendar as it is then.")
        )

    @router.post(HERE + "/pages/{slug}/release")
    def release_page(slug: str, visit: Visit = allow(*PLANS)) -> Response:
        return _release(context, visit, slug, Page, visit.speech.say("The next round writes to this page again."))

    return router


def waiting_entries(session: Session, school: str, center: str = "") -> list[CalendarEntry]:
    """What waits for the yes of a center."""
    query = select(CalendarEntry).where(CalendarEntry.school == school, CalendarEntry.state == "waiting")
    return list(session.exec(query.where(CalendarEntry.center == center) if center else query))


# --- what is shown


def _for_planners(session: Session, school: str, visit: Visit) -> Iterator[Waits]:
    missing = select(Event).where(
        Event.school == school, Event.status == "missing", Event.missing_decided == "", Event.last_at > visit.now,
        Event.told_by == "",
    )  # fmt: skip
    yield from of_cards(open_cards(session, school))
    yield from of_pages(pages(session, school))
    yield from of_sources(sources(session, school))
    yield from of_missing(list(session.exec(missing)))


def _deliveries(session: Session, visit: Visit) -> Iterator[Waits]:
    """Those that this person may settle, and no other."""
    rows = in_state(session, visit.school.slug, "needs-person")
    mine = [one for one in rows if visit.person.role in MAY_SETTLE.get(one.kind, PLANS)]
    return of_deliveries(mine, _errands(session, visit.school.slug, mine, visit.person.role in ANSWERS))


def _errands(session: Session, school: str, rows: Sequence[Delivery], answers: bool) -> dict[str, Errand]:
    """By target: what was to be said. A family's conversation is linked only for those who may open it."""
    ids = [one.target for one in rows]
    posts = session.exec(select(Post).where(Post.school == school, col(Post.id).in_(ids))).all()
    entries = session.exec(
        select(CalendarEntry).where(CalendarEntry.school == school, col(CalendarEntry.id).in_(ids))
    ).all()
    wanted = {one.event_id for one in posts} | {one.event_id for one in entries}
    titled = select(Event.id, Event.title).where(Event.school == school, col(Event.id).in_(wanted))
    titles = dict(session.exec(titled).all())
    found = {one.id: Errand(titles.get(one.event_id or "", ""), one.text, f"/posts/{one.id}") for one in posts}
    found |= {one.id: Errand(titles.get(one.event_id, ""), "", f"/events/{one.event_id}") for one in entries}
    for said in session.exec(select(Message).where(Message.school == school, col(Message.id).in_(ids))):
        found[said.id] = Errand("", said.text, f"/c/{said.conversation_id}" if answers else "")
    return found


# --- what is done


def _stands_at(session: Session, row: Delivery, where: str) -> str:
    """The id under which it stands. BadForm where what was put in names none."""
    if not row.lane.startswith("page:"):
        return row.target
    if row.kind == "revise":  # the post that is edited stands where it stood
        edited = select(Post.external_id).where(Post.school == row.school, Post.id == row.target)
        return session.exec(edited).one_or_none() or row.target
    query = select(Page.facebook_id).where(Page.school == row.school, Page.slug == row.lane.removeprefix("page:"))
    found = external_id(where, session.exec(query).one(), is_comment=row.kind in ("reply", "first-word", "comment"))
    if not found:
        raise BadForm(WHERE)
    return found


def _missing(context: Context, visit: Visit, id: str, *, cancelled: bool) -> Response:
    visit = visit.to(id, Event)
    visit.read(Nothing)
    decision = decide.approve if cancelled else decide.hold
    with visit.write(HERE) as session:
        decision(session, visit.school.slug, id, visit.email, visit.now)
        context.wake.round(session, visit.school.slug)
    if cancelled:
        return visit.go(HERE, visit.speech.say("Families and centers are told that it is cancelled."))
    return visit.go(HERE, visit.speech.say("It takes place; nobody is told anything."))


def _release(context: Context, visit: Visit, slug: str, of: type[Source | Page], said: str) -> Response:
    visit.read(Nothing)
    with visit.write(HERE) as session:
        if session.exec(select(of).where(of.school == visit.school.slug, of.slug == slug)).one_or_none() is None:
            raise HTTPException(404)
        release.release(session, visit.school.slug, slug, visit.email, visit.now)
        context.wake.round(session, visit.school.slug)
    return visit.go(HERE, said)

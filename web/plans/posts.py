"""/posts: what goes out, in the words that families will read; yes, no, and "that one is ours"."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter, HTTPException
from pydantic import Field
from sqlmodel import Session, col, select
from starlette.responses import Response

from mirroring import decide
from mirroring.receipts_of import receipts
from models.audit import of_subject
from models.delivery import Delivery
from models.event import Event, event
from models.page import pages
from models.post import Post, PostFilter, coming_posts, count_posts, newest_posts, post, posts_between, posts_of
from web.context import Context
from web.forms import Shape
from web.plans.post_calendar import month, month_of, span
from web.plans.post_view import STATES, Known, PostLine, history, post_line
from web.policy import PLANS, allow
from web.visit import Visit

_AT_ONCE = 50
_EVERY = tuple(state for states in STATES.values() for state in states)
Decision = Callable[[Session, str, str, str, datetime], str]


class Nothing(Shape):
    """A button alone."""


class Several(Shape):
    post: list[str] = Field(default_factory=list)


def _lines(session: Session, visit: Visit, rows: list[Post]) -> list[PostLine]:
    """What all of them need is asked once."""
    found = known(session, visit, rows)
    return [post_line(row, found) for row in rows]


def posts_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get("/posts")
    def listed(visit: Visit = allow(*PLANS), show: str = "coming", page: str = "", before: str = "") -> Response:
        show = show if show in STATES else "coming"
        wanted, slug = PostFilter(STATES[show], page), visit.school.slug
        with visit.db.read() as session:
            rows = (
                coming_posts(session, slug, wanted, 200)
                if show == "coming"
                else newest_posts(session, slug, wanted, before, _AT_ONCE + 1)
            )
            lines = _lines(session, visit, rows)
            waiting, all_pages = count_posts(session, slug, "waiting"), pages(session, slug)
        more = lines[_AT_ONCE - 1].id if show != "coming" and len(lines) > _AT_ONCE else ""
        shown = lines if show == "coming" else lines[:_AT_ONCE]
        return visit.page(
            "posts.html", lines=shown, show=show, only=page, waiting=waiting, pages=all_pages, more=more,
        )  # fmt: skip

    @router.get("/posts/calendar")
    def in_months(visit: Visit = allow(*PLANS), on: str = "", page: str = "") -> Response:
        today = visit.moments.today()
        first, zone = month_of(on, today), visit.school.timezone
        with visit.db.read() as session:
            rows = posts_between(session, visit.school.slug, PostFilter(_EVERY, page), *span(first, zone))
            lines = _lines(session, visit, rows)
            waiting, all_pages = count_posts(session, visit.school.slug, "waiting"), pages(session, visit.school.slug)
        leaf = month(first, lines, zone, today, visit.speech.tag)
        return visit.page(
            "posts_calendar.html", month=leaf, only=page, waiting=waiting, pages=all_pages, on=on, show="calendar",
        )  # fmt: skip

    @router.get("/posts/{id}")
    def one(id: str, visit: Visit = allow(*PLANS)) -> Response:
        visit = visit.to(id, Post)
        slug = visit.school.slug
        with visit.db.read() as session:
            row = post(session, slug, id)
            if row is None:
                raise HTTPException(404)
            line = post_line(row, known(session, visit, [row]))
            head = event(session, slug, row.event_id) if row.event_id else None
            comments = [each for each in posts_of(session, slug, head.id) if each.under == id] if head else []
            told = _lines(session, visit, comments)
            past = history(row, comments, of_subject(session, slug, id), visit.speech)
            places = receipts(session, visit.school, head, context.settings.public_url, visit.now) if head else []
        return visit.page("post.html", post=line, comments=told, history=past, receipts=places, code=row.code)

    @router.post("/posts/approve")
    def approve_several(visit: Visit = allow(*PLANS)) -> Response:
        ids = visit.read(Several).post
        visits = [visit.to(id, Post) for id in ids]
        with visit.write("/posts") as session:
            for id, there in zip(ids, visits, strict=True):
                decide.approve(session, there.school.slug, id, visit.email, visit.now)
                context.wake.round(session, there.school.slug)
        told = visit.speech.count("{n} post approved.", "{n} posts approved.", len(ids))
        return visit.go("/posts", told if ids else visit.speech.say("Nothing was chosen."))

    @router.post("/posts/{id}/approve")
    def approve(id: str, visit: Visit = allow(*PLANS)) -> Response:
        said = visit.speech.say("Approved: it goes out when its time comes.")
        return decided(context, visit, id, decide.approve, said)

    @router.post("/posts/{id}/hold")
    def hold(id: str, visit: Visit = allow(*PLANS)) -> Response:
        return decided(context, visit, id, decide.hold, visit.speech.say("This post is not made."))

    @router.post("/posts/{id}/adopt")
    def adopt(id: str, visit: Visit = allow(*PLANS)) -> Response:
        said = visit.speech.say("That post is this one now: changes of the event are told under it.")
        return decided(context, visit, id, decide.adopt, said)

    return router


def decided(context: Context, visit: Visit, id: str, decision: Decision, said: str) -> Response:
    """What a person says about one post, and on to the list."""
    visit = visit.to(id, Post)
    visit.read(Nothing)
    with visit.write("/posts") as session:
        decision(session, visit.school.slug, id, visit.email, visit.now)
        context.wake.round(session, visit.school.slug)
    return visit.go("/posts", said)


def known(session: Session, visit: Visit, rows: list[Post]) -> Known:
    """What these posts are shown with."""
    school = visit.school.slug
    titles = select(Event.id, Event.title).where(
        Event.school == school, col(Event.id).in_({one.event_id for one in rows})
    )
    owed: dict[str, list[Delivery]] = {}
    query = select(Delivery).where(Delivery.school == school, col(Delivery.target).in_([one.id for one in rows]))
    for one in session.exec(query):
        owed.setdefault(one.target, []).append(one)
    return Known(
        dict(session.exec(titles).all()), {one.slug: one for one in pages(session, school)}, owed, visit.context.wordings,
        visit.speech, visit.moments,
    )  # fmt: skip

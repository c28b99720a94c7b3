"""/events: what the calendars say, and of each event where it is told."""

from __future__ import annotations

from datetime import datetime, timedelta

from fastapi import APIRouter, HTTPException
from sqlalchemy import tuple_
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar
from starlette.responses import Response

from mirroring.receipts_of import receipts
from models.event import Event, dates, event, texts_of
from models.post import Post, posts_of
from web.context import Context
from web.plans.post_view import post_line
from web.plans.posts import known
from web.policy import ANSWERS, PLANS, allow
from web.visit import Visit

_AT_ONCE = 100
_DATES = 12
_BACK = timedelta(days=180)
_BOTH = tuple(dict.fromkeys((*ANSWERS, *PLANS)))


def events_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get("/events")
    def listed(visit: Visit = allow(*_BOTH), past: bool = False, q: str = "", after: str = "") -> Response:
        with visit.db.read() as session:
            rows = found_events(session, visit, past=past, q=q.strip(), after=after)
            told = _told(session, visit.school.slug, [one.id for one in rows])
        more = rows[_AT_ONCE - 1].id if len(rows) > _AT_ONCE else ""
        return visit.page("events.html", events=rows[:_AT_ONCE], told_often=told, past=past, q=q, more=more)

    @router.get("/events/{id}")
    def one(id: str, visit: Visit = allow(*_BOTH)) -> Response:
        visit = visit.to(id, Event)
        slug = visit.school.slug
        with visit.db.read() as session:
            row = event(session, slug, id)
            head = event(session, slug, row.series) if row and row.series else row
            if row is None or head is None:
                raise HTTPException(404)
            places = receipts(session, visit.school, head, context.settings.public_url, visit.now)
            ahead = [one for one in dates(session, slug, head.id) if one.ends_at > visit.now]
            said = texts_of(session, slug, [row.id])[row.id]
            rows = posts_of(session, slug, head.id)
            found = known(session, visit, rows)
            lines = [post_line(one, found) for one in rows]
        plans = visit.person.role in PLANS
        return visit.page(
            "one_event.html", event=row, receipts=places, dates=ahead[:_DATES], more=len(ahead[_DATES:]), texts=said,
            posts=lines, plans=plans, code=rows[0].code if rows else "",
        )  # fmt: skip

    return router


def found_events(session: Session, visit: Visit, *, past: bool, q: str, after: str) -> list[Event]:
    """Heads of series and single ones: what is coming, soonest first; or what was, newest first. One more than is shown."""
    edge = event(session, visit.school.slug, after) if after else None
    query = _over(visit.now, edge) if past else _ahead(visit.now, edge)
    query = query.where(Event.school == visit.school.slug, Event.series == "", Event.told_by == "")
    if q:
        query = query.where(func.lower(Event.title).contains(q.lower(), autoescape=True))
    return list(session.exec(query.limit(_AT_ONCE + 1)))


def _over(now: datetime, edge: Event | None) -> SelectOfScalar[Event]:
    place = tuple_(col(Event.last_at), col(Event.id))
    query = select(Event).where(col(Event.last_at) <= now, col(Event.last_at) > now - _BACK)
    query = query.order_by(col(Event.last_at).desc(), col(Event.id).desc())
    return query.where(place < (edge.last_at, edge.id)) if edge else query


def _ahead(now: datetime, edge: Event | None) -> SelectOfScalar[Event]:
    place = tuple_(col(Event.starts_at), col(Event.id))
    query = select(Event).where(col(Event.last_at) > now).order_by(col(Event.starts_at), col(Event.id))
    return query.where(place > (edge.starts_at, edge.id)) if edge else query


def _told(session: Session, school: str, ids: list[str]) -> dict[str, int]:
    """event id -> how many posts about it stand."""
    query = select(Post.event_id, func.count()).where(
        Post.school == school, col(Post.event_id).in_(ids), Post.state == "sent", col(Post.under).is_(None)
    )
    return {id: count for id, count in session.exec(query.group_by(col(Post.event_id))) if id}

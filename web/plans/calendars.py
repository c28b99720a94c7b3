"""/calendars: where events are read, how that goes, and what a held one would change."""

from __future__ import annotations

from fastapi import APIRouter
from sqlmodel import Session, col, select
from starlette.responses import Response

from models.source import FeedItem, sources
from web.context import Context
from web.plans.health_view import Health, of_source
from web.policy import PLANS, allow
from web.visit import Visit


def calendars_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get("/calendars")
    def listed(visit: Visit = allow(*PLANS)) -> Response:
        with visit.db.read() as session:
            found = known_sources(session, visit.school.slug)
        return visit.page("calendars.html", sources=found)

    return router


def known_sources(session: Session, school: str) -> list[Health]:
    troubled = select(FeedItem).where(FeedItem.school == school, col(FeedItem.problem) != "")
    items: dict[str, list[FeedItem]] = {}
    for one in session.exec(troubled.order_by(FeedItem.source, FeedItem.uid)):
        items.setdefault(one.source, []).append(one)
    return [of_source(row, items.get(row.slug, ())) for row in sources(session, school)]

"""/voices/topics: the topics that come back, for the leadership team; it prints."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from config.topics import topic_name
from upkeep.recurring import LEAST, WEEKS, recurring
from web.context import Context
from web.policy import ANSWERS, PLANS, allow
from web.visit import Visit
from web.voices import spans


def topics_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get("/voices/topics")
    def shown(visit: Visit = allow(*ANSWERS, *PLANS), weeks: str = "") -> Response:
        with visit.db.read() as session:
            found = recurring(session, visit.school, visit.now, spans.weeks_of(weeks, WEEKS))
        names = {row.topic: topic_name(row.topic, visit.speech.tag) for row in found.rows}
        return visit.page("voices_topics.html", found=found, names=names, spans=spans.WEEKS, least=LEAST)

    return router

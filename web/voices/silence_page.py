"""/voices/silence: under which posts nobody wrote in a language of the school."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from upkeep.silence import WEEKS, silence
from web.context import Context
from web.policy import ANSWERS, PLANS, allow
from web.visit import Visit
from web.voices import spans

SHOWN = 30  # posts of one language; the newest


def silence_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get("/voices")
    def begin(visit: Visit = allow(*ANSWERS, *PLANS)) -> Response:
        return visit.go("/voices/silence")

    @router.get("/voices/silence")
    def shown(visit: Visit = allow(*ANSWERS, *PLANS), weeks: str = "") -> Response:
        with visit.db.read() as session:
            found = silence(session, visit.school, visit.now, spans.weeks_of(weeks, WEEKS))
        return visit.page("voices_silence.html", found=found, spans=spans.WEEKS, most=SHOWN)

    return router

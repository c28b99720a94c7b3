"""/: where somebody's work begins."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from web.context import Context
from web.places import first_place
from web.policy import EVERYBODY, allow
from web.visit import Visit


def front_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get("/")
    def front(visit: Visit = allow(*EVERYBODY)) -> Response:
        begin = first_place(visit.person.role)
        return visit.page("refused.html", sentence="") if begin == "/" else visit.go(begin)

    return router

"""/settings: everything that an owner decides for the school, in one place."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from web.context import Context
from web.policy import OWNS, allow
from web.settings.entries import ENTRIES
from web.visit import Visit


def settings_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get("/settings")
    def settings(visit: Visit = allow(*OWNS)) -> Response:
        return visit.page("settings.html", entries=ENTRIES)

    return router

"""/healthz, /readyz, /metrics: for operators and what they watch with. Counts only, nothing of anybody."""

from __future__ import annotations

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import JSONResponse, Response

from models.migrate import is_current
from web.context import Context
from web.machines.metrics import Metrics


def health_routes(context: Context) -> APIRouter:
    router, told = APIRouter(), Metrics(context.db, context.hooks, context.clock)

    @router.api_route("/healthz", methods=["GET", "HEAD"])
    def alive() -> Response:
        return JSONResponse({"status": "ok"})

    @router.api_route("/readyz", methods=["GET", "HEAD"])
    def ready() -> Response:
        why = _not_ready(context)
        return JSONResponse({"status": "unavailable", "why": why}, 503) if why else JSONResponse({"status": "ok"})

    @router.api_route("/metrics", methods=["GET", "HEAD"])
    def metrics() -> Response:
        return Response(told.text(), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    return router


def _not_ready(context: Context) -> str:
    try:
        return "" if is_current(context.db) else "The database is not in this version's shape: start the program once."
    except SQLAlchemyError:
        return "The database does not answer."

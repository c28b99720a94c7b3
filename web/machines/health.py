"""/healthz, /readyz, /metrics: for operators and what they watch with. Counts only, nothing of anybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import JSONResponse, Response

from models.database import Database
from models.migrate import is_current
from upkeep.watching import whom_we_miss
from web.context import Context
from web.machines.metrics import Metrics
from web.readiness import Readiness


def health_routes(context: Context) -> APIRouter:
    router, told = APIRouter(), Metrics(context.db, context.hooks, context.clock)
    readiness = _with_what_all_need(context.readiness, context.db, context.clock)

    @router.api_route("/healthz", methods=["GET", "HEAD"])
    def alive() -> Response:
        return JSONResponse({"status": "ok"})

    @router.api_route("/readyz", methods=["GET", "HEAD"])
    def ready(request: Request) -> Response:
        """`?verbose`: each check, and whether people are sent elsewhere for it."""
        why = readiness.why_not()
        said: dict[str, object] = {"status": "unavailable", "why": why} if why else {"status": "ok"}
        if "verbose" in request.query_params:
            said["checks"] = {
                one.name: {"ok": not one.why_not, "why": one.why_not, "must": one.must} for one in readiness.states()
            }
        return JSONResponse(said, 503 if why else 200)

    @router.api_route("/metrics", methods=["GET", "HEAD"])
    def metrics() -> Response:
        return Response(told.text(), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    return router


def _with_what_all_need(own: Readiness, db: Database, clock: Callable[[], datetime]) -> Readiness:
    def missed(role: str) -> str:
        try:
            return whom_we_miss(db, clock()).get(role, "")
        except SQLAlchemyError:
            return "Nobody knows while the database does not answer."

    told = {"worker": lambda: missed("worker"), "clock elsewhere": lambda: missed("clock")}
    return replace(own, must={"database": lambda: _of_database(db), **own.must}, told={**told, **own.told})


def _of_database(db: Database) -> str:
    try:
        return "" if is_current(db) else "The database is not in this version's shape: start the program once."
    except SQLAlchemyError:
        return "The database does not answer."

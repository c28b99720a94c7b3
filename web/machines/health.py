"""/healthz, /readyz, /metrics: for operators and what they watch with. Counts only, nothing of anybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fastapi import APIRouter
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import JSONResponse, PlainTextResponse, Response

from models import conversation, delivery
from models.migrate import is_current
from web.context import Context, WebhookCounts

_DELIVERIES = ("due", "sending", "sent", "unsure", "failed", "needs-person", "superseded", "expired", "dropped")
_CONVERSATIONS = ("open", "waiting", "closed")


def health_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.api_route("/healthz", methods=["GET", "HEAD"])
    def alive() -> Response:
        return JSONResponse({"status": "ok"})

    @router.api_route("/readyz", methods=["GET", "HEAD"])
    def ready() -> Response:
        why = _not_ready(context)
        return JSONResponse({"status": "unavailable", "why": why}, 503) if why else JSONResponse({"status": "ok"})

    @router.api_route("/metrics", methods=["GET", "HEAD"])
    def metrics() -> Response:
        with context.db.everywhere.read() as session:
            owed, talks = delivery.count_by_state(session), conversation.count_by_state(session)
        lines = [
            *_gauge("pta_bridge_deliveries", "What is owed to the outside, by state.", _DELIVERIES, owed),
            *_gauge("pta_bridge_conversations", "Families' conversations, by state.", _CONVERSATIONS, talks),
            *_webhooks(context.hooks),
        ]
        return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4; charset=utf-8")

    return router


def _not_ready(context: Context) -> str:
    try:
        return "" if is_current(context.db) else "The database is not in this version's shape: start the program once."
    except SQLAlchemyError:
        return "The database does not answer."


def _webhooks(counts: WebhookCounts) -> Iterator[str]:
    """Of this process, since it started."""
    for name, about, number in (
        ("received", "Signed webhooks.", counts.received),
        ("duplicate", "Signed webhooks that were stored already.", counts.duplicate),
        ("refused", "Webhooks without a good signature, or too large.", counts.refused),
        ("failed", "Signed webhooks that could not be stored.", counts.failed),
    ):
        whole = f"pta_bridge_webhooks_{name}_total"
        yield from (f"# HELP {whole} {about}", f"# TYPE {whole} counter", f"{whole} {number}")


def _gauge(name: str, about: str, states: tuple[str, ...], counts: Mapping[str, int]) -> Iterator[str]:
    """Every state has its line, at 0 too, so that an alert on one can be written before it first happens."""
    yield f"# HELP {name} {about}"
    yield f"# TYPE {name} gauge"
    for state in dict.fromkeys((*states, *sorted(counts))):
        yield f'{name}{{state="{state}"}} {counts.get(state, 0)}'

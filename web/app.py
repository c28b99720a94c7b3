"""The web application, put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles

from config.settings import Settings
from config.wording import Wording
from models.database import Database
from web.agenda import agenda_routes
from web.context import Context
from web.event_pages import event_routes
from web.feed_page import feed_page_routes
from web.feeds import feed_routes
from web.headers import Headers
from web.health import health_routes
from web.meta_callbacks import meta_routes
from web.templating import STATIC
from web.trouble import OwnFaults, not_found
from web.webhooks import webhook_routes


def build(
    db: Database,
    settings: Settings,
    wordings: Mapping[str, Wording],
    clock: Callable[[], datetime],
    wake: Callable[[], None] = lambda: None,
) -> FastAPI:
    """`clock` gives the time now, aware; `wake` is told when a webhook was stored. Whoever serves has migrated the
    database (`/readyz` tells).
    """
    context = Context(db, settings, wordings, clock, wake)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    for routes in (
        webhook_routes,  # first: what comes most often finds its way at once
        health_routes,
        event_routes,
        feed_routes,
        feed_page_routes,
        agenda_routes,
        meta_routes,
    ):
        app.include_router(routes(context))
    app.mount("/static", StaticFiles(directory=STATIC))

    @app.api_route("/", methods=["GET", "HEAD"])
    def front() -> Response:
        return context.page("front.html")

    @app.exception_handler(HTTPException)
    def refused(request: Request, wrong: HTTPException) -> Response:
        if wrong.status_code == 404:
            return not_found(context, request)
        return PlainTextResponse(f"{wrong.detail}\n", status_code=wrong.status_code, headers=wrong.headers)

    app.add_middleware(OwnFaults, context=context)
    app.add_middleware(Headers, https=settings.public_url.startswith("https:"))  # outermost: faults carry them too
    return app

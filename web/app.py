"""The web application, put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.staticfiles import StaticFiles

from config.settings import Settings
from config.wording import Wording
from models.database import Database
from models.vault import Vault
from web.context import Context, Wake
from web.entrance.code_page import code_routes
from web.entrance.invitation import invitation_routes
from web.entrance.outside import outside_routes
from web.entrance.prove import prove_routes
from web.entrance.sign_in import sign_in_routes
from web.entrance.which_school import school_routes
from web.families.agenda import agenda_routes
from web.families.event_pages import event_routes
from web.families.feed_page import feed_page_routes
from web.families.feeds import feed_routes
from web.families.privacy import privacy_routes
from web.families.who_answers import who_answers_routes
from web.headers import Headers
from web.heard.page import heard_routes
from web.inbox.conversation.routes import conversation_routes
from web.inbox.list_page import inbox_routes
from web.inbox.live import live_routes
from web.inbox.many import many_routes
from web.inbox.promises import promises_routes
from web.inbox.unsure import unsure_routes
from web.machines.health import health_routes
from web.machines.meta_callbacks import meta_routes
from web.machines.webhooks import webhook_routes
from web.people.audit import audit_routes
from web.people.away import away_routes
from web.people.erasing import erasing_routes
from web.people.families import families_routes
from web.people.notices import notices_routes
from web.people.person import person_routes
from web.people.staff import people_routes
from web.people.you import you_routes
from web.people.your_second_step import your_second_step_routes
from web.plans.calendars import calendars_routes
from web.plans.centers import center_routes
from web.plans.doctor import doctor_routes
from web.plans.events import events_routes
from web.plans.given_feeds import given_feed_routes
from web.plans.needs_you import needs_you_routes
from web.plans.posts import posts_routes
from web.readiness import Readiness
from web.refusals import answer_refusals
from web.request_id import RequestId
from web.settings.first_word import first_word_routes
from web.settings.index import settings_routes
from web.settings.labels import labels_routes
from web.settings.partners import partner_routes
from web.settings.rules import rule_routes
from web.settings.translation import translation_routes
from web.settings.urgent import urgent_settings_routes
from web.templating import STATIC
from web.trouble import OwnFaults
from web.voices.sharing import sharing_routes
from web.voices.silence_page import silence_routes
from web.voices.topics_page import topics_routes
from web.voices.you_said import you_said_routes

if TYPE_CHECKING:
    from connector.oidc import OpenId


# Who watches asks /metrics. Whatever a machine's environment says, no request of a family is told to a third party.
_TOLD_TO_NOBODY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}


def build(
    db: Database,
    settings: Settings,
    wordings: Mapping[str, Wording],
    clock: Callable[[], datetime],
    wake: Wake | None = None,
    *,
    vault: Vault | None = None,
    openid: OpenId | None = None,
    mails: bool = False,
    readiness: Readiness | None = None,
) -> FastAPI:
    """`clock` gives the time now, aware; `wake` asks whoever runs the jobs.

    Whoever serves has migrated the database (`/readyz` tells).
    """
    context = Context(
        db.nowhere, settings, wordings, clock, wake or Wake(), vault=vault or Vault(""), openid=openid, mails=mails,
        readiness=readiness or Readiness(),
    )  # fmt: skip
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False, telemetry=_TOLD_TO_NOBODY)
    app.state.context = context
    for routes in (
        webhook_routes,  # first: what comes most often finds its way at once
        health_routes,
        event_routes,
        feed_routes,
        feed_page_routes,
        agenda_routes,
        privacy_routes,
        meta_routes,
        sign_in_routes,
        code_routes,
        outside_routes,
        invitation_routes,
        prove_routes,
        you_routes,
        notices_routes,
        promises_routes,
        your_second_step_routes,
        families_routes,  # before people: theirs is /people/{id}
        erasing_routes,
        audit_routes,
        people_routes,
        person_routes,
        inbox_routes,
        many_routes,
        unsure_routes,
        live_routes,
        school_routes,
        conversation_routes,
        posts_routes,
        needs_you_routes,
        calendars_routes,
        center_routes,
        given_feed_routes,
        events_routes,
        heard_routes,
        doctor_routes,
        silence_routes,
        topics_routes,
        you_said_routes,
        sharing_routes,
        settings_routes,
        rule_routes,
        partner_routes,
        away_routes,
        who_answers_routes,
        first_word_routes,
        translation_routes,
        urgent_settings_routes,
        labels_routes,
    ):
        app.router.routes.extend(routes(context).routes)  # `include_router` would look into each route once more
    app.mount("/static", StaticFiles(directory=STATIC))

    answer_refusals(app, context)
    app.add_middleware(OwnFaults, context=context)
    app.add_middleware(Headers, https=settings.public_url.startswith("https:"))  # around it: faults carry them too
    app.add_middleware(RequestId)  # outermost: all that is logged has its number
    return app

"""/doctor: what works and what does not, as far as it is known: nobody outside is asked for a page."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from models.center import centers
from models.hint import last_received
from models.page import pages
from models.run import Run, runs
from upkeep import examine_comments, examine_school
from upkeep.doctor import of_settings
from upkeep.examine_cards import of_notices
from upkeep.findings import Finding, note, well
from web.context import Context
from web.plans.calendars import known_sources
from web.plans.health_view import Health, of_center, of_page
from web.policy import PLANS, allow
from web.visit import Visit

# What waits for a person has a page of its own, where it is also decided.
ASKED_ELSEWHERE = (": for a person", ": deliveries")


def doctor_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get("/doctor")
    def looked(visit: Visit = allow(*PLANS)) -> Response:
        with visit.db.read() as session:
            things = list(neighbours(session, visit))
            found = list(findings(session, visit))
            last = last_run(session, visit.school.slug)
        found.sort(key=lambda one: (one.ok, not one.note))
        return visit.page("doctor.html", things=things, findings=found, last=last, own=f"{visit.school.slug}: ")

    return router


def neighbours(session: Session, visit: Visit) -> Iterator[Health]:
    """As they were when somebody last asked them."""
    yield from known_sources(session, visit.school.slug)
    yield from (of_page(row, visit.now, visit.speech) for row in pages(session, visit.school.slug))
    yield from (of_center(row) for row in centers(session, visit.school.slug) if row.kind != "feed")


def findings(session: Session, visit: Visit) -> Iterator[Finding]:
    """Those of `doctor` that need nobody outside, in its words."""
    settings, school = visit.context.settings, visit.school
    yield from of_settings(settings)
    yield from of_notices(settings.notify_url)
    yield _webhooks(session, settings.why_no_webhooks)
    yield from examine_comments.examine(session, school.slug, visit.now)
    inside = examine_school.examine(session, school, pages(session, school.slug), visit.context.wordings, visit.now)
    yield from (one for one in inside if not one.what.endswith(ASKED_ELSEWHERE))


def _webhooks(session: Session, why_not: str) -> Finding:
    last = last_received(session)
    if why_not:
        return note("webhooks", f"Off: {why_not}", "Comments are found by asking every few minutes, which is enough.")
    if last is None:
        return note("webhooks", "Facebook has not called us yet.", "Comments are found by asking every few minutes.")
    return well("webhooks", f"On: the last one came {last:%Y-%m-%d %H:%M} UTC.")


def last_run(session: Session, school: str) -> Run | None:
    """The newest that ended."""
    return next((one for one in reversed(runs(session, school, 20)) if one.ended_at), None)

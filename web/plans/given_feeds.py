"""/feeds: calendar addresses that were given out; new ones are shown once, and closed for good when one is no longer wanted."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from models.center import Center, Feed, centers, feeds
from upkeep import subscriptions
from web.context import Context
from web.forms import Shape
from web.policy import PLANS, allow
from web.visit import Visit


class Wanted(Shape):
    center: str = ""
    category: str = ""


class Nothing(Shape):
    """A button alone."""


def given_feed_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get("/feeds")
    def listed(visit: Visit = allow(*PLANS)) -> Response:
        with visit.db.read() as session:
            rows, there = feeds(session, visit.school.slug), centers(session, visit.school.slug)
        return visit.page(
            "given_feeds.html", here="/calendars", feeds=_open_first(rows), centers=there, names=_names(there)
        )

    @router.post("/feeds")
    def add(visit: Visit = allow(*PLANS)) -> Response:
        form = visit.read(Wanted)
        return given_out(visit, center=form.center, category=form.category, back="/feeds")

    @router.post("/feeds/{id}/revoke")
    def revoke(id: str, visit: Visit = allow(*PLANS)) -> Response:
        visit = visit.to(id, Feed)
        visit.read(Nothing)
        with visit.write("/feeds") as session:
            subscriptions.revoke(session, visit.school.slug, id, visit.now, by=visit.email)
        return visit.go(
            "/feeds", visit.speech.say("This address is closed: whoever subscribed to it gets nothing more.")
        )

    return router


def given_out(visit: Visit, *, center: str, category: str, back: str) -> Response:
    """A new address, shown in this answer alone: it is kept nowhere, so no page after this one could show it."""
    with visit.write(back) as session:
        _, token = subscriptions.give_out(
            session, visit.school.slug, center=center, category=category, now=visit.now, by=visit.email
        )
    url = visit.context.settings.public_url
    return visit.page(
        "given_feed.html", url=subscriptions.address(url, token), page=subscriptions.page(url, token),
        webcal=subscriptions.webcal(url, token), back=back,
    )  # fmt: skip


def _open_first(rows: list[Feed]) -> list[Feed]:
    return sorted(rows, key=lambda one: (one.revoked_at is not None, -one.made_at.timestamp()))


def _names(rows: list[Center]) -> dict[str, str]:
    return {one.slug: one.name for one in rows}

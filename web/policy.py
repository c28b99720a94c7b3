"""Who may use which address. A route asks for a `Visit` by `allow(…)`, or stands in PUBLIC with the reason; a test reads both."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import Depends, HTTPException, Request
from starlette.concurrency import run_in_threadpool

from models.account import SignIn
from models.database import Database
from models.staff import StaffMember
from upkeep.sign_in import NOTED, Present, find
from web.entrance.cookies import SESSION, read_cookie
from web.forms import Fields, read_fields
from web.proofs import FIELD, must_be_ours
from web.roles import ANSWERS, EVERYBODY, OWNS, PLANS
from web.visit import Visit

__all__ = ["ANSWERS", "EVERYBODY", "OWNS", "PLANS", "PUBLIC", "UNATTENDED", "Allow", "Stranger", "allow"]

UNATTENDED = ("/live", "/c/{id}/now")  # what pages ask for by themselves
# path -> why anybody may ask for it
PUBLIC = {
    "/healthz": "operators; counts and states only", "/readyz": "operators", "/metrics": "operators; counts only",
    "/webhooks/facebook": "Meta, by its signature", "/facebook/data-deletion": "Meta, by its signature",
    "/facebook/deauthorize": "Meta, by its signature",
    "/facebook/data-deletion/{code}": "whoever asked to be forgotten, by a code that cannot be guessed",
    "/e/{code}": "families", "/e/{code}.png": "families, and whoever shows a link to them", "/privacy": "families",
    "/s/{slug}/privacy": "families", "/s/{slug}/who-answers": "families",
    "/e/{code}.ics": "families", "/s/{slug}": "families", "/s/{slug}/": "families",
    "/feeds/{token}.ics": "whoever has the secret address", "/feeds/{token}": "whoever has the secret address",
    "/static": "style and scripts of the pages",
    "/sign-in": "whoever is not signed in yet", "/sign-out": "whoever is signed in, or was",
    "/sign-in/code": "whoever has shown the first step, in the same browser",
    "/sign-in/with/{name}": "whoever is not signed in yet",
    "/sign-in/with/{name}/back": "whoever was sent away by us, in the same browser",
    "/invitation/{token}": "whoever has the secret link", "/forgot": "whoever is not signed in",
}  # fmt: skip


class Stranger(Exception):
    """Nobody is signed in. `fields` are what they sent, which must not be lost."""

    def __init__(self, fields: Fields) -> None:
        super().__init__()
        self.fields = fields


class Allow:
    """The dependency of a route: the visit of somebody with one of these roles. Others see no such page."""

    def __init__(self, *roles: str) -> None:
        self.roles = frozenset(roles)

    async def __call__(self, request: Request) -> Visit:
        context = request.app.state.context
        fields: Fields = {} if request.method in ("GET", "HEAD") else await read_fields(request)
        token = read_cookie(request, SESSION, https=context.https)
        present = await run_in_threadpool(
            _present, context.db, token, context.clock(), noted=not _is_unattended(request)
        )
        if present is None:
            raise Stranger(fields)
        if request.method not in ("GET", "HEAD"):
            must_be_ours(request, token, (fields.get(FIELD) or [""])[-1])
        person = self._as_what(present)
        request.scope["bridge.roles"] = self.roles
        visit = Visit(context, request, present, person, present.schools[person.school], token, context.clock(), fields)
        request.scope["bridge.visit"] = visit
        return visit

    def _as_what(self, present: Present) -> StaffMember:
        """At the school they look at; with another role there, at the first where they have one that may."""
        chosen = sorted(present.memberships, key=lambda one: one.school != present.sign_in.school)
        found = next((one for one in chosen if one.role in self.roles), None)
        if found is None:
            raise HTTPException(404)
        return found


def allow(*roles: str) -> Any:
    """`visit: Visit = allow(*ANSWERS)` in a route."""
    return Depends(Allow(*roles))


def _is_unattended(request: Request) -> bool:
    """Does the page ask by itself? A tab that was left open is nobody's presence."""
    by_itself = request.headers.get("x-unattended") is not None
    return by_itself or getattr(request.scope.get("route"), "path", "") in UNATTENDED


def _present(db: Database, token: str, now: datetime, *, noted: bool) -> Present | None:
    with db.everywhere.read() as session:
        found = find(session, token, now)
    if found and noted and now - found.sign_in.seen_at > NOTED:
        with db.write() as session:
            session.get_one(SignIn, found.sign_in.id).seen_at = now
    return found

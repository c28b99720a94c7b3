"""/prove: somebody who is signed in shows again that it is them, before an export, a role, a secret address."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from models.account import SignIn
from upkeep import second_step
from upkeep.knocking import may_try, succeeded
from upkeep.passwords import is_right
from web.context import Context
from web.forms import Secret, Shape
from web.policy import EVERYBODY, allow
from web.visit import Visit, safe_path


class Proof(Shape):
    password: Secret = ""
    code: str = ""
    next: str = "/"


def prove_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get("/prove")
    def asked(next: str = "/", visit: Visit = allow(*EVERYBODY)) -> Response:
        return visit.page("prove.html", next=safe_path(next), by=way_of(visit), wrong="")

    @router.post("/prove")
    def given(visit: Visit = allow(*EVERYBODY)) -> Response:
        typed = visit.read(Proof)
        path = safe_path(typed.next)
        if wrong := why_not_proven(visit, typed.password, typed.code):
            return visit.page("prove.html", status=401, next=path, by=way_of(visit), wrong=wrong)
        with visit.db.write() as session:
            session.get_one(SignIn, visit.sign_in.id).proven_at = visit.now
        return RedirectResponse(path, status_code=303)

    return router


def way_of(visit: Visit) -> str:
    """How this person shows it: by code where they have the second step, else by password, else by signing in again."""
    known = visit.present.account
    if second_step.is_on(known):
        return "code"
    return "password" if known.password_hash else "again"


def why_not_proven(visit: Visit, password: str, code: str) -> str:
    """A sentence; "" when it is them. Counted like signing in: a browser left open is no way to guess a password."""
    way, email, where = way_of(visit), visit.email, visit.address
    if way == "again":
        return visit.speech.say("Sign out, sign in again, and come back here within ten minutes.")
    door = "code" if way == "code" else "account"
    with visit.db.write() as session:
        seconds = may_try(session, email, where, visit.now, door)  # type: ignore[arg-type]
    if seconds:
        return wait(visit, seconds)
    if not _is_right(visit, password, code):
        return visit.speech.say("That is not right. Check it, and try again.")
    with visit.db.write() as session:
        succeeded(session, email, where, visit.now, door)  # type: ignore[arg-type]
    return ""


def wait(visit: Visit, seconds: int) -> str:
    minutes = -(-seconds // 60)
    return visit.speech.count(
        "Too many tries. Please wait a minute, then try again.", "Too many tries. Please wait {n} minutes, then try again.", minutes
    )  # fmt: skip


def _is_right(visit: Visit, password: str, code: str) -> bool:
    if way_of(visit) == "password":
        return is_right(password, visit.present.account.password_hash)
    with visit.db.write() as session:
        return second_step.is_good(session, visit.email, code, visit.context.vault, visit.now)

"""/sign-in and /sign-out. Words that somebody typed when their sign-in had ended are carried over it."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from config.issuers import slug_of
from upkeep.sign_in import end, find, is_them, memberships
from web.context import Context
from web.entrance.cookies import SESSION, drop_cookie, read_cookie
from web.entrance.entering import Entry, first_step_done, told_to_wait, waits
from web.entrance.guest import Guest, a_guest
from web.entrance.kept_words import Kept, kept_from
from web.forms import Fields, Secret, Shape, read_fields
from web.policy import Stranger
from web.proofs import FIELD, must_be_ours
from web.visit import safe_path


class Credentials(Shape):
    email: str = ""
    password: Secret = ""
    next: str = "/"
    kept: str = ""
    kept_for: str = ""


def sign_in_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get("/sign-in")
    def asked(next: str = "/", guest: Guest = a_guest()) -> Response:
        return sign_in_page(guest, safe_path(next))

    @router.post("/sign-in")
    def given(guest: Guest = a_guest()) -> Response:
        typed = guest.read(Credentials)
        path, kept = safe_path(typed.next), Kept(typed.kept_for, typed.kept)
        if seconds := waits(guest, typed.email):
            return sign_in_page(guest, path, kept, email=typed.email, wrong=told_to_wait(guest, seconds), status=429)
        with context.db.everywhere.read() as session:
            right = is_them(session, typed.email, typed.password)
            members = memberships(session, typed.email, guest.now) if right else []
        if not members:
            wrong = guest.speech.say(
                "That e-mail and password do not belong together. Check both, or ask for a new link."
            )
            return sign_in_page(guest, path, kept, email=typed.email, wrong=wrong, status=401)
        return first_step_done(guest, Entry(members[0][0].email, "password", path, kept))

    @router.post("/sign-out")
    def out(request: Request, fields: Fields = Depends(read_fields)) -> Response:
        token = read_cookie(request, SESSION, https=context.https)
        must_be_ours(request, token, (fields.get(FIELD) or [""])[-1])
        _end(context, token)
        answer = RedirectResponse("/sign-in", status_code=303)
        drop_cookie(answer, SESSION, https=context.https)
        return answer

    return router


def stranger(context: Context, request: Request, wrong: Stranger) -> Response:
    """The answer to somebody who must sign in first: what they typed is not lost."""
    guest = Guest(context, request, "", context.clock())
    if request.headers.get("hx-request") == "true":
        return Response(status_code=401, headers={"HX-Refresh": "true"})
    if request.method in ("GET", "HEAD"):
        there = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?next={quote(safe_path(there))}", status_code=303)
    kept = kept_from(request.url.path, wrong.fields)
    told = guest.speech.say("You were signed out. Sign in again: what you wrote is kept.") if kept.text else ""
    return sign_in_page(guest, kept.page or "/", kept, wrong=told, status=401)


def sign_in_page(
    guest: Guest, path: str, kept: Kept | None = None, *, email: str = "", wrong: str = "", status: int = 200
) -> Response:
    """`wrong`: a sentence for people, in their language."""
    outside = guest.context.openid
    return guest.page(
        "sign_in.html", status=status, next=path, kept=kept or Kept(), email=email, wrong=wrong,
        outside=outside.label if outside else "", slug=slug_of(outside.label) if outside else "",
    )  # fmt: skip


def _end(context: Context, token: str) -> None:
    with context.db.everywhere.read() as session:
        found = find(session, token, context.clock())
    if found:
        with context.db.write() as session:
            end(session, found.sign_in.email, context.clock(), only=found.sign_in.id)

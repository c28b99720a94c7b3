"""/sign-in/code: the second step. Whoever is here has shown the first in this browser, within ten minutes."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from upkeep.doorsteps import standing, step_in
from upkeep.knocking import succeeded
from upkeep.second_step import is_good
from web.context import Context
from web.entrance.entering import CODE, second_step_done, told_to_wait, waits
from web.entrance.guest import Guest, a_guest
from web.forms import Shape


class Code(Shape):
    code: str


def code_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get(CODE)
    def asked(guest: Guest = a_guest()) -> Response:
        return guest.page("code.html", wrong="") if _who(guest) else _from_the_start()

    @router.post(CODE)
    def given(guest: Guest = a_guest()) -> Response:
        typed, email = guest.read(Code), _who(guest)
        if not email:
            return _from_the_start()
        if seconds := waits(guest, email, "code"):
            return guest.page("code.html", status=429, wrong=told_to_wait(guest, seconds))
        with context.db.everywhere.write() as session:
            if is_good(session, email, typed.code, context.vault, guest.now):
                before = step_in(session, guest.token, "code", guest.now)
                if before is None:  # used by the same browser a moment ago
                    return _from_the_start()
                succeeded(session, email, guest.address, guest.now, "code")
                return second_step_done(session, guest, before)
        wrong = guest.speech.say("That code is not right, or was used before. Wait for the next one and type that.")
        return guest.page("code.html", status=401, wrong=wrong)

    return router


def _who(guest: Guest) -> str:
    """Of whom a code is asked in this browser; "" = of nobody."""
    with guest.context.db.read() as session:
        before = standing(session, guest.token, "code", guest.now)
        return before.email if before else ""


def _from_the_start() -> Response:
    return RedirectResponse("/sign-in", status_code=303)

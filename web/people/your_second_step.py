"""/you/second-step: a code from one's phone. Set up with a square to photograph, off again only by who has a code."""

from __future__ import annotations

import base64

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from models import audit
from models.account import Account
from upkeep import second_step
from upkeep.knocking import may_try
from upkeep.sign_in import end
from web.context import Context
from web.entrance.prove import wait, why_not_proven
from web.forms import Shape
from web.policy import EVERYBODY, allow
from web.visit import Visit

HERE = "/you/second-step"


class Code(Shape):
    code: str


class Nothing(Shape):
    pass


def your_second_step_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get(HERE)
    def shown(visit: Visit = allow(*EVERYBODY)) -> Response:
        return _page(visit)

    @router.post(HERE)
    def begin(visit: Visit = allow(*EVERYBODY)) -> Response:
        visit.read(Nothing)
        visit.must_be_proven()
        with visit.write(HERE) as session:
            second_step.prepare(session, visit.email, context.vault)
        return RedirectResponse(HERE, status_code=303)

    @router.post(f"{HERE}/on")
    def on(visit: Visit = allow(*EVERYBODY)) -> Response:
        code = visit.read(Code).code
        visit.must_be_proven()
        with visit.db.write() as session:
            seconds = may_try(session, visit.email, visit.address, visit.now, "code")
        if seconds:
            return _page(visit, wrong=wait(visit, seconds), status=429)
        with visit.write("/you") as session:
            written = second_step.turn_on(session, visit.email, code, context.vault, visit.now)
            if written:
                end(session, visit.email, visit.now, but=visit.sign_in.id)
                _note(visit, session, "turn on second step")
        if written is None:
            return _page(visit, wrong=visit.speech.say(_NOT_RIGHT), status=422)
        return visit.page("written_codes.html", codes=written, fresh=True)

    @router.post(f"{HERE}/codes")
    def codes(visit: Visit = allow(*EVERYBODY)) -> Response:
        if wrong := why_not_proven(visit, "", visit.read(Code).code):
            return _page(visit, wrong=wrong, status=401)
        with visit.write("/you") as session:
            written = second_step.renew_written(session, visit.email)
            _note(visit, session, "make new written codes")
        return visit.page("written_codes.html", codes=written, fresh=False)

    @router.post(f"{HERE}/off")
    def off(visit: Visit = allow(*EVERYBODY)) -> Response:
        if wrong := why_not_proven(visit, "", visit.read(Code).code):
            return _page(visit, wrong=wrong, status=401)
        with visit.write("/you") as session:
            second_step.turn_off(session, visit.email)
            _note(visit, session, "turn off second step")
        return visit.go("/you", visit.speech.say("The second step is off. Only your password is asked for now."))

    return router


_NOT_RIGHT = (
    "That is not the code that your app shows now. Check that it is the one for pta-bridge, and your phone’s clock."
)


def _note(visit: Visit, session: object, what: str) -> None:
    audit.note(session, visit.school.slug, visit.now, visit.email, what, visit.email)  # type: ignore[arg-type]


def _page(visit: Visit, *, wrong: str = "", status: int = 200) -> Response:
    with visit.db.read() as session:
        known = session.get_one(Account, visit.email)
    if second_step.is_on(known):
        return visit.page("second_step_on.html", status=status, wrong=wrong, written=len(known.recovery))
    if not known.totp_sealed:
        return RedirectResponse("/you", status_code=303)
    visit.must_be_proven()
    secret = visit.context.vault.open(known.totp_sealed)
    square = second_step.square(second_step.address_for_app(secret, visit.email, visit.school.name))
    return visit.page(
        "second_step.html", status=status, wrong=wrong, secret=second_step.in_groups(secret),
        square="data:image/png;base64," + base64.b64encode(square).decode(),
    )  # fmt: skip

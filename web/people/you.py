"""/you: one's own name, language, password, second step, and where one is signed in."""

from __future__ import annotations

import re

from fastapi import APIRouter, HTTPException
from starlette.responses import RedirectResponse, Response

from config import site_checks as check
from models import audit
from models.account import Account, SignIn, sign_ins
from models.staff import StaffMember
from upkeep import passwords, second_step
from upkeep.sign_in import end, lives
from web.context import Context
from web.entrance.cookies import SESSION, drop_cookie
from web.entrance.invitation import near, why_not
from web.entrance.prove import why_not_proven
from web.forms import BadForm, Secret, Shape
from web.people.away import days_of
from web.policy import ANSWERS, EVERYBODY, allow
from web.speech import speeches
from web.visit import Visit


class About(Shape):
    name: str
    language: str = ""


class NewPassword(Shape):
    password: Secret = ""
    code: str = ""
    new: Secret


class Nothing(Shape):
    pass


def you_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get("/you")
    def you(visit: Visit = allow(*EVERYBODY)) -> Response:
        return _page(visit)

    @router.post("/you")
    def about(visit: Visit = allow(*EVERYBODY)) -> Response:
        typed = visit.read(About)
        name = check.plain(typed.name)
        if typed.language not in ("", *speeches()):
            raise BadForm("This language is not one of the pages’: choose one of the list.")
        with visit.write("/you") as session:
            session.get_one(Account, visit.email).language = typed.language
            person = session.get_one(StaffMember, (visit.school.slug, visit.email))
            if person.name != name:
                person.name, person.made_by = name, "person"  # or the next `load` would change it back
                audit.note(session, visit.school.slug, visit.now, visit.email, "change own name", visit.email)
        return visit.go("/you", visit.speech.say("Saved."))

    @router.post("/you/password")
    def password(visit: Visit = allow(*EVERYBODY)) -> Response:
        typed = visit.read(NewPassword)
        if visit.present.account.password_hash or second_step.is_on(visit.present.account):
            if wrong := why_not_proven(visit, typed.password, typed.code):
                return _page(visit, wrong=wrong, status=401)
        else:
            visit.must_be_proven()
        if why := passwords.refusal(typed.new, near(visit.person, visit.school)):
            return _page(visit, wrong=why_not(visit.speech, why), status=422)
        with visit.write("/you") as session:
            session.get_one(Account, visit.email).password_hash = passwords.hashed(typed.new)
            end(session, visit.email, visit.now, but=visit.sign_in.id)
            audit.note(session, visit.school.slug, visit.now, visit.email, "choose a password", visit.email)
        return visit.go("/you", visit.speech.say("Your password is changed. Everywhere else you are signed out."))

    @router.post("/you/sign-ins/{id}/end")
    def end_one(id: str, visit: Visit = allow(*EVERYBODY)) -> Response:
        visit.read(Nothing)
        with visit.write("/you") as session:
            if not end(session, visit.email, visit.now, only=id):
                raise HTTPException(404)
        return visit.go("/you", visit.speech.say("That browser is signed out."))

    @router.post("/you/sign-out-everywhere")
    def end_all(visit: Visit = allow(*EVERYBODY)) -> Response:
        visit.read(Nothing)
        with visit.write("/sign-in") as session:
            end(session, visit.email, visit.now)
            audit.note(session, visit.school.slug, visit.now, visit.email, "sign out everywhere", visit.email)
        answer = RedirectResponse("/sign-in", status_code=303)
        drop_cookie(answer, SESSION, https=context.https)
        return answer

    return router


def _page(visit: Visit, *, wrong: str = "", status: int = 200) -> Response:
    with visit.db.read() as session:
        open_ones = [one for one in sign_ins(session, visit.email) if lives(one, visit.now)]
    known = visit.present.account
    return visit.page(
        "you.html", status=status, wrong=wrong, account=known, second_step=second_step.is_on(known),
        written=len(known.recovery), languages=speeches().values(),
        browsers=[(one, browser_of(one.agent), how_of(visit, one)) for one in open_ones],
        answers=visit.person.role in ANSWERS, away=days_of(visit, visit.email), goes_to="/you/away",
    )  # fmt: skip


_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_MACHINES = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "Chromebook"), ("Windows", "Windows"),
    ("Mac OS", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def browser_of(agent: str) -> str:
    """ "Chrome, Windows"; what a browser says of itself is only ever shown by words of ours."""
    found = [next((name for mark, name in marks if mark in agent), "") for marks in (_BROWSERS, _MACHINES)]
    return ", ".join(one for one in found if one) or re.sub(r"[^\w ./-]", "", agent)[:40]


def how_of(visit: Visit, row: SignIn) -> str:
    if row.how.startswith("oidc:"):
        outside = visit.context.openid
        return visit.speech.say("with {outside}", outside=outside.label if outside else row.how[5:])
    return visit.speech.say("with a link") if row.how == "invitation" else visit.speech.say("with your password")

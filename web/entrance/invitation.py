"""/invitation/…: a link that sets a password once. /forgot: asks for one, and never says who is known here."""

from __future__ import annotations

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from models.account import Invitation
from models.school import School
from models.staff import StaffMember
from upkeep import invitations, passwords
from upkeep.invitations import LinkIsDead
from web.context import Context
from web.entrance.entering import Entry, first_step_done, told_to_wait, waits
from web.entrance.guest import Guest, a_guest
from web.forms import Secret, Shape
from web.speech import Speech


class Chosen(Shape):
    password: Secret


class Forgotten(Shape):
    email: str


def invitation_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get("/invitation/{token}")
    def shown(token: str, guest: Guest = a_guest()) -> Response:
        return _page(guest, token)

    @router.post("/invitation/{token}")
    def chosen(token: str, guest: Guest = a_guest()) -> Response:
        password = guest.read(Chosen).password
        with context.db.everywhere.read() as session:
            state, row, found = _look(session, token, guest)
        if row is None or found is None or state != "open":
            return _page(guest, token)
        if why := passwords.refusal(password, near(*found)):
            return _page(guest, token, wrong=why_not(guest.speech, why), status=422)
        try:
            with context.db.everywhere.write() as session:
                invitations.accept(session, token, password, guest.now)
        except LinkIsDead:  # by another browser, a moment ago
            return _page(guest, token)
        return first_step_done(guest, Entry(row.email, "invitation"))

    @router.get("/forgot")
    def forgot(guest: Guest = a_guest()) -> Response:
        return guest.page("forgot.html", asked=False, wrong="", mails=context.mails)

    @router.post("/forgot")
    def asked(guest: Guest = a_guest()) -> Response:
        email = guest.read(Forgotten).email
        if seconds := waits(guest, email, "forgot"):
            wrong = told_to_wait(guest, seconds)
            return guest.page("forgot.html", status=429, asked=False, wrong=wrong, mails=context.mails)
        if context.mails:
            with context.db.everywhere.write() as session:
                if school := invitations.ask_for_link(session, email, guest.now, context.vault):
                    context.wake.round(session, school)
        return guest.page("forgot.html", asked=True, wrong="", mails=context.mails)

    return router


def near(person: StaffMember, school: School) -> tuple[str, ...]:
    """What stands near somebody, and is guessed first."""
    return person.email, person.name, school.name, school.slug


def why_not(speech: Speech, why: passwords.Refusal) -> str:
    """Why a password cannot be chosen, with the mend."""
    told = {
        "short": speech.say("That is too short. Use at least 12 letters: a short sentence of your own is easiest to remember."),
        "long": speech.say("That is too long. Use at most 128 letters."),
        "common": speech.say("That is what others would guess first. Use words that have nothing to do with you or the school."),
    }  # fmt: skip
    return told[why]


def _look(
    session: Session, token: str, guest: Guest
) -> tuple[invitations.State, Invitation | None, tuple[StaffMember, School] | None]:
    state, row = invitations.look(session, token, guest.now)
    return state, row, invitations.member_of(session, row, guest.now) if row else None


def _page(guest: Guest, token: str, *, wrong: str = "", status: int = 200) -> Response:
    with guest.context.db.everywhere.read() as session:
        state, row, found = _look(session, token, guest)
    if state != "open" or row is None or found is None:
        return guest.page("invitation_over.html", status=410, state=state)
    values = {"token": token, "email": row.email, "name": found[0].name, "place": found[1].name}
    return guest.page("invitation.html", status=status, wrong=wrong, forgot=row.kind == "forgot", **values)

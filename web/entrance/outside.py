"""/sign-in/with/…: the school's own sign-in. A browser is sent there, and comes back with a code that is good once.

Only people who are somebody at a school already come in; nobody makes an account this way.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict

import structlog
from fastapi import APIRouter, HTTPException
from sqlmodel import Session
from starlette.responses import Response

from config.issuers import slug_of
from connector.errors import OutsideError
from connector.id_token import NotBelieved, NotVouchedFor, Told
from connector.oidc import OpenId
from models.account import Doorstep
from upkeep.doorsteps import stand, step_in
from upkeep.outside import came_from_outside
from web.context import Context
from web.entrance.entering import Entry, first_step_done
from web.entrance.guest import Guest, a_guest
from web.entrance.kept_words import Kept
from web.entrance.sign_in import Credentials, sign_in_page
from web.visit import safe_path

WITH, BACK = "/sign-in/with/{name}", "/sign-in/with/{name}/back"
log = structlog.get_logger()


def outside_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.post(WITH)
    def go(name: str, guest: Guest = a_guest()) -> Response:
        door, typed = _door(context, name), guest.read(Credentials)
        path, kept = safe_path(typed.next), Kept(typed.kept_for, typed.kept)
        asked = {"nonce": secrets.token_urlsafe(32), "verifier": secrets.token_urlsafe(48)}
        with context.db.write() as session:
            state = stand(session, guest.token, "away", guest.now, path=path, kept=asdict(kept), asked=asked)
        try:
            address = door.address(_back(context, name), state=state, now=guest.now, **asked)
        except OutsideError as wrong:
            return _not_now(guest, door, wrong, path, kept)
        # No redirect: browsers would take it for the form being sent elsewhere, which our policy forbids.
        return guest.page("away.html", address=address, outside=door.label)

    @router.get(BACK)
    def back(
        name: str, code: str = "", state: str = "", iss: str = "", error: str = "", guest: Guest = a_guest()
    ) -> Response:
        door = _door(context, name)
        with context.db.write() as session:
            before = step_in(session, guest.token, "away", guest.now, state)
        if before is None:
            return sign_in_page(guest, "/", wrong=guest.speech.say(_OVER), status=400)
        path, kept = before.path, Kept(**before.kept)
        if error or not code or (iss and iss != door.issuer):
            log.info("a sign-in outside was not finished", error=error[:40])
            return sign_in_page(guest, path, kept, wrong=guest.speech.say(_NOT_DONE, outside=door.label), status=401)
        try:
            told = door.who(code, _back(context, name), now=guest.now, **before.asked)
        except OutsideError as wrong:
            return _not_now(guest, door, wrong, path, kept)
        except NotBelieved as wrong:
            log.warning("a sign-in outside was not believed", why=wrong.why)
            sentence = _NOT_VOUCHED if isinstance(wrong, NotVouchedFor) else _NOT_DONE
            return sign_in_page(guest, path, kept, wrong=guest.speech.say(sentence, outside=door.label), status=401)
        return _come_in(context, guest, door, told, before)

    return router


_OVER = "That took too long, or began in another browser. Start again from here."
_NOT_DONE = "The sign-in with {outside} was not finished. Try again, or use your password."
_NOT_VOUCHED = "{outside} does not confirm your e-mail address, so we cannot know that it is you. Use your password."
_NOBODY = "Nobody with the e-mail address that {outside} names works here. Ask an owner at your school to add you."
_ANOTHER = "At {outside} this e-mail address belongs to another account than before. Ask an owner at your school for a new link."
_AWAY = "{outside} cannot be reached just now. Try again in a while, or use your password."


def _come_in(context: Context, guest: Guest, door: OpenId, told: Told, before: Doorstep) -> Response:
    path, kept = before.path, Kept(**before.kept)
    with context.db.everywhere.write() as session:
        found = _found(session, told, guest)
    if found != "in":
        why = _ANOTHER if found == "another" else _NOBODY
        return sign_in_page(guest, path, kept, wrong=guest.speech.say(why, outside=door.label), status=403)
    return first_step_done(guest, Entry(told.email, f"oidc:{slug_of(door.label)}", path, kept))


def _found(session: Session, told: Told, guest: Guest) -> str:
    return came_from_outside(session, told.email, told.issuer, told.subject, guest.now)


def _not_now(guest: Guest, door: OpenId, wrong: OutsideError, path: str, kept: Kept) -> Response:
    log.warning("the sign-in outside cannot be used", reason=wrong.message)
    return sign_in_page(guest, path, kept, wrong=guest.speech.say(_AWAY, outside=door.label), status=502)


def _door(context: Context, name: str) -> OpenId:
    if context.openid is None or slug_of(context.openid.label) != name:
        raise HTTPException(404)
    return context.openid


def _back(context: Context, name: str) -> str:
    """The exact address that is registered there; never one made from what a request says of itself."""
    return f"{context.settings.public_url}{BACK.format(name=name)}"

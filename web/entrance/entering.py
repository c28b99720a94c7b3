"""The way in: a first step (password, link, the school's own sign-in), a second where it is on, and then the cookie.

Whoever comes in gets a new token; what this browser was signed in with before has ended.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from models.account import Doorstep, account
from upkeep import second_step
from upkeep.doorsteps import stand
from upkeep.knocking import may_try, succeeded
from upkeep.sign_in import begin, end, find, memberships
from web.entrance.cookies import SESSION, read_cookie
from web.entrance.guest import Guest
from web.entrance.kept_words import Kept, keep_words
from web.places import first_place

CODE = "/sign-in/code"


@dataclass(frozen=True, slots=True)
class Entry:
    """Who has shown that it is them, how (see SignIn), and where they want to go."""

    email: str
    how: str
    path: str = "/"
    kept: Kept = field(default_factory=Kept)


def waits(guest: Guest, email: str, door: str = "account") -> int:
    """Seconds until they may try; 0 = now, and it is counted."""
    with guest.context.db.write() as session:
        return may_try(session, email, guest.address, guest.now, door) or 0  # type: ignore[arg-type]


def told_to_wait(guest: Guest, seconds: int) -> str:
    minutes = -(-seconds // 60)
    return guest.speech.count(
        "Too many tries. Please wait a minute, then try again.", "Too many tries. Please wait {n} minutes, then try again.", minutes
    )  # fmt: skip


def first_step_done(guest: Guest, entry: Entry) -> Response:
    """On to the code where one is asked for, else in."""
    with guest.context.db.everywhere.write() as session:
        known = account(session, entry.email)
        if known and second_step.is_on(known):
            stand(
                session, guest.token, "code", guest.now, email=entry.email, how=entry.how, path=entry.path,
                kept=asdict(entry.kept),
            )  # fmt: skip
            return RedirectResponse(CODE, status_code=303)
        return _enter(session, guest, entry)


def second_step_done(session: Session, guest: Guest, before: Doorstep) -> Response:
    return _enter(session, guest, Entry(before.email, before.how, before.path, Kept(**before.kept)))


def _enter(session: Session, guest: Guest, entry: Entry) -> Response:
    https = guest.context.https
    former = find(session, read_cookie(guest.request, SESSION, https=https), guest.now)
    if former:
        end(session, former.sign_in.email, guest.now, only=former.sign_in.id)
    members = memberships(session, entry.email, guest.now)
    row, token = begin(session, entry.email, guest.agent, entry.how, guest.now)
    succeeded(session, entry.email, guest.address, guest.now)
    path = keep_words(session, row.email, entry.kept, [one.school for one, _ in members], guest.now) or entry.path
    first = first_place(members[0][0].role) if members else "/"
    return guest.welcome(row, token, first if path == "/" else path)

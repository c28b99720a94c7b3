"""One request of somebody who is signed in: who they are, at which school, what they sent, and how they are answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar

from fastapi import HTTPException, Request
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from models.account import FormDone, SignIn
from models.database import Database
from models.school import School
from models.staff import StaffMember
from models.whose import school_of
from upkeep.sign_in import Present
from web.context import Context
from web.families.languages import accepted
from web.forms import Fields, Shape, once_key, shaped
from web.moments import Moments
from web.places import places_for
from web.proofs import proof_of
from web.speech import ENGLISH, Speech, speeches

PROVEN = timedelta(minutes=10)  # for how long a password that was just given counts for exports, roles, erasures
S = TypeVar("S", bound=Shape)


class AlreadyDone(Exception):
    """The same form came twice; it was acted upon the first time. `then` is where that led."""

    def __init__(self, then: str) -> None:
        super().__init__(then)
        self.then = then


class NotProven(Exception):
    """They must show again that it is them, before they may go on."""


@dataclass(frozen=True)
class Visit:
    """`person` is what they are at `school`, where they act; `token` is their browser's."""

    context: Context
    request: Request
    present: Present
    person: StaffMember
    school: School
    token: str
    now: datetime
    fields: Fields = field(default_factory=dict)

    @property
    def email(self) -> str:
        return self.person.email

    @cached_property
    def db(self) -> Database:
        """In which there is no other school than theirs."""
        return self.context.db.of(self.school.slug)

    @property
    def sign_in(self) -> SignIn:
        return self.present.sign_in

    @property
    def memberships(self) -> tuple[StaffMember, ...]:
        return self.present.memberships

    @property
    def address(self) -> str:
        """Where the request came from, as far as we believe it."""
        return self.request.client.host if self.request.client else ""

    @property
    def is_piece(self) -> bool:
        """Does a script ask for a piece of a page?"""
        return self.request.headers.get("hx-request") == "true"

    @cached_property
    def speech(self) -> Speech:
        return speech_for(self.request, self.present.account.language)

    @cached_property
    def moments(self) -> Moments:
        return Moments(self.speech.tag, self.school.timezone, self.now)

    # --- what they sent

    def read(self, shape: type[S]) -> S:
        """The form as `shape`. Raises BadForm."""
        return shaped(self.fields, shape)

    def to(self, id: str, *models: type[SQLModel]) -> Visit:
        """This visit at the school that the row of this id belongs to; 404 where they are not, or with another role."""
        with self.context.db.everywhere.read() as session:
            slug = school_of(session, id, *models)
        found = next((one for one in self.memberships if one.school == slug), None)
        if found is None or found.role not in self.request.scope["bridge.roles"]:
            raise HTTPException(404)
        return replace(self, person=found, school=self.present.schools[found.school])

    def must_be_proven(self) -> None:
        """Before exports, erasures, roles: NotProven unless they gave their password within ten minutes."""
        if self.now - self.sign_in.proven_at > PROVEN:
            raise NotProven

    # --- what becomes of it

    @contextmanager
    def write(self, then: str = "") -> Iterator[Session]:
        """One transaction in which this form acts once. A second time: AlreadyDone, which leads to `then`."""
        once = once_key(self.fields)
        then = then or safe_path(self.request.headers.get("hx-current-url", "") or self.request.url.path)
        key = f"{self.sign_in.id}:{once}"
        with self.db.write() as session:
            if session.get(FormDone, key) is not None:
                raise AlreadyDone(then)
            session.add(FormDone(key=key, email=self.email, at=self.now))
            try:
                session.flush()
            except IntegrityError:  # the other of two at the same moment
                session.rollback()
                raise AlreadyDone(then) from None
            yield session

    def go(self, path: str, told: str = "", kind: str = "done") -> Response:
        """On to another page of ours, which first says what was done."""
        if told:
            with self.db.write() as session:
                session.get_one(SignIn, self.sign_in.id).told = {"kind": kind, "text": told}
        return RedirectResponse(path, status_code=303)

    def page(self, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
        """A page of the desk, with its frame."""
        frame: dict[str, Any] = {
            "visit": self, "person": self.person, "school": self.school, "told": self._told(), "csrf": proof_of(self.token),
            "places": places_for(self.person.role), "here": self.request.url.path,
        }  # fmt: skip
        return self.context.desk_page(template, self.speech, self.moments, status=status, **{**frame, **values})

    def piece(self, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
        """A part of a page, without the frame."""
        frame = {"visit": self, "person": self.person, "school": self.school, "csrf": proof_of(self.token)}
        return self.context.desk_page(template, self.speech, self.moments, status=status, **{**frame, **values})

    def _told(self) -> Mapping[str, str]:
        """Said once."""
        told = self.sign_in.told
        if told:
            with self.db.write() as session:
                session.get_one(SignIn, self.sign_in.id).told = {}
        return told


def speech_for(request: Request, chosen: str = "") -> Speech:
    """Of the pages of the desk: what the person chose, else what their browser asks for, else English."""
    known = speeches()
    for tag in (chosen, *accepted(request.headers.get("accept-language", ""))):
        if found := known.get(tag) or known.get(tag.split("-")[0]):
            return found
    return known[ENGLISH]


def safe_path(wanted: str, otherwise: str = "/") -> str:
    """`wanted` if it is a path on this site, else `otherwise`: nobody is led elsewhere by a link of ours."""
    plain = wanted.isprintable() and wanted.isascii() and "\\" not in wanted and " " not in wanted
    return wanted if plain and wanted.startswith("/") and not wanted.startswith("//") else otherwise

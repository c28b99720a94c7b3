"""One request of somebody who is not signed in, for the pages where that is the point: sign-in, invitation, forgotten password."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from fastapi import Depends, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from models.account import SignIn
from web.context import Context
from web.entrance.cookies import GUEST, SESSION, drop_cookie, read_cookie, set_cookie
from web.forms import Fields, Shape, read_fields, shaped
from web.moments import Moments
from web.proofs import FIELD, must_be_ours, new_token, proof_of
from web.speech import Speech
from web.visit import speech_for

_HOUR, _WEEK = 3600, 7 * 24 * 3600
S = TypeVar("S", bound=Shape)


@dataclass(frozen=True)
class Guest:
    """`token` is of this browser's cookie, made when it first asks: their forms are proven by it."""

    context: Context
    request: Request
    token: str
    now: datetime
    fields: Fields = field(default_factory=dict)

    @property
    def speech(self) -> Speech:
        return speech_for(self.request)

    @property
    def address(self) -> str:
        """Where the request came from, as far as we believe it."""
        return self.request.client.host if self.request.client else ""

    @property
    def agent(self) -> str:
        return self.request.headers.get("user-agent", "")

    def read(self, shape: type[S]) -> S:
        """The form as `shape`. Raises BadForm."""
        return shaped(self.fields, shape)

    def page(self, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
        token = self.token or new_token()
        moments = Moments(self.speech.tag, "UTC", self.now)
        frame: dict[str, Any] = {"csrf": proof_of(token), "here": self.request.url.path}
        answer = self.context.desk_page(template, self.speech, moments, status=status, **{**frame, **values})
        set_cookie(answer, GUEST, token, https=self.context.https, seconds=_HOUR)
        return answer

    def welcome(self, sign_in: SignIn, token: str, path: str) -> Response:
        """They are signed in now: their browser gets its token, and goes on to a page of ours."""
        answer = RedirectResponse(path, status_code=303)
        set_cookie(answer, SESSION, token, https=self.context.https, seconds=_WEEK)
        drop_cookie(answer, GUEST, https=self.context.https)
        return answer


async def _guest(request: Request) -> Guest:
    context = request.app.state.context
    token = read_cookie(request, GUEST, https=context.https)
    if request.method in ("GET", "HEAD"):
        return Guest(context, request, token, context.clock())
    fields = await read_fields(request)
    must_be_ours(request, token, (fields.get(FIELD) or [""])[-1])
    return Guest(context, request, token, context.clock(), fields)


def a_guest() -> Any:
    """`guest: Guest = a_guest()` in a route."""
    return Depends(_guest)

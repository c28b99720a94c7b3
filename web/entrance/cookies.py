"""The two cookies: who is signed in, and that a form of somebody who is not came from our page."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

SESSION, GUEST = "session", "guest"


def cookie_name(name: str, *, https: bool) -> str:
    """With https the browser itself keeps others on the host from setting it. Without (a rehearsal) it cannot."""
    return f"__Host-{name}" if https else name


def read_cookie(request: Request, name: str, *, https: bool) -> str:
    return request.cookies.get(cookie_name(name, https=https), "")


def set_cookie(response: Response, name: str, value: str, *, https: bool, seconds: int) -> None:
    response.set_cookie(
        cookie_name(name, https=https), value, max_age=seconds, path="/", secure=https, httponly=True, samesite="lax"
    )


def drop_cookie(response: Response, name: str, *, https: bool) -> None:
    response.delete_cookie(cookie_name(name, https=https), path="/", secure=https, httponly=True, samesite="lax")

"""The number of a request, in the logs of all that comes of it, and in its answer."""

from __future__ import annotations

import re
from itertools import count
from secrets import token_hex

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config.logs import logged

NAME = "X-Request-ID"
_BEGIN, _count = f"rq_{token_hex(5)}_", count(1)  # random once: asking the system for each would give others the turn
_RAW = NAME.lower().encode()
_SANE = re.compile(rb"[A-Za-z0-9_.-]{8,64}")


class RequestId:
    """Middleware. The one that a proxy gave it, if that looks like a number; else one of our own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        number = _given(scope) or f"{_BEGIN}{next(_count)}"

        async def numbered(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[NAME] = number
            await send(message)

        with logged(request=number):
            await self.app(scope, receive, numbered)


def _given(scope: Scope) -> str:
    """Empty where nobody gave it one that looks like a number."""
    return next((value.decode() for name, value in scope["headers"] if name == _RAW and _SANE.fullmatch(value)), "")

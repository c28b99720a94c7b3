"""The number of a request, in the logs of all that comes of it, and in its answer."""

from __future__ import annotations

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config.logs import logged
from models.columns import new_id

NAME = "X-Request-ID"
_SANE = re.compile(r"[A-Za-z0-9_.-]{8,64}", re.ASCII)


class RequestId:
    """Middleware. The one that a proxy gave it, if that looks like a number; else one of our own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get(NAME, "")
        number = given if _SANE.fullmatch(given) else new_id("rq")

        async def numbered(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[NAME] = number
            await send(message)

        with logged(request=number):
            await self.app(scope, receive, numbered)

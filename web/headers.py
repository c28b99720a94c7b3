"""Headers that every answer carries, whoever made it: what browsers may do with it, and who may keep it."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
DESK_POLICY = f"{CONTENT_POLICY}; script-src 'self'; connect-src 'self'"
_YEAR = 365 * 24 * 3600
_ALWAYS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Headers:
    """Middleware. An answer that says nothing of keeping is kept by nobody."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        self.always = {**_ALWAYS, **({"Strict-Transport-Security": f"max-age={_YEAR}"} if https else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        kept = f"public, max-age={_YEAR}, immutable" if _is_marked_file(scope) else "no-store"

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.always.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", kept if message["status"] < 400 else "no-store")
            await send(message)

        await self.app(scope, receive, with_headers)


def _is_marked_file(scope: Scope) -> bool:
    return bool(scope["path"].startswith("/static/") and scope["query_string"].startswith(b"v="))

"""/webhooks/facebook: where Facebook calls when something happens on a page.

Signed parcels are stored as they come and read by nobody here. What is not signed gets 403, and is only counted.
"""

from __future__ import annotations

import asyncio
import hmac
from hashlib import sha256

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from web.bodies import TooLarge, read_body
from web.context import Context
from web.machines.keeper import Keeper, NotKept

ADDRESS = "/webhooks/facebook"
LARGEST = 1 << 20  # bytes
SLOWEST = 20.0  # seconds for the whole body


def webhook_routes(context: Context) -> APIRouter:
    router, settings, keeper = APIRouter(), context.settings, Keeper(context)

    async def verify(request: Request) -> Response:
        """Facebook asks whether this address wants to be called: the challenge is the whole answer."""
        asked = request.query_params
        token, known = asked.get("hub.verify_token", ""), settings.fb_verify_token
        if asked.get("hub.mode") != "subscribe" or not known or not _same(token, known):
            return PlainTextResponse("The verify token is not the one set here.\n", 403)
        return PlainTextResponse(asked.get("hub.challenge", ""))

    async def receive(request: Request) -> Response:
        told = request.headers.get("x-hub-signature-256", "")
        if not settings.fb_app_secret or not told.startswith("sha256="):
            return _refused(context)
        try:
            async with asyncio.timeout(SLOWEST):
                body = await read_body(request, LARGEST)
        except TooLarge:
            context.hooks.refused += 1
            return PlainTextResponse("A webhook may have 1 MB.\n", 413)
        except TimeoutError:
            context.hooks.refused += 1
            return PlainTextResponse("The body took too long.\n", 408)
        if not is_signed(told, settings.fb_app_secret, body):
            return _refused(context)
        return await _kept(context, keeper, body)

    # Plain routes: they take no parameters, and finding that out anew would cost as much as a small answer.
    router.add_route(ADDRESS, verify, methods=["GET"])
    router.add_route(ADDRESS, receive, methods=["POST"])
    return router


def is_signed(told: str, app_secret: str, body: bytes) -> bool:
    """`told` is the header X-Hub-Signature-256; what is signed are the very bytes."""
    return _same(told, "sha256=" + hmac.new(app_secret.encode(), body, sha256).hexdigest())


async def _kept(context: Context, keeper: Keeper, body: bytes) -> Response:
    context.hooks.received += 1
    try:
        await keeper.keep(body)
    except NotKept:
        context.hooks.failed += 1
        return PlainTextResponse("Not stored: send it again.\n", 503, headers={"Retry-After": "60"})
    return PlainTextResponse("ok\n")


def _refused(context: Context) -> Response:
    context.hooks.refused += 1
    return PlainTextResponse("Not signed by our app.\n", 403)


def _same(given: str, known: str) -> bool:
    """In constant time; as bytes, since compare_digest refuses other letters than ASCII in texts."""
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), known.encode())

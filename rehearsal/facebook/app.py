"""The pretend Facebook as a web application: control first, then people's pages, and the Graph for every other path."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.types import Receive, Scope, Send

from rehearsal.facebook import control, graph, people_pages
from rehearsal.facebook.calls import Call, Upload
from rehearsal.facebook.hooks import HookSender
from rehearsal.facebook.problems import GraphProblem
from rehearsal.facebook.wishes import Mistake
from rehearsal.facebook.world import World

METHODS = ["GET", "POST", "DELETE", "PUT", "PATCH"]
TRANSPORT = "rehearsal.transport"  # put into the scope by the server, so that a connection can be cut


class Cut(Response):
    """Closes the connection instead of answering."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport = scope.get(TRANSPORT)
        if transport is None:
            raise RuntimeError("Only the rehearsal's own server can cut a connection.")
        transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass


def build(world: World) -> FastAPI:
    """The application around a world. Webhooks are sent while it lives, by one thread that sleeps when nothing happens."""
    sender = HookSender(world)
    world.listener = sender.notice

    @asynccontextmanager
    async def living(app: FastAPI) -> AsyncIterator[None]:
        yield
        world.listener = None
        await run_in_threadpool(sender.stop)

    app = FastAPI(title="Rehearsal - not Facebook", docs_url=None, redoc_url=None, openapi_url=None, lifespan=living)
    app.add_exception_handler(Mistake, control.mistaken)
    app.add_exception_handler(GraphProblem, control.mistaken)
    app.include_router(control.router(world, sender))

    @app.get("/")
    async def root(request: Request) -> Response:
        if request.query_params.get("ids"):
            return await _graph(world, request)
        return await run_in_threadpool(people_pages.list_of_pages, world, request)

    app.include_router(people_pages.router(world))

    @app.api_route("/{path:path}", methods=METHODS)
    async def everything_else(request: Request) -> Response:
        return await _graph(world, request)

    return app


async def _graph(world: World, request: Request) -> Response:
    params, files = await _given(request)
    bearer = request.headers.get("authorization", "").partition(" ")[2]
    if bearer and world.is_unlike("header-token"):
        params.setdefault("access_token", bearer)
    base = f"{request.url.scheme}://{request.url.netloc}"
    call = Call(request.method, request.url.path.lstrip("/"), {**request.query_params, **params}, files, base)
    answer = await run_in_threadpool(graph.answer, world, call)
    if answer.delay:
        await asyncio.sleep(answer.delay)
    if answer.cut:
        return Cut()
    return Response(answer.content(), answer.status, answer.headers | {"Content-Type": answer.content_type})


async def _given(request: Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    """The parameters and files of a body: JSON, form or multipart. A body that cannot be read gives none."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return _object(await request.body()), {}
    if kind not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return {}, {}
    params: dict[str, Any] = {}
    files: dict[str, Upload] = {}
    async with request.form() as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                files[name] = Upload(value.filename or name, await value.read(), value.content_type or "")
            else:
                params[name] = value
    return params, files


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}

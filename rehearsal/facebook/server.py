"""Runs the pretend Facebook: in a thread for tests and the demo, in the foreground for the command."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from rehearsal.facebook.app import TRANSPORT, build
from rehearsal.facebook.saving import keep_in
from rehearsal.facebook.towns import APP_ID, APP_SECRET, PAGE_TOKEN, VERIFY_TOKEN, furnish
from rehearsal.facebook.world import World

LONGEST_STOP = 10.0


class PretendFacebook:
    """A running pretend Facebook: `url` to talk to, `world` to look into. Also a context manager."""

    def __init__(self, world: World | None = None, *, data: Path | None = None, host: str = "127.0.0.1") -> None:
        self.world = furnish(World()) if world is None else world
        self.host = host
        self.url = ""
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        if data is not None:
            keep_in(self.world, data)

    def start(self, port: int = 0) -> PretendFacebook:
        """Listens before it returns; port 0 takes a free one. OSError when the port is taken."""
        listening = socket.create_server((self.host, port))
        self.url = f"http://{self.host}:{listening.getsockname()[1]}"
        self.world.www = self.url
        self._server = uvicorn.Server(_config(self.world))
        self._thread = threading.Thread(
            target=self._server.run, args=([listening],), name="pretend-facebook", daemon=True
        )
        self._thread.start()
        return self

    @property
    def busy(self) -> int:
        """Requests under way, also those whose sender has gone."""
        return len(self._server.server_state.tasks) if self._server else 0

    def stop(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(LONGEST_STOP)
        self._server = self._thread = None

    def __enter__(self) -> PretendFacebook:
        return self if self._thread else self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def serve(port: int, data: Path | None = None, *, host: str = "127.0.0.1", say: Callable[[str], None] = print) -> None:
    """Serves until Ctrl-C or SIGTERM, then returns. `say` gets what a person needs to know."""
    world = furnish(World())
    if data is not None:
        keep_in(world, data)
    listening = socket.create_server((host, port))
    world.www = f"http://{host}:{listening.getsockname()[1]}"
    say(f"The pretend Facebook is at {world.www} (not Facebook: everything stays on this machine).")
    say(f"App {APP_ID}, secret {APP_SECRET}, verify token {VERIFY_TOKEN}, page token {PAGE_TOKEN}.")
    say("Ctrl-C ends it.")
    server = uvicorn.Server(_config(world))
    for wish in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wish, lambda number, frame: None)  # uvicorn ends the serving, then hands the signal on to this
    server.run([listening])


def _config(world: World) -> uvicorn.Config:
    return uvicorn.Config(
        build(world),
        http=CuttableProtocol,
        ws="none",
        log_level="warning",
        access_log=False,
        log_config=None,  # whoever runs it says where lines go
        timeout_graceful_shutdown=1,
    )


class CuttableProtocol(H11Protocol):
    """HTTP as usual, except that the application may reach the connection itself, to cut it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # asyncio forgets this for sockets made by socket.create_server (protocol 0): each answer would take 40 ms longer
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        inner: ASGIApp = self.app

        async def with_transport(scope: Scope, receive: Receive, send: Send) -> None:
            shown: dict[str, Any] = {**scope, TRANSPORT: transport}
            await inner(shown, receive, send)

        self.app = with_transport

"""`serve`: web pages and the clock in one process, the embedded default."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Annotated

import typer

from commands.bridge import open_bridge
from commands.serving import listen, serve_until_stopped
from commands.telling import Json, aside, say_json
from config.mistake import Mistake

app = typer.Typer()
Host = Annotated[str, typer.Option(help="Where to listen.")]
Port = Annotated[int, typer.Option(min=0, max=65535)]


@app.command()
def serve(host: Host = "127.0.0.1", port: Port = 8000, as_json: Json = False) -> int:
    """Web pages and the clock in one process. Ctrl-C or SIGTERM ends it with 0."""
    with suppress(KeyboardInterrupt):  # asked to end before it quite began
        bridge = open_bridge(logs=True)
        with listening_on(host, port, as_json) as listening:
            serve_until_stopped(bridge, listening)
    return 0


@contextmanager
def listening_on(host: str, port: int, as_json: bool) -> Iterator[socket.socket]:
    """Tells where. Mistake when that place cannot be had."""
    with _listening(host, port) as listening:
        url = f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}"
        aside(f"Serving on {url}; Ctrl-C ends it.")
        if as_json:
            say_json({"url": url})
        yield listening


def _listening(host: str, port: int) -> socket.socket:
    try:
        return listen(host, port)
    except (OSError, TypeError) as wrong:  # TypeError: a text that no host name can be
        reason = (getattr(wrong, "strerror", None) or "no usable name").partition(" (while")[0]
        raise Mistake(f"{host}:{port} cannot be used ({reason})", "choose another --port or --host") from None

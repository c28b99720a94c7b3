"""`serve`: web pages and the clock in one process, the embedded default."""

from __future__ import annotations

import errno
import threading
from typing import Annotated

import typer

from commands.bridge import open_bridge
from commands.serving import serve_until_stopped
from commands.telling import aside
from config.mistake import Mistake

app = typer.Typer()


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8000,
) -> int:
    """Web pages and the clock in one process. Ctrl-C or SIGTERM ends it with 0."""
    bridge = open_bridge(logs=True)
    aside(f"Serving on http://{host}:{port}; Ctrl-C ends it.")
    try:
        serve_until_stopped(bridge, host, port, threading.Event())
    except OSError as wrong:
        if wrong.errno in (errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL):
            raise Mistake(
                f"{host}:{port} cannot be used ({wrong.strerror})", "choose another --port or --host"
            ) from wrong
        raise
    return 0

"""`rehearsal`: only the pretend Facebook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from commands.telling import Json, said_in_json, say
from config.mistake import Mistake
from rehearsal.facebook.server import serve

app = typer.Typer()


@app.command("rehearsal")
def rehearsal(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")] = 8090,
    data: Annotated[
        Path | None, typer.Option("--data", metavar="DIR", help="Where it keeps its world; without it nothing is kept.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Run only the pretend Facebook, until Ctrl-C. Open its address in a browser to post and comment by hand."""
    try:
        serve(port, data, say=said_in_json if as_json else say)
    except KeyboardInterrupt:
        pass  # asked to end before it quite began
    except OSError as wrong:
        raise Mistake(f"Port {port} cannot be used ({wrong.strerror})", "give another with --port") from None

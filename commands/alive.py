"""`alive`: does a process without web pages do its work? For systemd, containers and whoever asks."""

from __future__ import annotations

from typing import Annotated

import typer

from commands.bridge import now
from commands.telling import Json, say, say_json
from config.mistake import Mistake
from config.settings import read_settings
from config.this_process import HOST
from models.database import Database
from models.pulse import is_alive, pulses

app = typer.Typer()


@app.command("alive")
def alive(
    role: Annotated[str, typer.Argument(help="worker, clock or web.")],
    anywhere: Annotated[bool, typer.Option(help="Not only on this machine, or in this container.")] = False,
    as_json: Json = False,
) -> None:
    """Ends with 0 when a process of this role lives here, else with 1.

    Each touches its row every 15 seconds, as long as it can work and reaches the database; a minute later it counts as gone.
    """
    if role not in ("web", "worker", "clock"):
        raise Mistake(f"“{role}” is no role", "use worker, clock or web")
    with Database(read_settings().database).read() as session:
        rows = [row for row in pulses(session, None if anywhere else HOST) if row.role == role]
    living = [row.process for row in rows if is_alive(row, now())]
    where = "anywhere" if anywhere else f"on {HOST}"
    if as_json:
        say_json({"role": role, "alive": living})
    else:
        say(f"{len(living)} {role} alive {where}." if living else f"No {role} lives {where}: look into its log.")
    if not living:
        raise typer.Exit(1)

"""`migrate`: brings the database to the shape of this version, before the first machine is renewed."""

from __future__ import annotations

import typer

from commands.telling import Json, say, say_json
from config.logs import start_logging
from config.settings import read_settings
from models.database import Database
from models.migrate import NEWEST, shape
from models.migrate import migrate as bring_up
from schedulers.many.queue import prepare

app = typer.Typer()


@app.command()
def migrate(as_json: Json = False) -> None:
    """Bring the database to the shape of this version, while others work on it. Every start does so, too.

    Programs of the version before go on: a migration first only adds.
    """
    settings = read_settings()
    start_logging(settings.log, quiet=settings.log == "text", secrets=settings.secrets)
    db = Database(settings.database)
    before = bring_up(db).revision
    if not db.is_sqlite:
        prepare(db)
    now = shape(db)
    db.close()
    if as_json:
        say_json({"from": before, "to": now.revision, "program": NEWEST, "oldest_program": now.oldest_program})
        return
    say(_told(before, str(now.revision)))
    say(f"The oldest version that works with it is that of shape {now.oldest_program}.")


def _told(before: str | None, after: str) -> str:
    if after > NEWEST:
        return f"{after} is the shape of a newer version, which still works with this one: nothing was done."
    if before == after:
        return f"The database is in the shape of this version already: {after}."
    return f"Brought to the shape of this version: from {before or 'nothing'} to {after}."

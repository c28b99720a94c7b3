"""`backup`, `restore`, `resume`: the database saved, put back, and let go on."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from commands.bridge import now, open_bridge
from commands.schools import the_school
from commands.telling import As, Json, TheSchool, aside, say, say_json
from config.mistake import Mistake
from config.settings import read_settings
from models.database import Database
from models.school import School
from models.staff import member
from schedulers.lock import round_lock
from upkeep.backup import back_up
from upkeep.pause import paused_schools
from upkeep.pause import resume as let_go_on
from upkeep.restore import Restored, checked, make_room
from upkeep.restore import restore as put_back

app = typer.Typer()
File = Annotated[Path, typer.Argument(metavar="FILE", readable=False)]
_KEYS = {
    "opens": "The key is not in it, and without it no token in it can be read: keep a copy of {key} in another place.",
    "foreign": "The key of this installation does not open what is sealed in it: find the one that does, or `load` fresh tokens.",
    "unused": "Nothing is sealed in it yet.",
}


@app.command()
def backup(file: File, as_json: Json = False) -> None:
    """Save all rows of the database, as they stand now, into one checked file. A round may go on meanwhile.

    The file can be restored into SQLite and PostgreSQL alike. The key is not in it.
    """
    bridge = open_bridge()
    done = back_up(bridge.db, bridge.vault, file, tell=_progress)
    key = _KEYS[done.key].format(key=bridge.settings.data / "secret.key")
    if as_json:
        say_json({"file": str(file), "rows": done.rows, "key": done.key})
        return
    say(f"{file}: {done.total:,} rows, whole ({_most(done.rows)}).")
    say(key)


@app.command()
def restore(
    file: File,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Put a backup in place of the database. Nothing is sent afterwards until an owner says `resume`.

    What was there before is kept in a file beside it. On a terminal it asks first.
    """
    settings = read_settings()
    with checked(file) as copy:
        _put_damaged_aside(settings.database)
        bridge = open_bridge(settings)
        if not yes and sys.stdin.isatty():
            typer.confirm(f"Replace everything in {bridge.db.shown} by {file}?", abort=True, err=True)
        with round_lock(bridge.db, waiting=lambda: aside("A round is under way; this waits for it.")):
            done = put_back(bridge.db, copy, bridge.vault, settings.data, bridge.clock(), _progress)
    _tell_restored(done, as_json)


@app.command()
def resume(email: As, school: TheSchool = None, as_json: Json = False) -> int:
    """Let a restored or copied database send again, once `sync` has read back every page and calendar. Owners."""
    bridge = open_bridge()
    with bridge.db.write() as session:
        wanted = [the_school(session, school)] if school else paused_schools(session)
        theirs = [
            one for one in wanted if school or ((found := member(session, one.slug, email)) and found.role == "owner")
        ]
        if wanted and not theirs:
            raise Mistake(f"{email} may not resume {_named(wanted)}", "ask an owner of the school")
        told = [let_go_on(session, one.slug, email, bridge.clock()) for one in theirs]
    for sentence in told or ["Nothing is paused."]:
        say_json({"done": sentence}) if as_json else say(sentence)
    return 0


def _put_damaged_aside(url: str) -> None:
    db = Database(url)
    with round_lock(db) if db.is_sqlite else nullcontext():
        if aside_of := make_room(db, now()):
            aside(f"The database is damaged; it is now {aside_of}.")
    db.close()


def _named(schools: list[School]) -> str:
    return ", ".join(one.slug for one in schools)


def _progress(table: str, rows: int) -> None:
    if rows:
        aside(f"{table}: {rows:,}")


def _most(rows: dict[str, int]) -> str:
    known = {"school": "schools", "event": "events", "post": "posts", "message": "messages", "delivery": "deliveries"}
    counts = {name: rows.get(name, 0) for name in known}
    return ", ".join(f"{count:,} {name if count == 1 else known[name]}" for name, count in counts.items())


def _tell_restored(done: Restored, as_json: bool) -> None:
    if as_json:
        kept = str(done.aside) if done.aside else None
        say_json(
            {"rows": done.rows, "kept": kept, "key": done.key, "paused": done.sentence, "erased_again": done.forgotten}
        )
        return
    if done.forgotten:
        say(f"{done.forgotten} who were erased since are erased again.")
    say(f"{done.total:,} rows are back ({_most(done.rows)}).")
    if done.aside:
        say(f"What was here before is in {done.aside}.")
    if done.key == "foreign":
        say(_KEYS["foreign"])
    say(done.sentence)

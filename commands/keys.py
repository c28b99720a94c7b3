"""`key`: the key that tokens and passwords are sealed with."""

from __future__ import annotations

import typer

from commands.bridge import open_bridge
from commands.telling import Json, aside, say, say_json
from models.audit import note
from models.school import schools
from models.vault import new_key
from upkeep.keys import rotate

app = typer.Typer()
_key = typer.Typer(help="The key that tokens and passwords are sealed with: rotate, new.", no_args_is_help=True)
app.add_typer(_key, name="key")


@_key.command("rotate")
def rotate_key(as_json: Json = False) -> int:
    """Seal every token and password anew with a new key, then drop the old one. Killed anywhere, it goes on when run again.

    Where BRIDGE_SECRET_KEY is set, the new key is put there first, by hand: NEW,OLD.
    """
    bridge = open_bridge()
    done = rotate(bridge.db, bridge.settings.secret_key, bridge.settings.data)
    with bridge.db.write() as session:
        for school in schools(session):
            note(
                session,
                school.slug,
                bridge.clock(),
                "",
                "rotate key",
                school.slug,
                resealed=done.resealed,
                lost=done.lost,
            )
    if as_json:
        say_json({"resealed": done.resealed, "kept": done.kept, "lost": done.lost})
    else:
        what = "1 secret is" if done.resealed == 1 else f"{done.resealed} secrets are"
        say(f"{what} sealed anew, {done.kept} were already.")
        say(_what_now(done.in_environment))
    if done.lost:
        aside(f"{done.lost} were sealed with a key that is not here, and stay as they are: `load` fresh tokens.")
    return 1 if done.lost else 0


@_key.command("new")
def fresh() -> None:
    """Print a fresh key. Nothing else is done with it."""
    say(new_key())


def _what_now(in_environment: bool) -> str:
    if in_environment:
        return "Now take the old key out of BRIDGE_SECRET_KEY, here and wherever else this installation runs."
    return (
        "The old key is gone from secret.key: save the new one where you keep the old; older backups still need that."
    )

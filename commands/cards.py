"""`cards`: what waits for a person to mend it."""

from __future__ import annotations

from typing import Annotated

import typer

from commands import shapes
from commands.bridge import open_bridge
from commands.schools import these_schools
from commands.telling import As, Json, OfSchool, say, say_json, say_rows
from config.mistake import Mistake
from models.card import Card, cards, open_cards
from models.whose import school_of
from upkeep.cards import close_by_hand

app = typer.Typer()
_cards = typer.Typer(help="What waits for a person to mend it.", invoke_without_command=True)
app.add_typer(_cards, name="cards")

_COLUMNS = ("id", "subject", "message", "told_at")
All = Annotated[bool, typer.Option("--all", help="Also those that are closed.")]


@_cards.callback()
def listed(ctx: typer.Context, school: OfSchool = None, every: All = False, as_json: Json = False) -> None:
    """What waits for a person to mend it. Without a command: list the open ones.

    Most close by themselves once the trouble is mended.
    """
    if ctx.invoked_subcommand:
        return
    bridge = open_bridge()
    with bridge.db.read() as session:
        found = [
            shapes.card(row)
            for one in these_schools(session, school)
            for row in (cards if every else open_cards)(session, one.slug)
        ]
    say_rows(found, _COLUMNS, as_json=as_json, none="Nothing waits for a person.")


@_cards.command("done")
def done(id: Annotated[str, typer.Argument(metavar="ID")], email: As, as_json: Json = False) -> None:
    """Say that what a card tells is settled, where only a person can know."""
    bridge = open_bridge()
    with bridge.db.write() as session:
        school = school_of(session, id, Card)
        if school is None:
            raise Mistake(f"There is no card {id}", "see them with `cards`")
        sentence = close_by_hand(session, school, id, email, bridge.clock())
    if as_json:
        say_json({"done": sentence})
    else:
        say(sentence)

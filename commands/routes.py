"""`routes explain`: why a text would go to whom."""

from __future__ import annotations

from typing import Annotated

import typer

from commands.bridge import open_bridge
from commands.schools import the_school
from commands.telling import Json, TheSchool, plain, say, say_json
from inbox.language.guess import Guesser
from inbox.routing.explain import explained_json, here

app = typer.Typer()
_routes = typer.Typer(help="Explain the whole way of one text to a person.", no_args_is_help=True)
app.add_typer(_routes, name="routes")


@_routes.callback()
def routes() -> None:
    """Why a comment goes to whom."""


@_routes.command("explain")
def explained(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What a family might write.")],
    school: TheSchool = None,
    page: Annotated[str, typer.Option(metavar="SLUG", help="On which page; the only one, where there is one.")] = "",
    event: Annotated[str, typer.Option(metavar="ID", help="Under the post about which event.")] = "",
    as_json: Json = False,
) -> None:
    """The whole way of one text, as if it came in now: cleaning, engines, guess, rule, person, reason."""
    bridge = open_bridge()
    with bridge.db.read() as session:
        known = here(session, the_school(session, school), bridge.clock(), page=page, event_id=event)
    found = known.explain(text, Guesser())
    if as_json:
        say_json(explained_json(found))
    else:
        for step in found.steps:
            say(plain(step))

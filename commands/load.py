"""`load`: a site file into the database. Calls nobody."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from dotenv import dotenv_values

from commands.bridge import open_bridge
from commands.telling import Json, aside, plain, say, say_json
from config.settings import read_settings
from config.site import read_site
from config.wording import wording_languages
from upkeep.compare import Change
from upkeep.load import left_alone, load

app = typer.Typer()


@app.command("load")
def load_site(
    site: Annotated[Path, typer.Argument(metavar="SITE.toml", readable=False, help="What one school connects.")],
    as_json: Json = False,
) -> None:
    """Check a site file and make the database agree with it.

    Nothing is changed when any line is wrong. What the file no longer names is switched off, never deleted; people
    that were added by hand are left alone. Nobody is called.
    """
    settings = read_settings()
    said = read_site(site, environment(), wording_languages=wording_languages(settings.data / "wording"))
    bridge = open_bridge(settings)
    with bridge.db.write() as session:
        changes = load(session, bridge.vault, said, bridge.clock())
        alone = left_alone(session, said)
    for change in changes:
        _tell(change, as_json)
    for email in alone:
        aside(f"{email} was added or changed by hand, and stays as it is: use `person` to change them.")
    if not changes:
        aside(f"Nothing changed: {said.school.slug} is as {site} says.")


def environment() -> Mapping[str, str]:
    """What "env:NAME" sees: the environment over `.env` of the folder one stands in."""
    kept = {name: value for name, value in dotenv_values(".env").items() if value is not None}
    return {**kept, **os.environ}


def _tell(change: Change, as_json: bool) -> None:
    if as_json:
        say_json({"what": change.what, "slug": change.slug, "how": change.how, "details": list(change.details)})
        return
    say(f"{change.how}: {change.what} {change.slug}")
    for detail in change.details:
        say(f"    {plain(detail)}")

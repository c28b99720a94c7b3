"""`feeds`: calendar addresses that centers and families subscribe to."""

from __future__ import annotations

from typing import Annotated

import segno
import typer

from commands import shapes
from commands.bridge import open_bridge
from commands.schools import the_school, these_schools
from commands.telling import Json, OfSchool, TheSchool, out, say, say_json, say_rows
from models.center import Feed, feeds
from models.whose import school_of
from upkeep import subscriptions

app = typer.Typer()
_feeds = typer.Typer(help="Subscribed calendar addresses: list, add, revoke.", invoke_without_command=True)
app.add_typer(_feeds, name="feeds")

_ADDRESSES = {"url": subscriptions.address, "webcal": subscriptions.webcal, "page": subscriptions.page}
_COLUMNS = ("id", "school", "center", "category", "made_at", "fetched_at", "revoked_at")


@_feeds.callback()
def listed(ctx: typer.Context, school: OfSchool = None, as_json: Json = False) -> None:
    """Subscribed calendar addresses. Without a command: list them.

    The address itself is shown only when it is made: whoever holds it reads along.
    """
    if not ctx.invoked_subcommand:
        _list(school, as_json)


@_feeds.command("list")
def listed_by_name(school: OfSchool = None, as_json: Json = False) -> None:
    """List them, as `feeds` alone does."""
    _list(school, as_json)


def _list(school: str | None, as_json: bool) -> None:
    bridge = open_bridge()
    with bridge.db.read() as session:
        rows = [shapes.feed(row) for one in these_schools(session, school) for row in feeds(session, one.slug)]
    say_rows(rows, _COLUMNS, as_json=as_json, none="No address was given out yet: `feeds add`.")


@_feeds.command("add")
def add(
    school: TheSchool = None,
    center: Annotated[str, typer.Option("--center", metavar="SLUG", help="What this center would get.")] = "",
    category: Annotated[str, typer.Option("--category", metavar="NAME", help="Only events of this category.")] = "",
    as_json: Json = False,
) -> None:
    """Make a new address."""
    bridge = open_bridge()
    with bridge.db.write() as session:
        home = the_school(session, school).slug
        row, token = subscriptions.give_out(session, home, center=center, category=category.strip(), now=bridge.clock())
    made = {name: of(bridge.settings.public_url, token) for name, of in _ADDRESSES.items()}
    if as_json:
        say_json({**shapes.feed(row), **made})
    else:
        _say_made(row.id, **made)


def _say_made(feed_id: str, url: str, webcal: str, page: str) -> None:
    say(f"{feed_id}: {url}")
    say(f"Opens in a calendar program: {webcal}")
    say(f"How to subscribe, in your families' languages: {page}")
    if out().is_terminal:
        segno.make(page, micro=False).terminal(compact=True)
    say("Keep them: they are shown only now.")


@_feeds.command("revoke")
def revoke(feed_id: Annotated[str, typer.Argument(metavar="ID")], as_json: Json = False) -> None:
    """Close an address for good."""
    bridge = open_bridge()
    with bridge.db.write() as session:
        school = school_of(session, feed_id, Feed)
        row = subscriptions.revoke(session, school, feed_id, bridge.clock())
    if as_json:
        say_json(shapes.feed(row))
    else:
        say(f"{row.id} is closed: who subscribed to it gets nothing more.")

"""`approve`, `hold`, `take-back`, `adopt`, `settle`, `release`: what a person decides about what waits for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import typer
from sqlmodel import Session, SQLModel, select

from commands.bridge import open_bridge
from commands.held import show_held
from commands.schools import the_school
from commands.telling import As, Json, TheSchool, say, say_json
from config.mistake import Mistake
from mirroring import decide
from mirroring import take_back as taking_back
from models.center import CalendarEntry
from models.delivery import Delivery
from models.event import Event
from models.page import Page
from models.post import Post
from models.source import Source
from models.whose import school_of
from outbox.person import settle_by_hand
from upkeep import release as releasing

app = typer.Typer()
_WAITING = (Post, Event, CalendarEntry)
Id = Annotated[str, typer.Argument(metavar="ID")]
Decision = Callable[[Session, str, datetime], str]


@app.command()
def approve(id: Id, email: As, as_json: Json = False) -> int:
    """Say yes to a post that waits, or (by the event's id) to a missing event being told as cancelled."""
    return _decide(id, _WAITING, lambda s, school, now: decide.approve(s, school, id, email, now), as_json)


@app.command()
def hold(id: Id, email: As, as_json: Json = False) -> int:
    """Say no to a post that waits, or (by the event's id) keep an event that its calendar no longer lists."""
    return _decide(id, _WAITING, lambda s, school, now: decide.hold(s, school, id, email, now), as_json)


@app.command("take-back")
def take_back(id: Id, email: As, as_json: Json = False) -> int:
    """Put the school's words into a center's calendar again, where somebody there changed them."""
    return _decide(
        id, (CalendarEntry,), lambda s, school, now: taking_back.take_back(s, school, id, email, now), as_json
    )


@app.command()
def adopt(id: Id, email: As, as_json: Json = False) -> int:
    """Say that the post somebody made by hand is this one: no second one is made, and changes are told under it."""
    return _decide(id, (Post,), lambda s, school, now: decide.adopt(s, school, id, email, now), as_json)


@app.command()
def settle(
    id: Id,
    email: As,
    sent: Annotated[str, typer.Option("--sent", metavar="EXTERNAL_ID", help="It stands there, under this id.")] = "",
    again: Annotated[bool, typer.Option("--again", help="Send it once more.")] = False,
    drop: Annotated[bool, typer.Option("--drop", help="Do not send it any more.")] = False,
    as_json: Json = False,
) -> int:
    """Decide about a delivery that needs a person: it is there, send it again, or drop it."""
    if sum((bool(sent), again, drop)) != 1:
        raise Mistake("One decision is needed", "say one of --sent EXTERNAL_ID, --again, --drop")
    return _decide(
        id,
        (Delivery,),
        lambda s, school, now: settle_by_hand(s, school, id, email, now, sent=sent, again=again),
        as_json,
    )


@app.command()
def release(
    slug: Annotated[str, typer.Argument(metavar="SOURCE_OR_PAGE")],
    email: Annotated[str, typer.Option("--as", metavar="EMAIL", help="Who you are; not needed with --show.")] = "",
    show: Annotated[bool, typer.Option("--show", help="Only show what a held feed would change.")] = False,
    school: TheSchool = None,
    as_json: Json = False,
) -> int:
    """Let a held feed, or a page whose writes Facebook refused, go on."""
    bridge = open_bridge()
    if not show and not email:
        raise Mistake("Nobody says this", "add --as with your email, or --show to look first")
    if show:
        with bridge.db.read() as session:
            return show_held(session, the_school(session, school or _only_school(session, slug)), slug, as_json)
    with bridge.db.write() as session:
        where = the_school(session, school or _only_school(session, slug))
        return _told(releasing.release(session, where.slug, slug, email, bridge.clock()), as_json)


def _only_school(session: Session, slug: str) -> str:
    found = {*session.exec(select(Source.school).where(Source.slug == slug))}
    found |= {*session.exec(select(Page.school).where(Page.slug == slug))}
    if len(found) != 1:
        if not found:
            raise Mistake(f"There is no calendar and no page {slug}", "use its slug in the site file")
        raise Mistake(f"Several schools have one called {slug}", "name the school with --school")
    return found.pop()


def _decide(id: str, models: tuple[type[SQLModel], ...], decision: Decision, as_json: bool) -> int:
    bridge = open_bridge()
    with bridge.db.write() as session:
        school = school_of(session, id, *models)
        if school is None:
            raise Mistake(f"There is nothing with the id {id}", "look it up with `posts`, `events` or `deliveries`")
        return _told(decision(session, school, bridge.clock()), as_json)


def _told(sentence: str, as_json: bool) -> int:
    if as_json:
        say_json({"done": sentence})
    else:
        say(sentence)
    return 0

"""`plan`: what a round would publish, revise, withdraw, hold, and why. Changes nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from commands.bridge import Bridge, open_bridge
from commands.schools import these_schools
from commands.telling import Json, OfSchool, aside, say_rows
from config.mistake import Mistake
from mirroring.intake import ask, stands, take_answer, time_passes
from mirroring.planned import Action
from mirroring.sources.copy import Asking
from models.page import pages
from models.school import School
from models.source import Source, sources
from schedulers.outward import plan_page

app = typer.Typer()

_FIRST, _LAST = 1970, 2200  # years; a plan looks back and ahead from there


@app.command()
def plan(
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help="As if it were then (ISO 8601).")] = None,
    school: OfSchool = None,
    as_json: Json = False,
) -> int:
    """What a round would publish, revise, withdraw, hold, and why. Reads the feeds; changes nothing."""
    bridge = open_bridge()
    hold = bridge.settings.families_cannot_reach_us
    found: list[dict[str, Any]] = []
    with bridge.db.read() as session:
        rows = these_schools(session, school)
    for one in rows:
        now = _moment(at, one.timezone) if at else bridge.clock()
        found += [_row(one, action) for action in _planned(bridge, one, hold, now)]
    columns = ("action", "kind", "page", "title", "at", "why")
    say_rows(found, columns, as_json=as_json, none="There is nothing to do.")
    return 0


def _planned(bridge: Bridge, school: School, hold: str, now: datetime) -> list[Action]:
    """As a round does, from the feeds as they are now; in a rehearsal of the database, of which nothing stays."""
    with bridge.db.read() as session:
        feeds = sources(session, school.slug)
    answers = [(source, ask(_asking(bridge, school, source))) for source in feeds]
    with bridge.db.rehearse() as db:
        for source, answer in answers:
            taken = take_answer(db, school, source, answer, bridge.clock())
            if taken.message:
                aside(taken.message)
            elif now > bridge.clock():
                with db.write() as session:
                    time_passes(session, school, stands(session, source), now)
        with db.read() as session:
            rows = pages(session, school.slug)
            return [action for page in rows for action in plan_page(session, school, page, hold, now)]


def _asking(bridge: Bridge, school: School, source: Source) -> Asking:
    return Asking(bridge.db, bridge.doors, bridge.vault, school, source, bridge.clock())


def _row(school: School, action: Action) -> dict[str, Any]:
    return {
        "action": action.action,
        "kind": action.kind,
        "school": school.slug,
        "page": action.page,
        "event_id": action.event_id,
        "title": action.title,
        "at": action.at.astimezone(ZoneInfo(school.timezone)).isoformat(timespec="seconds"),
        "why": action.why,
    }


def _moment(text: str, zone: str) -> datetime:
    """A time as a person writes it; without an offset it is the school's own."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Mistake(f"--at {text} is no time", "write it like 2026-12-01T18:00") from None
    if not _FIRST <= moment.year <= _LAST:
        raise Mistake(f"--at {text} is too far away", f"name a time between {_FIRST} and {_LAST}")
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))

"""`erase`: a person who asks to be forgotten, at two people's word."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from sqlmodel import Session

from commands.bridge import Bridge, open_bridge
from commands.schools import the_school, these_schools
from commands.telling import Json, TheSchool, aside, say, say_json, say_rows
from config.mistake import Mistake
from models.erasure import Erasure, all_erasures
from upkeep.erase import ON_FACEBOOK, Outcome, alone, ask_or_confirm, refuse
from upkeep.scrub import clean_up
from upkeep.whole_person import whole_person

app = typer.Typer()
_COLUMNS = ("id", "state", "asked_by", "asked_at", "why", "confirmed_by", "done_at", "cleaned_at")
_LATER = "Old words may still lie in freed parts of the database's file, since another process used it: say `erase --list` later."


@app.command("erase")
def erase(
    person: Annotated[
        str,
        typer.Option("--person", metavar="EXTERNAL_ID", help="Facebook's id of the person, or a conversation's id."),
    ] = "",
    email: Annotated[str, typer.Option("--as", metavar="EMAIL", help="Who you are.")] = "",
    why: Annotated[str, typer.Option("--why", help="Why, without their name: it is noted.")] = "",
    listed: Annotated[bool, typer.Option("--list", help="Only list who asked to be forgotten.")] = False,
    no: Annotated[bool, typer.Option("--refuse", help="Say no, or take it back.")] = False,
    by_myself: Annotated[
        bool, typer.Option("--alone", help="For an owner where nobody else could confirm it; with --why.")
    ] = False,
    school: TheSchool = None,
    as_json: Json = False,
) -> int:
    """Take out all that is held of a person. The first to say so asks; a second one says the same, and it is done.

    Owners and staff; one of the two an owner. What stands on Facebook is not touched.
    """
    bridge = open_bridge()
    if listed:
        return _list(bridge, school, as_json)
    if not person or not email:
        raise Mistake("A person and your name are needed", "say --person EXTERNAL_ID --as EMAIL, or --list")
    now, data = bridge.clock(), bridge.settings.data
    with bridge.db.write() as session:
        home = the_school(session, school).slug
        if no:
            done = refuse(session, whole_person(session, home, person), email, now)
        elif by_myself:
            done = alone(session, data, home, person, email, now, why)
        else:
            done = ask_or_confirm(session, data, home, person, email, now, why)
    cleaned = done.state != "done" or clean_up(bridge.db, now)
    return _tell(done, cleaned, person, as_json)


def _tell(done: Outcome, cleaned: bool, person: str, as_json: bool) -> int:
    if as_json:
        say_json({**_shape(done.row), "cleaned": cleaned, "elsewhere": list(done.elsewhere)})
    elif done.state == "asked":
        say(
            f"Noted as {done.row.id}: nothing is erased yet. Somebody else confirms it: `erase --person {person} --as EMAIL`."
        )
        say(f"They may want it first: `export --person {person} --out DIR`.")
    elif done.state == "refused":
        say("It is not done; nothing was erased.")
    else:
        say("Erased: " + ", ".join(f"{count} {name}" for name, count in done.row.counts.items()) + ".")
        say(ON_FACEBOOK)
        say("Backups and exports made before still hold them: delete those; one that is restored loses them again.")
        if done.elsewhere:
            say(f"Others name them still, in {', '.join(done.elsewhere)}: look there.")
    if not cleaned:
        aside(_LATER)
    return 0


def _list(bridge: Bridge, school: str | None, as_json: bool) -> int:
    clean_up(bridge.db, bridge.clock())  # what another process was in the way of
    with bridge.db.read() as session:
        rows = [_shape(row) for row in _all(session, school)]
    say_rows(rows, _COLUMNS, as_json=as_json, none="Nobody asked to be forgotten.")
    return 0


def _all(session: Session, school: str | None) -> list[Erasure]:
    return [row for one in these_schools(session, school) for row in all_erasures(session, one.slug)]


def _shape(row: Erasure) -> dict[str, Any]:
    """`person` only as long as it waits."""
    state = "done" if row.done_at else "refused" if row.refused_at else "asked"
    times = {name: getattr(row, name) for name in ("asked_at", "done_at", "refused_at", "cleaned_at")}
    return {
        "id": row.id, "school": row.school, "person": row.person if state == "asked" else None, "state": state,
        "asked_by": row.asked_by, "why": row.why, "confirmed_by": row.confirmed_by or None,
        "refused_by": row.refused_by or None, "counts": row.counts,
        **{name: at.isoformat() if at else None for name, at in times.items()},
    }  # fmt: skip

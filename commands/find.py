"""`find`: people of whom something is held, by name, Facebook id, or words of a comment."""

from __future__ import annotations

from typing import Annotated

import typer

from commands.bridge import open_bridge
from commands.schools import these_schools
from commands.telling import Json, OfSchool, say_rows
from upkeep.find_person import find_person

app = typer.Typer()
_COLUMNS = ("key", "name", "conversations", "messages", "last_at", "glimpse")


@app.command("find")
def find(
    words: Annotated[str, typer.Argument(metavar="WORDS", help="A name, Facebook's id, or words of a comment.")],
    school: OfSchool = None,
    as_json: Json = False,
) -> None:
    """Find people of whom something is held; `export` and `erase` take the key as --person."""
    bridge = open_bridge()
    with bridge.db.read() as session:
        rows = [
            {
                "school": home.slug, "key": one.key, "name": one.name, "conversations": one.conversations,
                "messages": one.messages, "first_at": one.first_at.isoformat() if one.first_at else None,
                "last_at": one.last_at.isoformat() if one.last_at else None, "glimpse": one.glimpse,
                "language": one.language, "conversation_id": one.conversation_id or None,
            }
            for home in these_schools(session, school)
            for one in find_person(session, home.slug, words)
        ]  # fmt: skip
    say_rows(rows, _COLUMNS, as_json=as_json, none="Nothing is held of anybody like that.")

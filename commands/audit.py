"""`audit`: who did what, when and why."""

from __future__ import annotations

from typing import Annotated

import typer

from commands.bridge import open_bridge
from commands.schools import these_schools
from commands.telling import Json, OfSchool, say_rows
from models.audit import pages_of

app = typer.Typer()
_COLUMNS = ("at", "by", "what", "subject", "why", "details")
_ALL = 10_000_000


@app.command("audit")
def audit(
    school: OfSchool = None,
    subject: Annotated[str, typer.Option("--subject", metavar="ID", help="Only what was done to this.")] = "",
    by: Annotated[str, typer.Option("--by", metavar="EMAIL", help="Only what this person did.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="The newest so many; all with --json.")] = 100,
    as_json: Json = False,
) -> None:
    """List who did what, when and why, the newest first. It is only ever added to."""
    bridge = open_bridge()
    with bridge.db.read() as session:
        rows = [
            {
                "id": row.id, "school": row.school, "at": row.at.isoformat(), "by": row.by, "what": row.what,
                "subject": row.subject, "why": row.why, "details": row.details,
            }
            for one in these_schools(session, school)
            for row in pages_of(session, one.slug, _ALL if as_json else limit, by=by, subject=subject)
        ]  # fmt: skip
    say_rows(rows, _COLUMNS, as_json=as_json, none="Nothing was done yet.")

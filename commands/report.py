"""`report`: is every language heard?"""

from __future__ import annotations

from typing import Annotated

import typer

from commands.bridge import open_bridge
from commands.schools import these_schools
from commands.telling import Json, OfSchool, out, plain, say, say_rows, table
from config.languages import language_name
from models.heard import UNSURE
from upkeep.heard import Heard, Line
from upkeep.heard_record import records
from upkeep.heard_school import LONGEST, heard_at
from upkeep.heard_waits import Wait

app = typer.Typer()
Weeks = Annotated[
    int, typer.Option("--weeks", metavar="N", min=1, max=LONGEST, help="So many weeks, the one under way among them.")
]
_COLUMNS = (
    "language", "owed", "answered", "closed", "waiting", "half", "9 of 10", "promises", "unsure", "times",
)  # fmt: skip


@app.command("report")
def report(weeks: Weeks = 8, school: OfSchool = None, as_json: Json = False) -> None:
    """Tell by language how many comments were answered, how soon, and whether anybody waits longer than others.

    Half of the answers came within `half` working hours of the school, nine of ten within `9 of 10`; `times`: as long
    as the language that is answered soonest, marked (!) where that is much longer. With --json each language and week is
    a line, and each language over all weeks (its `week` is null). docs/heard.md tells what every number means.
    """
    bridge = open_bridge()
    with bridge.db.read() as session:
        found = [
            (one.slug, one.name, heard_at(session, one, weeks, bridge.clock()))
            for one in these_schools(session, school)
        ]
    if as_json:
        lines = (line for slug, _, heard in found for line in records(slug, heard))
        say_rows(lines, (), as_json=True, none="")
        return
    for _, name, heard in found:
        say(f"{plain(name)}, {heard.weeks[0].monday} to {heard.weeks[-1].sunday}: {_result(heard)}")
        out().print(table([_row(one) for one in heard.lines], _COLUMNS))


def _result(heard: Heard) -> str:
    if heard.verdict == "nobody":
        return "no family has commented in these weeks."
    if heard.verdict == "too few":
        return "too few comments to compare languages."
    if heard.verdict == "equal":
        return "all languages with enough comments are answered about equally fast."
    return "; ".join(_slow(one) for one in heard.compared if one.is_flagged) + "."


def _slow(one: Line) -> str:
    least = "at least " if one.gap_at_least else ""
    return f"{language_name(one.language)} waits {least}{one.gap:.1f} times as long as {language_name(one.best)}"


def _row(one: Line) -> dict[str, str]:
    name = language_name(one.language) if one.language != UNSURE else "unsure"
    numbers = _numbers(one) if one.owed else {"owed": "0"}
    promises = f"{one.kept} of {one.promised}" if one.promised else ""
    return {"language": name, **numbers, "promises": promises}


def _numbers(one: Line) -> dict[str, str]:
    return {
        "owed": str(one.owed), "answered": str(one.answered), "closed": str(one.closed), "waiting": str(one.waiting),
        "half": _hours(one.median), "9 of 10": _hours(one.ninth), "unsure": str(one.unsure), "times": _gap(one),
    }  # fmt: skip


def _gap(one: Line) -> str:
    return f"{one.gap:.2f}{' (!)' if one.is_flagged else ''}" if one.gap is not None else ""


def _hours(wait: Wait | None) -> str:
    return f"{'> ' if wait.at_least else ''}{wait.hours:.1f} h" if wait else ""

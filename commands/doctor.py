"""`doctor`: what works and what does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict

import typer

from commands.bridge import open_bridge
from commands.complaints import told
from commands.telling import Json, out, plain, say_json
from config.settings import Settings, read_settings
from inbox.language.ears import missing
from upkeep.doctor import Finding, examine
from upkeep.findings import note, well

app = typer.Typer()


@app.command("doctor")
def doctor(as_json: Json = False) -> None:
    """Tell, one line each, what works and what does not, each problem with its mend.

    Calendars, Facebook and centers are asked once, and nothing is changed. Ends with 0 when all is well, 1 when there
    are problems, 2 when the settings cannot be used.
    """
    problems = 0
    for finding in _findings(read_settings()):
        problems += not finding.ok
        _tell(finding, as_json)
    if problems:
        raise typer.Exit(1)


def _findings(settings: Settings) -> Iterator[Finding]:
    """Without a database there is nothing else to examine; settings that cannot be used end the command."""
    try:
        bridge = open_bridge(settings)
    except Exception as wrong:
        sentence = told(wrong)
        if sentence is None or sentence[1] == 2:
            raise
        message, _, mend = sentence[0].rpartition(": ")  # the reason inside may hold a colon, too
        yield Finding(False, "database", f"{message}.", mend[:1].upper() + mend[1:])
        return
    yield _of_ears(missing())
    yield from examine(bridge.db, bridge.doors, bridge.vault, settings, bridge.wordings, bridge.clock())


def _of_ears(missing: Sequence[str]) -> Finding:
    if not missing:
        return well("languages", "All engines that tell languages are installed.")
    lost = " and ".join(missing)
    message = f"Not installed here: {lost}. The others tell languages without it, short comments less surely."
    return note("languages", message, f"Where your machine has a build of it: pip install {' '.join(missing)}.")


def _tell(finding: Finding, as_json: bool) -> None:
    if as_json:
        say_json(asdict(finding))
        return
    mark, style = ("note", "yellow") if finding.note else (("ok", "green") if finding.ok else ("PROBLEM", "bold red"))
    console = out()
    console.print(f"{mark:8}", style=style, end="")
    mend = f" {finding.mend}" if finding.mend else ""
    console.out(plain(f"{finding.what}: {finding.message}{mend}"))

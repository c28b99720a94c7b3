"""`sync`: one complete round of every school, or of one."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Annotated

import typer

from commands.bridge import open_bridge
from commands.house import open_house
from commands.schools import these_schools
from commands.telling import Json, OfSchool, aside, say, say_json
from models.school import School
from schedulers.house import House
from schedulers.lock import round_lock
from schedulers.report import RoundReport
from schedulers.round import run_round

app = typer.Typer()

_WORDS = {
    "events_added": "events are new",
    "events_changed": "events changed",
    "events_missing": "events are missing",
    "posts": "posts go out",
    "revisions": "posts are edited",
    "held": "posts wait",
    "sent": "deliveries were sent",
    "new": "comments are new",
    "opened": "conversations were opened",
    "needs_person": "deliveries need a person",
    "unsure": "deliveries are unsure",
}


@app.command()
def sync(
    school: OfSchool = None,
    until_settled: Annotated[
        bool, typer.Option("--until-settled", help="Go on until nothing is due or unsure.")
    ] = False,
    as_json: Json = False,
) -> int:
    """One complete round: read every feed, plan, deliver, collect comments, route, deliver replies.

    Ends with 0; with 1 if something failed or waits for a person to mend it; with 2 if the settings can't be used.
    """
    bridge = open_bridge()
    house = open_house(bridge)
    _stop_softly(house)
    with bridge.db.read() as session:
        found = these_schools(session, school)
    if not found:
        aside("No school is here yet: `load SITE.toml` brings one.")
    with round_lock(bridge.db, waiting=lambda: aside("Another round is under way; this one waits for it.")):
        reports = [_one(house, one, until_settled, as_json) for one in found if not house.stopping.is_set()]
    return 1 if any(report.troubles for report in reports) else 0


def _one(house: House, school: School, until_settled: bool, as_json: bool) -> RoundReport:
    report = run_round(
        house, school, everything=True, until_settled=until_settled, tell=lambda what: aside(f"{school.slug}: {what} …")
    )
    if as_json:
        outcome = "partly" if report.troubles else "ok"
        say_json(
            {
                "school": school.slug,
                "outcome": outcome,
                "counts": report.counts,
                "troubles": report.troubles,
                "notes": report.notes,
            }
        )
    else:
        _tell(school, report)
    return report


def _tell(school: School, report: RoundReport) -> None:
    done = [f"{report.counts[name]} {words}" for name, words in _WORDS.items() if report.counts.get(name)]
    say(f"{school.name}: {', '.join(done) if done else 'nothing new'}.")
    for note in report.notes:
        say(f"  · {note}")
    for trouble in report.troubles:
        say(f"  ! {trouble}")


def _stop_softly(house: House) -> None:
    """Ctrl-C and SIGTERM end the round after the delivery that is under way; a second one ends it at once."""

    def stop(number: int, frame: FrameType | None) -> None:
        if house.stopping.is_set():
            raise KeyboardInterrupt
        house.stopping.set()
        aside("Stopping after what is under way …")

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)

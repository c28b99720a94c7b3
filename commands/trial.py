"""`trial`: settles on an unpublished test Page what Meta's pages leave open."""

from __future__ import annotations

import sys
import time
from contextlib import closing
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, get_args

import typer
from sqlmodel import Session

from commands.bridge import Bridge, open_bridge
from commands.schools import these_schools
from commands.telling import Json, TheSchool, aside, out, say_json, table
from config.mistake import Mistake
from config.settings import is_on_this_machine
from connector.errors import NotAllowed
from models.page import Page, pages
from models.school import School
from outbox.finding import normal
from schedulers.lock import round_lock
from upkeep.trial import run
from upkeep.trial.stage import Stage
from upkeep.trial.values import Finding, Verdict

app = typer.Typer()


@app.command("trial")
def trial(
    page: Annotated[
        str, typer.Option("--page", metavar="SLUG", help="A connected test Page, unpublished on Facebook.")
    ],
    school: TheSchool = None,
    as_json: Json = False,
) -> int:
    """Settle on a real, unpublished test Page what Meta's pages leave open, step by step, cleaning up afterwards.

    Test posts and comments are written and taken down again; nothing is kept here. Ends with 0 when everything is as this
    program assumes, 1 when something is otherwise, could not be tried, or still stands; 2 when it may not begin.
    """
    bridge = open_bridge()
    with bridge.db.read() as session:
        row = _free_page(session, bridge, school, page)
    stage = _stage(bridge, row)
    name = run.may_begin(stage.page, pretend=is_on_this_machine(bridge.settings.graph_url))
    _ask(name)
    left: list[str] = []
    with round_lock(bridge.db, waiting=lambda: aside("A round is under way; the trial waits for it.")):
        findings = _tried(stage, left, as_json)
    counted = {name: sum(one.verdict == name for one in findings) for name in get_args(Verdict)}
    aside(
        f"{', '.join(f'{number} {name}' for name, number in counted.items())}; {stage.page.door.calls} calls were made."
    )
    return 1 if left or any(one.verdict == "otherwise" or one.broke for one in findings) else 0


def _free_page(session: Session, bridge: Bridge, school: str | None, slug: str) -> Page:
    """The page, when nothing says that it must be left alone."""
    found = [
        (one, row) for one in these_schools(session, school) for row in pages(session, one.slug) if row.slug == slug
    ]
    if not found:
        raise Mistake(f"No page {slug} is connected", "name one that `doctor` lists")
    if len(found) > 1:
        raise Mistake(f"Several schools have a page {slug}", "say which one with --school")
    [(owner, row)] = found
    if why := _left_alone(owner, row, bridge):
        raise Mistake(*why)
    return row


def _left_alone(owner: School, row: Page, bridge: Bridge) -> tuple[str, str] | None:
    if owner.paused_at is not None and owner.resumed_at is None:
        return f"{owner.slug} may send nothing yet ({owner.paused_because})", "an owner says `resume` first"
    if row.parked_until and row.parked_until > bridge.clock():
        return f"Facebook asked for fewer calls for {row.slug}", f"wait until {row.parked_until:%Y-%m-%d %H:%M} UTC"
    if row.blocked_at is not None:
        return f"Facebook refuses writes of {row.slug}", f"look at the Page, then `release {row.slug}`"
    return None


def _stage(bridge: Bridge, row: Page) -> Stage:
    """Proves the token first: with a wrong one every step would tell of the token only."""
    settings, token = bridge.settings, bridge.vault.open(row.token_sealed)
    report = bridge.doors.prove(row.facebook_id, token, bridge.clock())
    if not report.valid or report.kind != "page" or report.missing:
        raise NotAllowed(f"{row.slug}: {report.problem}", subject="Facebook")
    return Stage(
        page=bridge.doors.page(row.facebook_id, token),
        public_url=settings.public_url,
        unreachable=settings.families_cannot_reach_us,
        app_id=settings.fb_app_id,
        app_secret=settings.fb_app_secret,
        unsure_wait=timedelta(seconds=settings.unsure_wait),
        same=normal,
        clock=bridge.clock,
        pause=time.sleep,
    )


def _ask(name: str) -> None:
    told = f"This writes test posts on the Page “{name}”, takes them down again, and makes some {run.CALLS} calls to Facebook."
    aside(told)
    if sys.stdin is not None and sys.stdin.isatty():
        # typer.confirm would leave a blank on standard output, where programs read.
        aside("Begin? [y/N]")
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise typer.Abort


def _tried(stage: Stage, left: list[str], as_json: bool) -> list[Finding]:
    """What could not be taken down is told even where somebody stops the trial."""
    findings: list[Finding] = []
    try:
        with closing(run.run(stage, aside, left)) as steps:
            for finding in steps:
                findings.append(finding)
                if as_json:
                    say_json(asdict(finding))
    finally:
        for sentence in left:
            aside(sentence)
    if not as_json:
        out().print(table(map(_row, findings), ("step", "question", "assumed", "seen", "verdict")))
    return findings


def _row(finding: Finding) -> dict[str, str]:
    verdict = f"could not be tried: {finding.mend}" if finding.verdict == "not tried" else finding.verdict
    if finding.verdict == "otherwise":
        verdict = f"otherwise: {finding.mend}"
    return {
        "step": finding.step, "question": finding.question, "assumed": finding.assumed, "seen": finding.seen,
        "verdict": verdict,
    }  # fmt: skip

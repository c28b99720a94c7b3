"""Collects one page's comments: read, listen, then remember and assign in one transaction.

No network call inside a transaction; when nothing differs, nothing is written but when the page was read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlmodel import Session, select

from connector.doors import Doors
from connector.errors import PAUSE, OutsideError, SignInNeeded, Throttled
from connector.graph.page import FacebookPage
from connector.graph.usage import Usage
from inbox.assign import assign_calls, left_behind
from inbox.held import Held, held
from inbox.language.guess import Guesser
from inbox.listen import Ears
from inbox.reading import CENSUS, Reading, read_page
from inbox.remember import Recorder
from models.database import Database
from models.page import Page, page
from models.school import School, schools
from models.vault import Vault

ENOUGH = 95  # percent of the quota: above it reading stops, so that answers can still be sent
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Collected:
    """What came of reading one page. `problem` is a sentence, "" when all went well.

    `counts`: new, edited, removed, returned, hidden, shown, opened, assigned. `parked`: the page is left alone for a
    while because Facebook asked for it, which is told and is no failure.
    """

    page: str
    counts: Mapping[str, int] = field(default_factory=dict)
    problem: str = ""
    parked: bool = False


def collect(
    db: Database, doors: Doors, vault: Vault, guesser: Guesser, school: str, page_slug: str, now: datetime
) -> Collected:
    """Never raises for what Facebook does wrong: that is in `problem`, and what was read before it is kept.

    A page whose token is dead is not called: proving the token is its one probe a round. One that only may not write
    is read all the same.
    """
    with db.read() as session:
        rows = schools(session, school)
        row = page(session, school, page_slug)
        known = held(session, school, page_slug)
    if not rows or row.off_at is not None:
        return Collected(page_slug)
    if quiet := _left_alone(row, now):
        return quiet
    door = doors.page(row.facebook_id, vault.open(row.token_sealed))
    try:
        reading = read_page(door, known, now, census=_census_due(row, now), silence_counts=_proven(row, now))
    except OutsideError as wrong:
        reading = Reading(problem=wrong)
    ears = Ears(guesser, rows[0].languages)
    ears.listen(reading.posts, known, row.facebook_id)
    return _remember(db, rows[0], row, reading, ears, door, now)


def _left_alone(row: Page, now: datetime) -> Collected | None:
    if row.parked_until and row.parked_until > now:
        why = f"The page {row.slug} is left alone until {row.parked_until:%Y-%m-%d %H:%M} UTC: Facebook was asked too often."
        return Collected(row.slug, problem=why, parked=True)
    if row.dead_since:
        return Collected(row.slug, problem=row.token_problem)
    read_until = _used_up_until(row)
    if read_until and read_until > now:
        why = (
            f"The page {row.slug} is not read until {read_until:%H:%M} UTC: most of its calls to Facebook are used up."
        )
        return Collected(row.slug, problem=why, parked=True)
    return None


def _remember(
    db: Database, school: School, row: Page, reading: Reading, ears: Ears, door: FacebookPage, now: datetime
) -> Collected:
    with db.write() as session:
        target = _locked(session, row)
        ids = [one.post.id for one in reading.posts]
        fresh: Held = held(session, school.slug, row.slug, ids)
        recorder = Recorder(session, target, fresh, ears, school.fallback, now)
        for one in reading.posts:
            recorder.write(one)
        for post_id in reading.gone_posts:
            recorder.post_gone(post_id)
        calls = {one.conversation.id: one for one in (*left_behind(session, school, row.slug), *recorder.calls)}
        recorder.counts["assigned"] += assign_calls(session, school, list(calls.values()), now)
        _mark(target, reading, door.door.usage, now)
    counts = {name: count for name, count in recorder.counts.items() if count}
    problem = reading.problem
    if counts:
        log.info("collected", page=row.slug, school=school.slug, **counts)
    if problem is None:
        return Collected(row.slug, counts)
    log.warning(
        "page not read to the end", page=row.slug, code=problem.code, subcode=problem.subcode, trace=problem.trace
    )
    return Collected(row.slug, counts, problem.message, parked=isinstance(problem, Throttled))


def _locked(session: Session, row: Page) -> Page:
    """One collects a page at a time; who waited here sees what the other wrote, and adds only what is missing."""
    query = select(Page).where(Page.school == row.school, Page.slug == row.slug)
    return session.exec(query.with_for_update(key_share=True)).one()


def _mark(row: Page, reading: Reading, usage: Usage | None, now: datetime) -> None:
    """What this reading means for the page itself."""
    if usage is not None:
        row.usage = _usage(usage, now)
    match reading.problem:
        case None:
            row.read_at, row.problem, row.parked_until = now, "", None
            row.census_at = now if reading.census else row.census_at
        case SignInNeeded() as wrong:
            row.dead_since, row.token_problem = row.dead_since or now, wrong.message
        case Throttled() as wrong:
            row.parked_until = now + wrong.pause
        case OutsideError() as wrong:
            row.problem = wrong.message


def _proven(row: Page, now: datetime) -> bool:
    """Whether silence means that there is nothing: not with a token of the wrong kind, nor once its access has ended."""
    ended = row.data_access_expires_at is not None and row.data_access_expires_at <= now
    return row.token_kind == "page" and not ended  # noqa: S105


def _census_due(row: Page, now: datetime) -> bool:
    return row.census_at is None or now - row.census_at >= CENSUS


def _usage(usage: Usage, now: datetime) -> dict[str, Any]:
    return {
        "call_count": usage.call_count, "cputime": usage.cputime, "time": usage.time,
        "regain_minutes": usage.regain_minutes, "at": now.isoformat(),
    }  # fmt: skip


def _used_up_until(row: Page) -> datetime | None:
    told = row.usage
    if max(told.get("call_count", 0), told.get("cputime", 0), told.get("time", 0)) < ENOUGH:
        return None
    rest = timedelta(minutes=told.get("regain_minutes") or 0) or PAUSE
    return datetime.fromisoformat(told["at"]) + rest

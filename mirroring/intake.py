"""Takes a feed in: newest copy → events and dates we remember. All or nothing for reading; the last good copy stands.

Only groups whose digest changed are parsed. What vanished, came back or changed its UID is decided by `reconcile`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

import structlog
from sqlmodel import Session, select

from calendars.gates import check
from calendars.split import split
from calendars.values import FeedRefused, Problem, Split
from calendars.zones import contradictions
from connector.doors import Doors
from connector.errors import OutsideError
from mirroring.apart import parse_all
from mirroring.dated import AHEAD, ROLL, Parsed
from mirroring.difference import difference
from mirroring.known import apart_as_known, appeared, known_heads, listed, still_meant
from mirroring.memory import extend
from mirroring.reconcile import reconcile
from mirroring.remember import remember, run_out
from mirroring.sources.copy import Asking, Copy
from mirroring.sources.kinds import get_copy
from mirroring.tellers import find_twins
from models.database import Database
from models.event import events
from models.school import School
from models.source import FeedItem, Source, feed_items
from models.vault import Vault

log = structlog.get_logger()

Answer = Copy | OutsideError | FeedRefused


@dataclass(frozen=True, slots=True)
class Intake:
    """What came of reading one source. `message` is a sentence when it was held, refused or failed; `note` one that
    somebody should read all the same."""

    source: str
    outcome: Literal["unchanged", "taken", "held", "refused", "failed"]
    message: str = ""
    problems: tuple[Problem, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    note: str = ""


def take_in(db: Database, doors: Doors, vault: Vault, school: School, source: Source, now: datetime) -> Intake:
    """Read one source. Never raises for what the outside does wrong: that is in the outcome."""
    answer = ask(Asking(db, doors, vault, school, source, now))
    if astray := doors.clocks.astray():  # what is past, over or long missing is not known now
        return Intake(source.slug, "failed", astray)
    taken = take_answer(db, school, source, answer, now)
    return replace(taken, note=_moved(source, answer)) if isinstance(answer, Copy) else taken


def ask(asking: Asking) -> Answer:
    """The only part that goes outside: the newest copy, or what went wrong."""
    try:
        return get_copy(asking)
    except (OutsideError, FeedRefused) as wrong:
        return wrong


def _moved(source: Source, copy: Copy) -> str:
    """Told, never adopted: whoever holds the old address for a moment must not get the school's calendar for good."""
    if not copy.moved_to:
        return ""
    return (
        f"The calendar {source.slug} says that it has moved for good, to {copy.moved_to}: ask its keeper whether that is "
        "right, and put its new address into the site file."
    )


def take_answer(db: Database, school: School, source: Source, answer: Answer, now: datetime) -> Intake:
    if isinstance(answer, OutsideError):
        return _failed(db, source, answer.message, "failed", now)
    if isinstance(answer, FeedRefused):
        return _refused(db, source, answer, now)
    if answer.body is None:
        return _unchanged(db, school, source, answer, now)
    try:
        check(answer.body)
        return _take_over(db, school, source, answer, split(answer.body), now)
    except FeedRefused as wrong:
        return _refused(db, source, wrong, now)


def _take_over(db: Database, school: School, source: Source, copy: Copy, parts: Split, now: datetime) -> Intake:
    with db.read() as session:
        rows = events(session, school.slug, source.slug)
        items = feed_items(session, school.slug, source.slug)
    awaited = {row.uid for row in rows if row.missing_since is not None}
    changed = [
        uid
        for uid, group in parts.groups.items()
        if uid in awaited or uid not in items or items[uid].digest != group.digest
    ]
    parsed = parse_all(parts, changed, school.timezone, now)
    known = known_heads(rows)
    parsed = apart_as_known(parsed, known)
    for one in contradictions(parts):
        log.info("a feed describes a time zone in its own way", source=source.slug, told=one.message)
    decision = reconcile(
        known,
        listed(parts, parsed, rows) | still_meant(copy.lost, rows, school.timezone),
        appeared(parsed, {one.key for one in known}),
        now=now,
        released=source.held_at is not None and source.released_at is not None,
    )
    if too_many := _half_unreadable(source.slug, parts, parsed, items):
        return _failed(db, source, too_many, "refused", now)
    with db.write() as session:
        row = stands(session, source)
        if decision.held:
            row.held_difference = difference(known, parsed, decision, now)
            return _hold(row, decision.held, now)
        counts = remember(session, school, source.slug, parsed, decision, now)
        find_twins(session, school.slug)
        time_passes(session, school, row, now)
        _good(session, row, copy, now)
    problems = tuple(problem for one in parsed.values() for problem in one.problems) + parts.problems + copy.problems
    return Intake(source.slug, "taken", problems=problems, counts=counts)


def _half_unreadable(source: str, parts: Split, parsed: Mapping[str, Parsed], items: Mapping[str, FeedItem]) -> str:
    """A feed of which half cannot be read is not believed in the rest either."""
    bad = sum(1 for one in parsed.values() if one.lost) + sum(
        1 for uid, item in items.items() if uid in parts.groups and uid not in parsed and item.problem
    )
    if bad > 3 and bad * 2 > len(parts.groups):
        return (
            f"The calendar {source} was not taken over: {bad} of its {len(parts.groups)} events cannot be read; "
            "ask who publishes it to mend it."
        )
    return ""


# --- how the source stands


def _unchanged(db: Database, school: School, source: Source, copy: Copy, now: datetime) -> Intake:
    with db.write() as session:
        row = stands(session, source)
        time_passes(session, school, row, now)
        _good(session, row, copy, now)
    return Intake(source.slug, "unchanged")


def time_passes(session: Session, school: School, row: Source, now: datetime) -> None:
    """What becomes true without any change in the feed."""
    run_out(session, row, now)
    if row.expanded_until is not None and row.expanded_until < now + AHEAD - ROLL:
        extend(session, school, row, now)


def _good(session: Session, row: Source, copy: Copy, now: datetime) -> None:
    copy.keep(session, row)
    row.etag, row.last_modified, row.body_digest = copy.etag, copy.last_modified, copy.digest
    row.checked_at = row.read_at = now
    row.expanded_until = row.expanded_until or now + AHEAD
    row.problem, row.failing_since = "", None
    row.held_at, row.held_reason, row.released_at, row.released_by = None, "", None, ""
    row.held_difference = []


def _hold(row: Source, reason: str, now: datetime) -> Intake:
    row.checked_at = now
    row.problem, row.failing_since = "", None  # it could be read
    row.held_at = row.held_at or now
    row.held_reason = reason
    message = (
        f"The calendar {row.slug} is held: {reason}. Nothing was changed: `release {row.slug} --show` lists what would be; "
        f"if that is right, say `release {row.slug}`, otherwise ask who publishes it."
    )
    return Intake(row.slug, "held", message)


def _refused(db: Database, source: Source, wrong: FeedRefused, now: datetime) -> Intake:
    return _failed(db, source, f"The calendar {source.slug} was not taken over: {wrong}", "refused", now)


def _failed(db: Database, source: Source, message: str, outcome: Literal["refused", "failed"], now: datetime) -> Intake:
    with db.write() as session:
        row = stands(session, source)
        row.checked_at = now
        row.problem = message
        row.failing_since = row.failing_since or now
    return Intake(source.slug, outcome, message)


def stands(session: Session, source: Source) -> Source:
    """The row as it is now: a person may have released it while we read."""
    return session.exec(select(Source).where(Source.school == source.school, Source.slug == source.slug)).one()

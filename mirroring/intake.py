"""Takes a feed in: newest copy → events and dates we remember. All or nothing for reading; the last good copy stands.

Only groups whose digest changed are parsed. What vanished, came back or changed its UID is decided by `reconcile`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from calendars.gates import check
from calendars.split import MADE_UP, split
from calendars.spreadsheet.read import Lost
from calendars.values import EventValue, FeedRefused, Problem, Split
from calendars.words import normal
from connector.doors import Doors
from connector.errors import OutsideError
from mirroring.apart import parse_all
from mirroring.dated import AHEAD, ROLL, Parsed
from mirroring.memory import extend, utc
from mirroring.reconcile import Key, Known, reconcile
from mirroring.remember import remember, run_out
from mirroring.sources.copy import Asking, Copy
from mirroring.sources.kinds import get_copy
from mirroring.tellers import find_twins
from mirroring.variants import told_apart
from models.database import Database
from models.event import Event, events
from models.school import School
from models.source import FeedItem, Source, feed_items
from models.vault import Vault

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
    known = _known(rows)
    parsed = _told_apart(parsed, known)
    decision = reconcile(
        known,
        _listed(parts, parsed, rows) | _lost(copy.lost, rows, school.timezone),
        _appeared(parsed, {one.key for one in known}),
        now=now,
        released=source.held_at is not None and source.released_at is not None,
    )
    if too_many := _half_unreadable(source.slug, parts, parsed, items):
        return _failed(db, source, too_many, "refused", now)
    with db.write() as session:
        row = stands(session, source)
        if decision.held:
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


# --- values for the decision


def _known(rows: Sequence[Event]) -> list[Known]:
    return [
        Known(
            id=row.id,
            value=_value(row),
            variant=row.variant,
            last_at=row.last_at,
            missing=row.missing_since is not None,
            cancelled=row.status == "cancelled",
        )
        for row in rows
        if not row.series
    ]


def _value(row: Event) -> EventValue:
    return EventValue(
        uid=row.uid,
        recurrence_id=row.recurrence_id,
        title=row.title,
        description=row.description,
        location=row.location,
        url=row.url,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        all_day=row.all_day,
        timezone=row.timezone,
        status="confirmed",
        sequence=row.sequence,
    )


def _told_apart(parsed: Mapping[str, Parsed], known: Sequence[Known]) -> dict[str, Parsed]:
    """Events that share a UID keep the rows they have."""
    masters: dict[str, dict[str, EventValue]] = {}
    for one in known:
        if one.value.recurrence_id is None:
            masters.setdefault(one.value.uid, {})[one.variant] = one.value
    return {uid: replace(one, series=told_apart(one.series, masters.get(uid, {}))) for uid, one in parsed.items()}


def _listed(parts: Split, parsed: Mapping[str, Parsed], rows: Sequence[Event]) -> set[Key]:
    """Keys that the copy lists. A group that was not parsed, or not whole, lists all that we know under its UID."""
    listed: set[Key] = {
        (row.uid, row.variant, row.recurrence_id)
        for row in rows
        if row.uid in parts.groups and _trusts_memory(parsed.get(row.uid))
    }
    for uid, one in parsed.items():
        for series, _ in one.series:
            listed |= {(uid, series.variant, utc(value.recurrence_id)) for value in series.exceptions}
            listed |= {(uid, series.variant, None)} if series.master else set()
    return listed


def _lost(lines: Sequence[Lost], rows: Sequence[Event], zone: str) -> set[Key]:
    """Keys of the known events that unreadable lines mean: they are listed, and stand as they were."""
    ids = {line.id for line in lines if line.id}
    titles = {line.title for line in lines if line.title and not line.id}
    starts = {line.starts_at.replace(tzinfo=ZoneInfo(zone)) for line in lines if line.starts_at and not line.title}
    return {
        (row.uid, row.variant, row.recurrence_id)
        for row in rows
        if row.uid in ids or (row.uid.startswith(MADE_UP) and (normal(row.title) in titles or row.starts_at in starts))
    }


def _trusts_memory(parsed: Parsed | None) -> bool:
    return parsed is None or bool(parsed.lost)


def _appeared(parsed: Mapping[str, Parsed], known: set[Key]) -> list[tuple[EventValue, str]]:
    return [
        (series.master, series.variant)
        for uid, one in parsed.items()
        for series, _ in one.series
        if series.master and (uid, series.variant, None) not in known
    ]


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


def _hold(row: Source, reason: str, now: datetime) -> Intake:
    row.checked_at = now
    row.problem, row.failing_since = "", None  # it could be read
    row.held_at = row.held_at or now
    row.held_reason = reason
    message = (
        f"The calendar {row.slug} is held: {reason}. Nothing was changed; if that is right, "
        f"say `release {row.slug}`, otherwise ask who publishes it."
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

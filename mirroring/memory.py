"""The rows of one source while they are rewritten, and the dates of its series: as the calendar says, as time passes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import delete
from sqlmodel import Session, col

from calendars.expand import SeriesRefused
from calendars.read import restored
from calendars.uids import first_name
from calendars.values import OccurrenceValue, Series
from mirroring.dated import AHEAD, PAST, dates_of
from mirroring.reconcile import Key, Pair, Reconciled
from models.columns import new_id
from models.database import upsert
from models.event import Event, Occurrence, events
from models.school import School
from models.source import Source


def utc(at: datetime | None) -> datetime | None:
    """For keys: Python takes times of two zones in an hour that one of them repeats as never equal."""
    return at.astimezone(UTC) if at else None


class Memory:
    """The rows of one source while they are rewritten."""

    def __init__(self, session: Session, school: School, source: str, now: datetime) -> None:
        self.session, self.school, self.source, self.now = session, school, source, now
        self.rows: dict[Key, Event] = {}
        self.exceptions: dict[Pair, set[Key]] = {}  # of the rows: the keys of each series' exceptions
        self.ids: set[str] = set()
        self.counts = {"added": 0, "changed": 0, "missing": 0, "returned": 0, "renamed": 0}
        self.touched: list[Event] = []
        self.heads: list[str] = []
        self.dates: list[dict[str, object]] = []

    def load(self, decision: Reconciled) -> None:
        for row in events(self.session, self.school.slug, self.source):
            if renamed := decision.renamed.get((row.uid, row.variant)):
                # Subscribers know it by its first name: under another it would be a second event for them.
                row.published_uid = row.published_uid or first_name(row.uid, row.variant, row.recurrence_id)
                row.uid, row.variant = renamed
            self.keep((row.uid, row.variant, utc(row.recurrence_id)), row)
            self.ids.add(row.id)

    def keep(self, key: Key, row: Event) -> None:
        self.rows[key] = row
        if key[2]:
            self.exceptions.setdefault(key[:2], set()).add(key)

    def forget(self, key: Key) -> None:
        del self.rows[key]
        self.exceptions[key[:2]].discard(key)


def extend(session: Session, school: School, source: Source, now: datetime) -> None:
    """Time passes: dates of series that lay beyond the horizon come into it. Read from what we remember."""
    memory = Memory(session, school, source.slug, now)
    memory.load(Reconciled("", {}, (), ()))
    for row in [row for row in memory.rows.values() if _goes_beyond(row)]:
        series = restored(row.ics, school.timezone, row.variant)
        row.expanded_until = now + AHEAD
        try:
            dates = dates_of(series, now)
        except SeriesRefused:
            continue  # the dates that we know stand
        collect_dates(memory, series, dates, {None: row})
    replace_dates(memory)
    source.expanded_until = now + AHEAD


def _goes_beyond(row: Event) -> bool:
    """Has it dates, or may have, that were not within the horizon when it was last expanded?"""
    if not row.ics or row.series or row.recurrence_id:
        return False
    return bool(row.rhythm) or row.expanded_until is None or row.last_at > row.expanded_until


def collect_dates(
    memory: Memory, series: Series, expanded: Sequence[OccurrenceValue], heads: Mapping[datetime | None, Event]
) -> None:
    memory.heads += [head.id for head in heads.values()]
    for value in expanded:
        said_by = memory.rows.get((series.uid, series.variant, utc(value.recurrence_id))) or heads[None]
        head = heads.get(None) or said_by
        head.last_at = max(head.last_at, value.ends_at)
        # A plain row: making a model of each would double the time that a large feed takes.
        memory.dates.append(
            {
                "id": new_id("oc"),
                "school": memory.school.slug,
                "series": head.id,
                "event_id": said_by.id,
                "original_at": value.recurrence_id or value.starts_at,
                "starts_at": value.starts_at,
                "ends_at": value.ends_at,
                "all_day": value.all_day,
                "status": value.status,
            }
        )


def replace_dates(memory: Memory) -> None:
    """New dates for these series; dates before the window are history and stay."""
    session, heads = memory.session, memory.heads
    for start in range(0, len(heads), 500):
        session.execute(
            delete(Occurrence).where(
                col(Occurrence.school) == memory.school.slug,
                col(Occurrence.series).in_(heads[start : start + 500]),
                col(Occurrence.ends_at) >= memory.now - PAST,
            )
        )
    # A date whose exception moved it out of the history is there already.
    told = ("event_id", "status", "all_day", "starts_at", "ends_at")
    upsert(session, Occurrence, memory.dates, key=("school", "series", "original_at"), update=told)


def drop_dates(session: Session, row: Event) -> None:
    of_row = (col(Occurrence.series) == row.id) | (col(Occurrence.event_id) == row.id)
    session.execute(delete(Occurrence).where(col(Occurrence.school) == row.school, of_row))

"""Writes what a feed says into rows: events, their exceptions, their words. Inside one transaction."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from calendars.read import restored
from calendars.values import EventValue, OccurrenceValue, Series
from config.durations import parse_duration
from mirroring.dated import AHEAD, Parsed
from mirroring.facts import event_fingerprint, rhythm_to_json
from mirroring.memory import Memory, collect_dates, drop_dates, replace_dates, utc
from mirroring.reconcile import Key, Reconciled
from mirroring.tellers import is_listed_elsewhere
from models.center import CalendarEntry
from models.columns import new_id, stable_id
from models.database import upsert
from models.event import Event, EventText, texts
from models.post import Post
from models.school import School
from models.source import FeedItem, Source

_UNSEEN = re.compile(r"^(?:UID|SEQUENCE):.*\n(?: .*\n)*", re.MULTILINE)  # with its folded rest


def remember(
    session: Session,
    school: School,
    source: str,
    parsed: Mapping[str, Parsed],
    decision: Reconciled,
    now: datetime,
) -> dict[str, int]:
    """Make the rows agree with the new copy; returns counts of what was added, changed, missing, returned, renamed."""
    memory = Memory(session, school, source, now)
    memory.load(decision)
    known = {uid for uid, _, _ in memory.rows}
    for uid, one in parsed.items():
        if one.lost and uid in known:
            continue  # the last good copy stands
        for series, expanded in one.series:
            _write_series(memory, series, expanded)
    _welcome_back(memory, decision)
    session.flush()
    _write_texts(memory)
    replace_dates(memory)
    _forget_groups(session, school.slug, source, decision)
    _remember_groups(session, school.slug, source, parsed)
    memory.counts |= {"returned": len(decision.returned), "renamed": len(decision.renamed)}
    memory.counts["missing"] = _mark_missing(session, memory.rows.values(), decision, now)
    return memory.counts


def run_out(session: Session, source: Source, now: datetime) -> None:
    """`missing = "3d"`: after that long without it, an event counts as cancelled without asking anybody."""
    if source.missing == "ask":
        return
    query = select(Event).where(Event.school == source.school, Event.source == source.slug, Event.status == "missing")
    for row in session.exec(query):
        waited = row.missing_since and now - row.missing_since >= parse_duration(source.missing)
        if waited and not row.missing_decided and not is_listed_elsewhere(session, row):
            row.status, row.missing_decided, row.missing_decided_by = "cancelled", "cancelled", "time"
            row.missing_decided_at = row.changed_at = now


# --- events


def _write_series(memory: Memory, series: Series, expanded: Sequence[OccurrenceValue]) -> None:
    """One row for the master, one for each exception; an exception without a master stands for itself."""
    heads: dict[datetime | None, Event] = {}
    for value in ([series.master] if series.master else []) + list(series.exceptions):
        row = _row(memory, series, value)
        master = heads.get(None)
        _fill(memory, row, value, series, master)
        if master is None:
            heads[value.recurrence_id] = row
    _drop_exceptions(memory, series)
    collect_dates(memory, series, expanded, heads)


def _row(memory: Memory, series: Series, value: EventValue) -> Event:
    key = (series.uid, series.variant, utc(value.recurrence_id))
    if key not in memory.rows:
        row = Event(
            id=_id(memory, key),
            school=memory.school.slug, source=memory.source, uid=series.uid, variant=series.variant,
            recurrence_id=value.recurrence_id, title=value.title, starts_at=value.starts_at, ends_at=value.ends_at,
            timezone=value.timezone, status=value.status, fingerprint="", first_seen_at=memory.now, last_at=value.ends_at,
        )  # fmt: skip
        memory.counts["added"] += 1
        memory.keep(key, row)
        memory.session.add(row)
    return memory.rows[key]


def _id(memory: Memory, key: Key) -> str:
    """The same event gets the same id again, in a rehearsal or a new database; one that changed its UID keeps its own."""
    uid, variant, recurrence_id = key
    told = (memory.school.slug, memory.source, uid, variant, recurrence_id.isoformat() if recurrence_id else "")
    id = stable_id("ev", *told)
    return new_id("ev") if id in memory.ids else id


def _fill(memory: Memory, row: Event, value: EventValue, series: Series, master: Event | None) -> None:
    rhythm = rhythm_to_json(series.rhythm) if value.recurrence_id is None else ""
    fingerprint = event_fingerprint(value, rhythm)
    memory.counts["changed"] += bool(row.fingerprint) and row.fingerprint != fingerprint
    ics = "" if master else series.ics
    told_cancelled = row.missing_decided == "cancelled"  # and now it takes place after all
    if row.fingerprint and (row.fingerprint != fingerprint or _said(row.ics) != _said(ics) or told_cancelled):
        row.changed_at = memory.now
    if master and not row.series and row.fingerprint:
        drop_dates(memory.session, row)  # it stood for itself until now
    row.series = master.id if master else ""
    row.title, row.description, row.location, row.url = value.title, value.description, value.location, value.url
    row.starts_at, row.ends_at, row.all_day, row.timezone = (
        value.starts_at,
        value.ends_at,
        value.all_day,
        value.timezone,
    )
    row.status, row.sequence, row.categories = value.status, value.sequence, list(value.categories)
    row.fingerprint, row.rhythm, row.last_at = fingerprint, rhythm, value.ends_at
    row.ics = ics
    row.expanded_until = memory.now + AHEAD
    row.missing_since, row.missing_decided, row.missing_decided_by, row.missing_decided_at = None, "", "", None
    memory.touched.append(row)


def _said(ics: str) -> str:
    """All of an event but its UID and number, and how its zones are written: new ones change nothing that anybody sees."""
    return _UNSEEN.sub("", ics[ics.find("BEGIN:VEVENT") :])


def _drop_exceptions(memory: Memory, series: Series) -> None:
    """An exception that its series no longer has: the date is as the rule says again."""
    kept = {utc(value.recurrence_id) for value in series.exceptions}
    gone = [key for key in memory.exceptions.get((series.uid, series.variant), ()) if key[2] not in kept]
    for row in [memory.rows[key] for key in gone if series.master]:
        drop_dates(memory.session, row)
        if _is_spoken_of(memory.session, row):
            row.series, row.ics = row.series or memory.rows[(series.uid, series.variant, None)].id, ""
        else:
            memory.forget((row.uid, row.variant, utc(row.recurrence_id)))
            memory.session.execute(
                delete(EventText).where(col(EventText.school) == row.school, col(EventText.event_id) == row.id)
            )
            memory.session.delete(row)


def _is_spoken_of(session: Session, row: Event) -> bool:
    """Does something that stands outside hang on this row? (It had no series once, and stood for itself.)"""
    queries = [select(one.id).where(one.school == row.school, one.event_id == row.id) for one in (Post, CalendarEntry)]
    return any(session.exec(query).first() for query in queries)


def _welcome_back(memory: Memory, decision: Reconciled) -> None:
    """What is listed again, though it cannot be read now, is as it was before it went."""
    for key in decision.returned:
        row = memory.rows.get(key)
        if row is not None and row.missing_since is not None:
            first = restored(row.ics, memory.school.timezone)
            row.status = (first.master or first.exceptions[0]).status
            row.changed_at = memory.now if row.missing_decided == "cancelled" else row.changed_at
            row.missing_since, row.missing_decided, row.missing_decided_by, row.missing_decided_at = None, "", "", None


def _mark_missing(session: Session, rows: Iterable[Event], decision: Reconciled, now: datetime) -> int:
    """Returns how many a person is asked about: not those that another calendar of the school tells."""
    vanished = set(decision.vanished)
    gone = [row for row in rows if not row.series and (row.uid, row.variant, utc(row.recurrence_id)) in vanished]
    for row in gone:
        row.status, row.missing_since = "missing", now
    return sum(not row.told_by and not is_listed_elsewhere(session, row) for row in gone)


# --- words and groups


def _write_texts(memory: Memory) -> None:
    """The original words; versions in other languages that were made from older words are stale now."""
    known = texts(memory.session, memory.school.slug)
    language = memory.school.languages[0]
    for row in memory.touched:
        versions = known.get(row.id, {})
        original = versions.get(language)
        if original is None:
            memory.session.add(
                EventText(school=row.school, event_id=row.id, language=language, title=row.title,
                          description=row.description, status="original")
            )  # fmt: skip
        elif (original.title, original.description) != (row.title, row.description):
            original.title, original.description = row.title, row.description
            for other in versions.values():
                other.status = other.status if other is original else "stale"


def _forget_groups(session: Session, school: str, source: str, decision: Reconciled) -> None:
    """A UID that was given up is read afresh should it ever come back."""
    for uid, _ in decision.renamed:
        query = delete(FeedItem).where(col(FeedItem.school) == school, col(FeedItem.source) == source)
        session.execute(query.where(col(FeedItem.uid) == uid))


def _remember_groups(session: Session, school: str, source: str, parsed: Mapping[str, Parsed]) -> None:
    rows = [
        {
            "school": school,
            "source": source,
            "uid": uid,
            "digest": one.digest,
            "problem": one.lost,
        }
        for uid, one in parsed.items()
    ]
    upsert(session, FeedItem, rows, key=("school", "source", "uid"), update=("digest", "problem"))

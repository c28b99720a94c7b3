"""Events, their texts in each language, and their dates."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, Session, SQLModel, col, select

from models.columns import json_list, new_id, of_school


class Event(SQLModel, table=True):
    """One per UID, plus one per exception (`recurrence_id` set, `series` = id of the event it is an exception of).

    `ics` (only on the row that heads a UID) is the series as a small VCALENDAR: enough to expand and to mirror it again.
    `status` "missing" means: an otherwise good feed no longer lists it.
    """

    id: str = Field(default_factory=lambda: new_id("ev"), primary_key=True)
    school: str
    source: str
    uid: str
    variant: str = ""
    recurrence_id: datetime | None = None
    series: str = ""
    title: str
    description: str = ""
    location: str = ""
    url: str = ""
    starts_at: datetime
    ends_at: datetime
    all_day: bool = False
    timezone: str
    status: str  # confirmed | tentative | cancelled | missing
    sequence: int = 0
    categories: list[str] = json_list()
    fingerprint: str
    rhythm: str = ""  # JSON of calendars' Rhythm, "" for a single event
    ics: str = ""
    expanded_until: datetime | None = None
    first_seen_at: datetime
    changed_at: datetime | None = None  # when what its calendar says last changed; None = never since first seen
    last_at: datetime  # when its last known date ends
    missing_since: datetime | None = None
    missing_decided: str = ""  # "" | cancelled | kept
    missing_decided_by: str = ""
    missing_decided_at: datetime | None = None
    told_by: str = ""  # id of the same event in another source, which is told instead of this one
    told_by_fingerprint: str = ""  # this event's own fingerprint when the two were last seen to be the same
    published_uid: str = ""  # under which UID it was published before its calendar gave it a new one; "" = uid

    __table_args__ = (
        *of_school((["source"], "source")),
        Index(
            "ux_event_single",
            "school",
            "source",
            "uid",
            "variant",
            unique=True,
            sqlite_where=text("recurrence_id IS NULL"),
            postgresql_where=text("recurrence_id IS NULL"),
        ),
        UniqueConstraint("school", "source", "uid", "variant", "recurrence_id"),
        UniqueConstraint("school", "id"),
        Index("ix_event_when", "school", "ends_at"),
        Index("ix_event_told_by", "school", "told_by"),
    )


class EventText(SQLModel, table=True):
    """An event's words in one language. `status`: original | typed | machine | accepted | stale."""

    __tablename__ = "event_text"

    school: str = Field(primary_key=True)
    event_id: str = Field(primary_key=True)
    language: str = Field(primary_key=True)
    title: str
    description: str = ""
    status: str
    by: str = ""

    __table_args__ = (*of_school((["event_id"], "event")),)


class Occurrence(SQLModel, table=True):
    """One date. `series` is the head event, `event_id` the event that says this date (the head or an exception)."""

    id: str = Field(default_factory=lambda: new_id("oc"), primary_key=True)
    school: str
    series: str
    event_id: str
    original_at: datetime
    starts_at: datetime
    ends_at: datetime
    all_day: bool = False
    status: str

    __table_args__ = (
        *of_school((["series"], "event"), (["event_id"], "event")),
        UniqueConstraint("school", "series", "original_at"),
        Index("ix_occurrence_when", "school", "starts_at"),
    )


def event(session: Session, school: str, event_id: str) -> Event | None:
    return session.exec(select(Event).where(Event.school == school, Event.id == event_id)).one_or_none()


def events(session: Session, school: str, source: str | None = None) -> list[Event]:
    """All events of a school (of one source), soonest first, heads before their exceptions."""
    query = select(Event).where(Event.school == school)
    if source is not None:
        query = query.where(Event.source == source)
    return list(
        session.exec(query.order_by(col(Event.starts_at), col(Event.recurrence_id).nulls_first(), col(Event.id)))
    )


def texts(session: Session, school: str) -> dict[str, dict[str, EventText]]:
    """event id -> language -> text."""
    found: dict[str, dict[str, EventText]] = {}
    for row in session.exec(select(EventText).where(EventText.school == school)):
        found.setdefault(row.event_id, {})[row.language] = row
    return found


def texts_of(session: Session, school: str, event_ids: Collection[str]) -> dict[str, list[EventText]]:
    """event id -> its texts, for some events."""
    query = select(EventText).where(EventText.school == school, col(EventText.event_id).in_(event_ids))
    found: dict[str, list[EventText]] = {one: [] for one in event_ids}
    for row in session.exec(query.order_by(EventText.language)):
        found[row.event_id].append(row)
    return found


def uids(session: Session, school: str) -> list[tuple[str, str, str, datetime | None, str, datetime]]:
    """id, uid, variant, recurrence id, published UID, first seen at: of each event that heads a UID and is told as itself."""
    columns: Any = (Event.id, Event.uid, Event.variant, Event.recurrence_id, Event.published_uid, Event.first_seen_at)
    query = select(*columns).where(Event.school == school, Event.series == "", Event.told_by == "")
    return [tuple(row) for row in session.exec(query)]


def last_change(head: Event) -> datetime:
    """When what is said of it last really changed: by its calendar, or by the word that it is cancelled."""
    decided = head.missing_decided_at if head.status == "cancelled" else None
    return max(one for one in (head.first_seen_at, head.changed_at, decided) if one)


def heads_between(session: Session, school: str, start: datetime, end: datetime) -> list[Event]:
    """Events that head a UID (no exceptions), not over before `start` and begun before `end`, soonest first."""
    query = select(Event).where(
        Event.school == school, Event.series == "", Event.last_at >= start, Event.starts_at < end
    )
    return list(session.exec(query.order_by(col(Event.starts_at), col(Event.id))))


def occurrences(session: Session, school: str, start: datetime, end: datetime) -> list[Occurrence]:
    """Dates that overlap start (inclusive) to end (exclusive), soonest first."""
    query = select(Occurrence).where(
        Occurrence.school == school, Occurrence.starts_at < end, col(Occurrence.ends_at) >= start
    )
    return list(session.exec(query.order_by(col(Occurrence.starts_at), col(Occurrence.id))))


def dates(session: Session, school: str, series: str) -> list[Occurrence]:
    """All known dates of one series (the id of its head event), soonest first."""
    query = select(Occurrence).where(Occurrence.school == school, Occurrence.series == series)
    return list(session.exec(query.order_by(col(Occurrence.starts_at), col(Occurrence.id))))

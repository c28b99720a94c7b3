"""The events that families, pages and centers are told: where two calendars list the same one, it is told once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from mirroring.same_event import pair
from models.center import CalendarEntry
from models.event import Event, events
from models.post import Post
from models.source import sources

_IDENTITY = ("id", "source", "uid", "variant", "recurrence_id", "published_uid", "first_seen_at", "told_by")


@dataclass(frozen=True, slots=True)
class Teller:
    """`event`: under whose id it is told everywhere. `says`: the row that says what is so now; another calendar's where
    the event's own no longer lists it.
    """

    event: Event
    says: Event

    def as_told(self) -> Event:
        """One event with the identity of the first and the facts of the second. Not a row: never to be written."""
        if self.says.id == self.event.id:
            return self.says
        return Event(**{**self.says.model_dump(), **{name: getattr(self.event, name) for name in _IDENTITY}})


def find_twins(session: Session, school: str) -> int:
    """Write down which events are told by another calendar's. Returns how many are.

    In the transaction that takes a copy over: a kill in between would have an event told twice.
    """
    heads = [row for row in events(session, school) if not row.series]
    if len({row.source for row in heads}) < 2:
        return 0
    pairs = pair(heads, _listed(session, school, heads), _told(session, school))
    for row in heads:
        found = pairs.get(row.id)
        told_by, fingerprint = (found.told_by, found.fingerprint) if found else ("", "")
        if (row.told_by, row.told_by_fingerprint) != (told_by, fingerprint):
            row.told_by, row.told_by_fingerprint = told_by, fingerprint
    return len(pairs)


def tellers(session: Session, school: str, heads: Iterable[Event]) -> list[Teller]:
    """Each event once, whichever of its rows were given. `heads`: no exceptions of series."""
    rows = {row.id: row for row in heads}
    ids = dict.fromkeys(row.told_by or row.id for row in rows.values())
    rows |= {row.id: row for row in _rows(session, school, Event.id, ids.keys() - rows.keys())}
    twins: dict[str, list[Event]] = {}
    for twin in _rows(session, school, Event.told_by, ids):
        twins.setdefault(twin.told_by, []).append(twin)
    told = [row for row in rows.values() if row.id in ids]
    if not twins:
        return [Teller(row, row) for row in told]
    listed = _listed(session, school, [*told, *(twin for group in twins.values() for twin in group)])
    return [Teller(row, _sayer(row, twins.get(row.id, ()), listed)) for row in told]


def told_ids(session: Session, school: str) -> set[str]:
    """The ids of all tellers, without their rows."""
    heads = dict(session.exec(select(Event.id, Event.told_by).where(Event.school == school, Event.series == "")).all())
    return heads.keys() & {told_by or id for id, told_by in heads.items()}


def is_listed_elsewhere(session: Session, row: Event) -> bool:
    """Does another calendar of the school still list this event?"""
    twins = _rows(session, row.school, Event.told_by, [row.id])
    return any(_listed(session, row.school, twins).values())


def _sayer(teller: Event, twins: Sequence[Event], listed: Mapping[str, bool]) -> Event:
    """A twin that still says what it said when they were paired is no news."""
    standing = [twin for twin in twins if listed[twin.id]]
    if listed[teller.id] or not standing or teller.status == "cancelled":
        return teller
    news = [twin for twin in standing if twin.fingerprint != twin.told_by_fingerprint]
    if news:
        return news[0]
    return Event(**{**teller.model_dump(), "status": standing[0].status})


def _listed(session: Session, school: str, rows: Iterable[Event]) -> dict[str, bool]:
    """A calendar that was switched off lists nothing."""
    on = {source.slug for source in sources(session, school)}
    return {row.id: row.source in on and row.status != "missing" for row in rows}


def _told(session: Session, school: str) -> set[str]:
    """Events that something of ours stands outside for, or may."""
    posts = select(Post.event_id).where(Post.school == school, col(Post.state).in_(("due", "sent")))
    entries = select(CalendarEntry.event_id).where(
        CalendarEntry.school == school, col(CalendarEntry.state).in_(("due", "sent"))
    )
    return {*session.exec(posts), *session.exec(entries)}


def _rows(session: Session, school: str, column: object, ids: Collection[str]) -> list[Event]:
    """Rows whose `column` is one of `ids`, asked in portions that every database takes."""
    wanted, found = sorted(ids), list[Event]()
    for start in range(0, len(wanted), 500):
        portion = wanted[start : start + 500]
        found += session.exec(select(Event).where(Event.school == school, col(column).in_(portion)))
    return [row for row in found if not row.series]

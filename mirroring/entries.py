"""What each center's calendar should hold: one object per event, its whole series in it. Writes rows and what is owed.

The school owns title, time, text, place and status; what the center adds stays (outbox merges by property).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlmodel import Session

from calendars.read import restored
from calendars.write import center_object, fingerprint, merge
from connector.doors import Doors
from connector.errors import OutsideError
from mirroring.owe import call_off, owe
from models.center import CalendarEntry, Center, centers, entries
from models.database import Database
from models.event import Event, events
from models.school import School
from models.vault import Vault


@dataclass(frozen=True, slots=True)
class Looked:
    """What looking at one center's calendar showed; `problem` is a sentence when it could not be read."""

    center: str
    problem: str = ""
    foreign_edits: int = 0


def plan_entries(session: Session, school: School, now: datetime) -> int:
    """Make every center's rows say what should stand there; returns how many deliveries were written."""
    heads = [row for row in events(session, school.slug) if not row.series]
    owed = 0
    for center in centers(session, school.slug):
        if center.kind == "caldav":
            known = {row.event_id: row for row in entries(session, school.slug, center.slug)}
            owed += sum(_plan_one(session, school, center, head, known.get(head.id), now) for head in heads)
    return owed


def _plan_one(
    session: Session, school: School, center: Center, head: Event, entry: CalendarEntry | None, now: datetime
) -> bool:
    past = head.last_at <= now
    if entry is None:
        wanted = head.status in ("confirmed", "tentative") and not past and _lets_through(center, head)
        return wanted and _create(session, school, center, head, now)
    if entry.state in ("removed", "withdrawn", "conflict"):
        return False
    if past:
        return _take_away(session, school, entry, head, now)
    if head.status == "missing":
        return False  # nothing leaves a calendar until a person says so
    return _change(session, school, entry, head, now)


def _lets_through(center: Center, head: Event) -> bool:
    """The center's own rules: its categories and places; empty = all. Case is ignored."""
    categories = {one.casefold() for one in center.categories}
    places = {one.casefold() for one in center.places}
    if categories and not categories & {one.casefold() for one in head.categories}:
        return False
    return not places or any(place in head.location.casefold() for place in places)


def _create(session: Session, school: School, center: Center, head: Event, now: datetime) -> bool:
    uid = head.uid if not head.variant else f"{head.uid}-{head.variant}"
    body = _body(school, head, uid, 0, now)
    entry = CalendarEntry(
        school=school.slug,
        center=center.slug,
        event_id=head.id,
        # A fixed function of what it mirrors: a repeated run finds its own work.
        href=sha256("\n".join((school.slug, head.source, uid)).encode()).hexdigest()[:40] + ".ics",
        uid=uid,
        body=body,
        fingerprint=fingerprint(body.encode()),
        made_from=_made_from(head),
        state="waiting" if center.accept == "person" else "due",
        changed_at=now,
    )
    session.add(entry)
    if entry.state == "waiting":
        return False
    owe(session, school.slug, "calendar-put", f"center:{center.slug}", entry.id, _revision(entry), now=now)
    return True


def _change(session: Session, school: School, entry: CalendarEntry, head: Event, now: datetime) -> bool:
    if entry.made_from == _made_from(head):
        return False
    body = _body(school, head, entry.uid, entry.sequence, now)
    entry.made_from = _made_from(head)
    if fingerprint(body.encode()) == entry.fingerprint:
        return False
    entry.sequence += 1  # up exactly when what a reader notices changed
    entry.body = _body(school, head, entry.uid, entry.sequence, now)
    entry.fingerprint, entry.changed_at = fingerprint(body.encode()), now
    if entry.state == "waiting":
        return False
    entry.state = "due"
    call_off(session, school.slug, entry.id, "the event changed again", now, kind="calendar-put")
    owe(session, school.slug, "calendar-put", f"center:{entry.center}", entry.id, _revision(entry), now=now)
    return True


def _take_away(session: Session, school: School, entry: CalendarEntry, head: Event, now: datetime) -> bool:
    """A cancelled event stands as cancelled and goes once it is past; other past events are the center's history."""
    if head.status != "cancelled" or entry.removing or entry.state == "waiting":
        return False
    entry.removing = True
    call_off(session, school.slug, entry.id, "its event is past", now, kind="calendar-put")
    owe(session, school.slug, "calendar-delete", f"center:{entry.center}", entry.id, "gone", now=now)
    return True


def _made_from(head: Event) -> str:
    """Spares making a body that would be the same as before."""
    return sha256("\n".join((head.status, head.url, head.ics)).encode()).hexdigest()


def _revision(entry: CalendarEntry) -> str:
    return f"{entry.sequence}:{entry.fingerprint}"


def _body(school: School, head: Event, uid: str, sequence: int, now: datetime) -> str:
    """The object as it should stand."""
    written = center_object(
        restored(head.ics, school.timezone, head.variant),
        uid=uid,
        description=head.description,
        url=head.url,
        sequence=sequence,
        stamped_at=now,
        cancelled=head.status == "cancelled",
    )
    return written.decode()


# --- what the center did meanwhile


def look(db: Database, doors: Doors, vault: Vault, school: School, center: Center, now: datetime) -> Looked:
    """One listing of a center's calendar; only objects of ours whose etag moved are read, and put right if need be."""
    with db.read() as session:
        ours = {row.href: row for row in entries(session, school.slug, center.slug) if row.state == "sent"}
    if not ours:
        return Looked(center.slug)
    door = doors.calendar(
        center.url, center.username, vault.open(center.password_sealed), subject=f"the calendar of {center.name}"
    )
    try:
        there = door.etags()
        moved = [href for href, row in ours.items() if href in there and there[href] != row.etag]
        bodies = door.get_many(moved) if moved else {}
    except OutsideError as wrong:
        _note(db, school, center, wrong.message, now)
        return Looked(center.slug, wrong.message)
    if moved or center.problem:
        _note(db, school, center, "", now)
    return Looked(center.slug, foreign_edits=_put_right(db, school, center, moved, bodies, now))


def _put_right(db: Database, school: School, center: Center, moved: Iterable[str], bodies: dict, now: datetime) -> int:
    count = 0
    with db.write() as session:
        for row in entries(session, school.slug, center.slug):
            stands = bodies.get(row.href) if row.href in moved else None
            if stands is not None and row.state == "sent":
                row.etag = stands.etag
                row.stands_fingerprint = fingerprint(stands.body)
                if fingerprint(merge(stands.body, row.body.encode())) != row.stands_fingerprint:
                    row.state = "due"
                    revision = f"{_revision(row)}:{stands.etag}"
                    owe(session, school.slug, "calendar-put", f"center:{center.slug}", row.id, revision, now=now)
                    count += 1
    return count


def _note(db: Database, school: School, center: Center, problem: str, now: datetime) -> None:
    with db.write() as session:
        for row in centers(session, school.slug):
            if row.slug == center.slug:
                row.problem, row.checked_at = problem, now

"""What each center's calendar should hold: one object per event, its whole series in it. Writes rows and what is owed.

The school owns title, time, text, place and status; what the center adds stays (outbox merges by property).

An object that somebody at the center took out stays out until its event changes: it is their calendar, but a new time must
reach them. When many are gone at once, that is taken for an accident, and they are put back, once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlmodel import Session

from calendars.read import restored
from calendars.write import center_object, fingerprint, merge
from connector.caldav import Stored
from connector.doors import Doors
from connector.errors import OutsideError
from mirroring.alone import alone
from mirroring.owe import call_off, owe
from mirroring.tellers import tellers
from models.center import CalendarEntry, Center, centers, entries, lets_through
from models.database import Database
from models.delivery import of_target
from models.event import Event, events
from models.school import School
from models.vault import Vault

FIGHTS = 3  # so often one and the same change by a calendar is put right; then it is the server's own doing


@dataclass(frozen=True, slots=True)
class Looked:
    """What looking at one center's calendar showed; `problem` is a sentence when it could not be read."""

    center: str
    problem: str = ""
    foreign_edits: int = 0


def plan_entries(session: Session, school: School, now: datetime) -> int:
    """Make every center's rows say what should stand there; returns how many deliveries were written."""
    rows = [row for row in events(session, school.slug) if not row.series]
    heads = {one.event.id: one.as_told() for one in tellers(session, school.slug, rows)}
    owed = 0
    for center in centers(session, school.slug):
        if center.kind == "caldav":
            note_conflicts(session, school.slug, center.slug)
            known = {row.event_id: row for row in entries(session, school.slug, center.slug)}
            owed += sum(_plan_one(session, school, center, head, known.get(id), now) for id, head in heads.items())
            owed += sum(_joined(session, school, row, now) for id, row in known.items() if id not in heads)
    return owed


def _plan_one(
    session: Session, school: School, center: Center, head: Event, entry: CalendarEntry | None, now: datetime
) -> bool:
    past, on = head.last_at <= now, head.status in ("confirmed", "tentative")
    if entry is None:
        return on and not past and lets_through(center, head) and _create(session, school, center, head, now)
    if _is_declined(entry) or head.status == "missing":
        return False  # nothing leaves a calendar until a person says so
    if entry.removing:
        return on and not past and _change(session, school, entry, head, now)
    if past:
        return _take_away(session, school, entry, head, now)
    if not on and _never_left(session, school, entry):
        call_off(session, school.slug, entry.id, "the event was cancelled before it was put in", now)
        session.delete(entry)
        return False
    return (on or not _is_out(entry)) and _change(session, school, entry, head, now)


def _is_declined(entry: CalendarEntry) -> bool:
    """Did a person say no to it before it was ever there?"""
    return entry.state == "withdrawn" and not entry.sent_fingerprint


def _is_out(entry: CalendarEntry) -> bool:
    """Nothing of ours stands there: the center took it out, or holds the event under a name of its own."""
    return entry.state in ("withdrawn", "conflict")


def _never_left(session: Session, school: School, entry: CalendarEntry) -> bool:
    tried = any(one.attempts or one.state == "sending" for one in of_target(session, school.slug, entry.id))
    return not entry.sent_fingerprint and not tried and not _is_out(entry)


def note_conflicts(session: Session, school: str, center: str) -> None:
    """Where the calendar holds the event under another name, ours is not put in: tried again when the event changes."""
    for entry in entries(session, school, center):
        if entry.state == "due":
            puts = [one for one in of_target(session, school, entry.id) if one.kind == "calendar-put"]
            if puts and puts[-1].state == "dropped" and not puts[-1].settled_by:
                entry.state, entry.problem = "conflict", puts[-1].error


def _create(session: Session, school: School, center: Center, head: Event, now: datetime) -> bool:
    uid = _uid(head)
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
    if entry.made_from == _made_from(head) and not entry.removing:
        return False
    body = _body(school, head, entry.uid, entry.sequence, now)
    entry.made_from = _made_from(head)
    if fingerprint(body.encode()) == entry.fingerprint and not entry.removing:
        return False
    entry.sequence += 1  # up exactly when what a reader notices changed
    entry.body = _body(school, head, entry.uid, entry.sequence, now)
    entry.fingerprint, entry.changed_at = fingerprint(body.encode()), now
    if entry.state == "waiting":
        return False
    entry.state, entry.removing, entry.problem = "due", False, ""
    call_off(session, school.slug, entry.id, "the event changed again", now)
    owe(session, school.slug, "calendar-put", f"center:{entry.center}", entry.id, _revision(entry), now=now)
    return True


def _take_away(session: Session, school: School, entry: CalendarEntry, head: Event, now: datetime) -> bool:
    """A cancelled event stands as cancelled and goes once it is past; other past events are the center's history."""
    if head.status != "cancelled" or entry.state == "waiting" or _is_out(entry):
        return False
    _remove(session, school, entry, "its event is past", now)
    return True


def _joined(session: Session, school: School, entry: CalendarEntry, now: datetime) -> bool:
    """A date that stood for itself is now told by its series: its own object goes."""
    if entry.removing or _is_out(entry):
        return False
    _remove(session, school, entry, "its series is there now", now)
    return True


def _remove(session: Session, school: School, entry: CalendarEntry, why: str, now: datetime) -> None:
    entry.removing = True
    call_off(session, school.slug, entry.id, why, now, kind="calendar-put")
    revision = f"gone:{entry.sequence}"
    owe(session, school.slug, "calendar-delete", f"center:{entry.center}", entry.id, revision, now=now)


def _uid(head: Event) -> str:
    """The school's own, with an addition where several objects would share it."""
    date = f"{head.recurrence_id:%Y%m%dT%H%M%SZ}" if head.recurrence_id else ""
    return "-".join(part for part in (head.uid, head.variant, date) if part)


def _made_from(head: Event) -> str:
    """Spares making a body that would be the same as before."""
    return sha256("\n".join((head.status, head.url, head.ics)).encode()).hexdigest()


def _revision(entry: CalendarEntry) -> str:
    return f"{entry.sequence}:{entry.fingerprint}"


def _body(school: School, head: Event, uid: str, sequence: int, now: datetime) -> str:
    """The object as it should stand."""
    series = restored(head.ics, school.timezone, head.variant)
    written = center_object(
        alone(series, head.recurrence_id) if head.recurrence_id else series,
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
    with db.write() as session:
        note_conflicts(session, school.slug, center.slug)
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
    _note(db, school, center, "", now)
    with db.write() as session:
        rows = [row for row in entries(session, school.slug, center.slug) if row.state == "sent" and row.href in ours]
        edits = sum(_put_right(session, row, bodies[row.href], now) for row in rows if row.href in bodies)
        return Looked(center.slug, foreign_edits=edits + _put_back(session, rows, there, now))


def _put_right(session: Session, row: CalendarEntry, stands: Stored, now: datetime) -> bool:
    row.etag = stands.etag
    row.stands_fingerprint = fingerprint(stands.body)
    if fingerprint(merge(stands.body, row.body.encode())) == row.stands_fingerprint:
        return False
    revision = f"{_revision(row)}:{row.stands_fingerprint}"
    before = sum(one.revision.startswith(revision) for one in of_target(session, row.school, row.id))
    if before >= FIGHTS:
        row.problem = "The center's calendar changes this entry by itself whenever it is put right: look at it there."
        return False
    row.state = "due"
    owe(session, row.school, "calendar-put", f"center:{row.center}", row.id, f"{revision}:{before + 1}", now=now)
    return True


def _put_back(session: Session, ours: Sequence[CalendarEntry], there: Collection[str], now: datetime) -> int:
    """One that somebody took out stays out until its event changes; many at once are an accident, once."""
    gone = [row for row in ours if row.href not in there]
    many, again = len(gone) > max(3, 0.2 * len(ours)), 0
    for row in gone:
        row.state, row.etag = "withdrawn", None
        row.problem = "Somebody took it out of the center's calendar: it comes back when the event changes."
        revision = f"{_revision(row)}:again"
        if many and not any(one.revision == revision for one in of_target(session, row.school, row.id)):
            row.state, row.problem = "due", ""
            owe(session, row.school, "calendar-put", f"center:{row.center}", row.id, revision, now=now)
            again += 1
    return again


def _note(db: Database, school: School, center: Center, problem: str, now: datetime) -> None:
    with db.write() as session:
        for row in centers(session, school.slug):
            if row.slug == center.slug:
                row.problem, row.checked_at = problem, now

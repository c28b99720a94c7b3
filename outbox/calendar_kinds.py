"""What goes to a center's calendar: put and delete, always conditional, only objects that our ledger names."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlmodel import Session, select

from calendars.write import fingerprint, merge
from connector.collection import Collection
from connector.errors import Conflict, TryLater
from models.center import CalendarEntry
from models.delivery import Attempt, Delivery
from outbox.kinds import Absent, Errand, Look, Stands


class Put:
    """Create or update. What the center added to the object stays; what the school owns becomes the school's."""

    repeatable = True
    gone: Literal["failed", "needs-person"] = "failed"

    def prepare(self, session: Session, delivery: Delivery) -> Errand | None:
        entry = _entry(session, delivery)
        if entry is None or entry.removing or entry.state in ("waiting", "conflict", "withdrawn"):
            return None
        return Errand(delivery, entry.body, to=entry.href, etag=entry.etag, fingerprint=entry.fingerprint)

    def send(self, door: Collection, errand: Errand) -> Stands:
        ours = errand.text.encode()
        if errand.etag is None:
            try:
                return Stands(errand.to, etag=door.put(errand.to, ours, etag=None), body=errand.text)
            except Conflict as taken:
                if taken.uid_conflict:
                    raise
                # Our own earlier PUT whose answer was lost: the name is ours alone. Go on as an update.
        return _update(door, errand, ours)

    def look(self, door: Collection, errand: Errand, attempt: Attempt) -> Look:
        stands = door.get(errand.to)
        if stands is None:
            return Absent()
        merged = merge(stands.body, errand.text.encode())
        same = fingerprint(merged) == fingerprint(stands.body)
        return Stands(errand.to, etag=stands.etag, body=stands.body.decode()) if same else Absent()

    def done(self, session: Session, delivery: Delivery, result: Stands, now: datetime) -> None:
        entry = _entry(session, delivery)
        if entry is not None:
            entry.state, entry.etag, entry.problem = "sent", result.etag, ""
            entry.sent_fingerprint = entry.fingerprint
            entry.stands_fingerprint = fingerprint(result.body.encode())

    def lost(
        self, session: Session, delivery: Delivery, state: Literal["failed", "needs-person"], now: datetime
    ) -> None:
        entry = _entry(session, delivery)
        if entry is not None:
            entry.problem = delivery.error


def _update(door: Collection, errand: Errand, ours: bytes) -> Stands:
    """Read, merge, write on condition. Nothing there: put it back, the school still wants it told."""
    stands = door.get(errand.to)
    if stands is None:
        return _put_back(door, errand, ours)
    merged = merge(stands.body, ours)
    if fingerprint(merged) == fingerprint(stands.body):
        return Stands(errand.to, etag=stands.etag, body=stands.body.decode())
    return Stands(errand.to, etag=door.put(errand.to, merged, etag=stands.etag or "*"), body=merged.decode())


def _put_back(door: Collection, errand: Errand, ours: bytes) -> Stands:
    try:
        return Stands(errand.to, etag=door.put(errand.to, ours, etag=None), body=errand.text)
    except Conflict as refused:
        if refused.uid_conflict:
            raise
        # Nothing is there, and nothing may be put there: servers say so of a calendar that does not exist.
        message = f"{door.subject} takes nothing at its address: check that this calendar is still there."
        raise TryLater(message, subject=door.subject, code=refused.code) from refused


class Delete:
    """Takes our object away once its event is past and cancelled."""

    repeatable = True
    gone: Literal["failed", "needs-person"] = "failed"

    def prepare(self, session: Session, delivery: Delivery) -> Errand | None:
        entry = _entry(session, delivery)
        if entry is None or not entry.removing or entry.state == "removed":
            return None
        return Errand(delivery, to=entry.href, etag=entry.etag)

    def send(self, door: Collection, errand: Errand) -> Stands:
        stands = door.get(errand.to)
        if stands is not None:
            door.delete(errand.to, etag=stands.etag or "*")
        return Stands(errand.to)

    def look(self, door: Collection, errand: Errand, attempt: Attempt) -> Look:
        return Stands(errand.to) if door.get(errand.to) is None else Absent()

    def done(self, session: Session, delivery: Delivery, result: Stands, now: datetime) -> None:
        entry = _entry(session, delivery)
        if entry is not None:
            entry.state, entry.etag = "removed", None

    def lost(
        self, session: Session, delivery: Delivery, state: Literal["failed", "needs-person"], now: datetime
    ) -> None:
        entry = _entry(session, delivery)
        if entry is not None:
            entry.problem = delivery.error


def _entry(session: Session, delivery: Delivery) -> CalendarEntry | None:
    query = select(CalendarEntry).where(CalendarEntry.school == delivery.school, CalendarEntry.id == delivery.target)
    return session.exec(query).one_or_none()

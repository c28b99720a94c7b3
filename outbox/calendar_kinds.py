"""What goes to a center's calendar: put and delete, always conditional, only objects that our ledger names."""

from __future__ import annotations

from dataclasses import astuple
from datetime import datetime
from typing import Literal

from sqlmodel import Session, select

from calendars.differences import differences
from calendars.lines import unescape
from calendars.merge import merge
from calendars.standing import fingerprint
from connector.collection import Collection
from connector.errors import Conflict, TryLater
from models.center import CalendarEntry
from models.delivery import Attempt, Delivery
from outbox.kinds import Absent, Errand, Look, Stands

MOST_TRIED = 8  # tries of which nobody heard, before a person is asked


class Put:
    """Create or update. What the center added to the object, or changed in it, stays; a new time goes through."""

    repeatable = True
    gone: Literal["failed", "needs-person"] = "failed"

    def prepare(self, session: Session, delivery: Delivery) -> Errand | None:
        entry = _entry(session, delivery)
        if entry is None or entry.removing or entry.state in ("waiting", "conflict", "withdrawn"):
            return None
        said = tuple(entry.said())
        if entry.body not in (entry.sent_body, *entry.tried):
            entry.tried = [*entry.tried, entry.body][-MOST_TRIED:]  # its answer may be lost
        taken_back = entry.stands_fingerprint if any(one.get("taken_back") for one in entry.conflicts) else ""
        return Errand(
            delivery, entry.body, named=_title(entry), to=entry.href, etag=entry.etag,
            fingerprint=entry.fingerprint, said=said, taken_back=taken_back,
        )  # fmt: skip

    def send(self, door: Collection, errand: Errand) -> Stands:
        if errand.etag is None and not errand.said:
            try:
                return _write(door, errand, errand.text.encode(), None)
            except Conflict as taken:
                if taken.uid_conflict:
                    raise
                # Our own earlier PUT whose answer was lost: the name is ours alone. Go on as an update.
        return _update(door, errand)

    def look(self, door: Collection, errand: Errand, attempt: Attempt) -> Look:
        stands = door.get(errand.to)
        if stands is None:
            return Absent()
        same = fingerprint(_merged(stands.body, errand)) == fingerprint(stands.body)
        return _stands(errand, stands.etag, stands.body) if same else Absent()

    def done(self, session: Session, delivery: Delivery, result: Stands, now: datetime) -> None:
        entry = _entry(session, delivery)
        if entry is None:
            return
        entry.state, entry.etag, entry.problem = "sent", result.etag, ""
        entry.sent_body, entry.kept_body, entry.tried = result.said, result.kept, []
        entry.sent_fingerprint = entry.fingerprint if result.said == entry.body else fingerprint(result.said.encode())
        if result.body == result.said and not result.kept:  # the usual way: as it was given
            entry.stands_fingerprint, entry.conflicts = entry.sent_fingerprint, []
            return
        entry.stands_fingerprint = fingerprint(result.body.encode())
        entry.note_conflicts(map(astuple, differences(result.body.encode(), entry.said())), now)

    def lost(
        self, session: Session, delivery: Delivery, state: Literal["failed", "needs-person"], now: datetime
    ) -> None:
        entry = _entry(session, delivery)
        if entry is not None:
            entry.problem = delivery.error


def _update(door: Collection, errand: Errand) -> Stands:
    """Read, merge, write on condition. Nothing there: put it back, the school still wants it told."""
    stands = door.get(errand.to)
    if stands is None:
        return _put_back(door, errand)
    merged = _merged(stands.body, errand)
    if fingerprint(merged) == fingerprint(stands.body):
        return _stands(errand, stands.etag, stands.body)
    return _write(door, errand, merged, stands.etag or "*")


def _merged(stands: bytes, errand: Errand) -> bytes:
    """An edit that was taken back goes, as long as it is the one that was seen; a newer one stays."""
    taken_back = errand.taken_back and fingerprint(stands) == errand.taken_back
    return merge(stands, errand.text.encode(), [stands] if taken_back else errand.said)


def _write(door: Collection, errand: Errand, body: bytes, etag: str | None) -> Stands:
    """Where the server tells no version, it may have changed what it was given: that is seen at once, or never."""
    written = door.put(errand.to, body, etag=etag)
    if written is not None:
        return _stands(errand, written, body)
    stands = door.get(errand.to)
    if stands is None:
        return _stands(errand, None, body)
    if fingerprint(stands.body) == fingerprint(body):
        return _stands(errand, stands.etag, body)
    kept = merge(stands.body, errand.text.encode(), [body])
    return _stands(errand, stands.etag, stands.body, kept)


def _stands(errand: Errand, etag: str | None, body: bytes, kept: bytes = b"") -> Stands:
    return Stands(
        errand.to, etag=etag, body=body.decode(errors="replace"), said=errand.text, kept=kept.decode(errors="replace")
    )


def _put_back(door: Collection, errand: Errand) -> Stands:
    try:
        return _write(door, errand, errand.text.encode(), None)
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
        if entry.conflicts and not delivery.revision.startswith("joined"):
            entry.removing = False  # a person at the center changed it meanwhile: it is theirs to take away
            return None
        return Errand(delivery, named=_title(entry), to=entry.href, etag=entry.etag)

    def send(self, door: Collection, errand: Errand) -> Stands:
        stands = door.get(errand.to)
        if stands is not None and errand.etag not in (None, stands.etag):
            message = f"{door.subject} was changed by somebody in the meantime: it is looked at first."
            raise Conflict(message, subject=door.subject)
        if stands is not None:
            door.delete(errand.to, etag=stands.etag or "*")
        return Stands(errand.to)

    def look(self, door: Collection, errand: Errand, attempt: Attempt) -> Look:
        return Stands(errand.to) if door.get(errand.to) is None else Absent()

    def done(self, session: Session, delivery: Delivery, result: Stands, now: datetime) -> None:
        entry = _entry(session, delivery)
        if entry is not None:
            entry.state, entry.etag, entry.conflicts = "removed", None, []
            entry.sent_body, entry.kept_body, entry.tried = "", "", []

    def lost(
        self, session: Session, delivery: Delivery, state: Literal["failed", "needs-person"], now: datetime
    ) -> None:
        entry = _entry(session, delivery)
        if entry is not None:
            entry.problem = delivery.error


def _title(entry: CalendarEntry) -> str:
    event = entry.body.partition("BEGIN:VEVENT")[2].partition("\r\nSUMMARY:")[2]
    return unescape(event.partition("\r\n")[0])


def _entry(session: Session, delivery: Delivery) -> CalendarEntry | None:
    query = select(CalendarEntry).where(CalendarEntry.school == delivery.school, CalendarEntry.id == delivery.target)
    return session.exec(query).one_or_none()

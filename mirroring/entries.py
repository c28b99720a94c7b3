"""What each center's calendar should hold: one object per event, its whole series in it. Writes rows and what is owed.

The school owns title, time, text, place and status; what the center adds or changes stays (outbox merges by property), but a
new time of the school's goes through. An object that somebody at the center took out stays out until its event changes: it
is their calendar, but a new time must reach them.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from hashlib import sha256

from sqlmodel import Session, col, or_, select

from calendars.read import restored
from calendars.standing import fingerprint
from calendars.write import center_object
from mirroring.alone import alone
from mirroring.owe import call_off, owe
from mirroring.tellers import tellers, told_ids
from models.center import CalendarEntry, Center, in_step, lets_through
from models.delivery import of_target
from models.event import Event
from models.school import School


def plan_entries(session: Session, school: School, now: datetime) -> int:
    """Make every center's rows say what should stand there; returns how many deliveries were written.

    What is over stays as it is, and is not even read: ten years of a school are two thousand events.
    """
    centers = in_step(session, school.slug)
    if not centers:
        return 0
    heads = {one.event.id: one.as_told() for one in tellers(session, school.slug, _not_over(session, school.slug, now))}
    ids = told_ids(session, school.slug)
    owed = 0
    for center in centers:
        note_names_taken(session, school.slug, center.slug)
        known = _known(session, school.slug, center.slug, heads, ids)
        owed += sum(_plan_one(session, school, center, head, known.get(id), now) for id, head in heads.items())
        owed += sum(_joined(session, school, row, now) for id, row in known.items() if id not in ids)
    return owed


def _not_over(session: Session, school: str, now: datetime) -> list[Event]:
    """And what has to be taken away, or taken back, once it is over."""
    waiting = select(CalendarEntry.event_id).where(CalendarEntry.school == school, CalendarEntry.state == "waiting")
    matters = or_(col(Event.last_at) > now, col(Event.status) == "cancelled", col(Event.id).in_(waiting))
    query = select(Event).where(Event.school == school, Event.series == "", matters)
    return list(session.exec(query.order_by(col(Event.starts_at), col(Event.id))))


def _known(
    session: Session, school: str, center: str, heads: Collection[str], ids: Collection[str]
) -> dict[str, CalendarEntry]:
    """event id -> its entry: of these heads, and of what is no longer told by itself (is none of `ids`)."""
    every = session.exec(
        select(CalendarEntry.event_id).where(CalendarEntry.school == school, CalendarEntry.center == center)
    )
    wanted = sorted(one for one in every if one in heads or one not in ids)
    found: dict[str, CalendarEntry] = {}
    for start in range(0, len(wanted), 500):
        some = col(CalendarEntry.event_id).in_(wanted[start : start + 500])
        query = select(CalendarEntry).where(CalendarEntry.school == school, CalendarEntry.center == center, some)
        found |= {row.event_id: row for row in session.exec(query)}
    return found


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
    if entry.state == "waiting" and past:
        session.delete(entry)  # nobody needs to say yes or no any more
        return False
    if past:
        return _take_away(session, school, entry, head, now)
    if not on and _never_left(session, school, entry):
        call_off(session, school.slug, entry.id, "the event was cancelled before it was put in", now)
        session.delete(entry)
        return False
    if entry.state == "waiting" and center.accept == "auto":
        accept(session, entry, now)  # nobody is asked any more
    return (on or not _is_out(entry)) and _change(session, school, entry, head, now)


def accept(session: Session, entry: CalendarEntry, now: datetime) -> None:
    """What waits goes in as it is now; later changes of it need no second yes."""
    entry.state = "due"
    owe(session, entry.school, "calendar-put", f"center:{entry.center}", entry.id, revision(entry), now=now)


def _is_declined(entry: CalendarEntry) -> bool:
    """Did a person say no to it before it was ever there?"""
    return entry.state == "withdrawn" and not entry.sent_fingerprint


def _is_out(entry: CalendarEntry) -> bool:
    """Nothing of ours stands there: the center took it out, or holds the event under a name of its own."""
    return entry.state in ("withdrawn", "conflict")


def _never_left(session: Session, school: School, entry: CalendarEntry) -> bool:
    tried = any(one.attempts or one.state == "sending" for one in of_target(session, school.slug, entry.id))
    return not entry.sent_fingerprint and not tried and not _is_out(entry)


def note_names_taken(session: Session, school: str, center: str) -> None:
    """Where the calendar holds the event under another name, ours is not put in: tried again when the event changes."""
    due = select(CalendarEntry).where(
        CalendarEntry.school == school, CalendarEntry.center == center, CalendarEntry.state == "due"
    )
    for entry in session.exec(due):
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
    accept(session, entry, now)
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
    owe(session, school.slug, "calendar-put", f"center:{entry.center}", entry.id, revision(entry), now=now)
    return True


def _take_away(session: Session, school: School, entry: CalendarEntry, head: Event, now: datetime) -> bool:
    """A cancelled event stands as cancelled and goes once it is past; other past events are the center's history.

    One that a person at the center changed is theirs to take away.
    """
    if head.status != "cancelled" or entry.state == "waiting" or _is_out(entry) or entry.conflicts:
        return False
    _remove(session, school, entry, "its event is past", f"gone:{entry.sequence}", now)
    return True


def _joined(session: Session, school: School, entry: CalendarEntry, now: datetime) -> bool:
    """A date that stood for itself is now told by its series: its own object goes."""
    if entry.removing or _is_out(entry):
        return False
    _remove(session, school, entry, "its series is there now", f"joined:{entry.sequence}", now)
    return True


def _remove(session: Session, school: School, entry: CalendarEntry, why: str, what: str, now: datetime) -> None:
    entry.removing = True
    call_off(session, school.slug, entry.id, why, now, kind="calendar-put")
    owe(session, school.slug, "calendar-delete", f"center:{entry.center}", entry.id, what, now=now)


def _uid(head: Event) -> str:
    """The school's own, with an addition where several objects would share it."""
    date = f"{head.recurrence_id:%Y%m%dT%H%M%SZ}" if head.recurrence_id else ""
    return "-".join(part for part in (head.uid, head.variant, date) if part)


def _made_from(head: Event) -> str:
    """Spares making a body that would be the same as before."""
    return sha256("\n".join((head.status, head.url, head.ics)).encode()).hexdigest()


def revision(entry: CalendarEntry) -> str:
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

"""A school event and an entry of the center's own, at the same time in the same place: a card for both sides.

It looks at what was remembered, never outside, and changes nothing but cards. An all-day entry takes its place for the whole
day, unless its calendar shows it as free: a note too many costs less than a family before a closed door.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from sqlmodel import Session

from calendars.lines import blocks, unescape
from calendars.places import place
from calendars.split import split
from calendars.values import FeedRefused
from mirroring.apart import is_heavy
from mirroring.dated import AHEAD, parse
from models.card import close_card, open_cards, show_card
from models.center import CalendarEntry, Center, entries, placed_objects
from models.database import Database
from models.event import Event, Occurrence, events, occurrences
from models.school import School

KIND = "double-booking"
SECONDS = 5.0  # of reading a center's own entries in one round; what is left then is counted, and not looked at


@dataclass(frozen=True, slots=True)
class Booking:
    """One date in one place. `of` is the entry's id, or the name of the center's own object."""

    of: str
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime


def find_double_bookings(db: Database, school: School, center: Center, now: datetime) -> int:
    """Keeps one open card for each pair that overlaps. Returns how many of the center's own entries could not be read."""
    with db.read() as session:
        ours = list(_ours(session, school, center, now))
        places = {place(one.place) for one in ours}
        bodies = placed_objects(session, school.slug, center.slug) if places else {}
        known = {
            one.subject: one.message
            for one in open_cards(session, school.slug)
            if one.kind == KIND and one.subject.startswith(f"{center.slug}:")
        }
    theirs, unread = read_bookings(bodies, places, school.timezone, now)
    wanted = {_subject(center, *pair): _sentence(school, center, *pair) for pair in overlapping(ours, theirs)}
    if known != wanted:
        with db.write() as session:
            for subject, message in wanted.items():
                show_card(session, school.slug, KIND, subject, message, now)
            for subject in known.keys() - wanted.keys():
                close_card(session, school.slug, KIND, subject, now)
    return unread


# --- ours


def _ours(session: Session, school: School, center: Center, now: datetime) -> Iterator[Booking]:
    rows = {
        one.event_id: one
        for one in entries(session, school.slug, center.slug)
        if one.state in ("due", "sent", "waiting") and not one.removing
    }
    if not rows:
        return
    known = {one.id: one for one in events(session, school.slug)}
    for date in occurrences(session, school.slug, now, now + AHEAD):
        entry = rows.get(date.series)
        if entry is not None and date.status in ("confirmed", "tentative") and date.ends_at > now:
            where = _where(entry, known[date.series], known[date.event_id], date)
            if place(where):
                yield Booking(entry.id, known[date.event_id].title, where, date.starts_at, date.ends_at)


def _where(entry: CalendarEntry, head: Event, event: Event, date: Occurrence) -> str:
    """Where a person at the center put it, if somebody did: the room is theirs to give."""
    moved = {one["of"]: one["center"] for one in entry.conflicts if one["property"] == "location"}
    original = date.original_at.isoformat()
    if original in moved:
        return moved[original]
    return moved[""] if "" in moved and event.location == head.location else event.location


# --- theirs


def read_bookings(
    bodies: Mapping[str, str], places: Collection[str], zone: str, now: datetime
) -> tuple[list[Booking], int]:
    """The dates of a center's own entries in these places; and how many entries could not be read, or not in time."""
    until, found, unread = time.thread_time() + SECONDS, list[Booking](), 0
    for name, body in bodies.items():
        read = _dates(name, body, places, zone, now) if time.thread_time() < until else None
        found += read or []
        unread += read is None
    return found, unread


def _dates(name: str, body: str, places: Collection[str], zone: str, now: datetime) -> list[Booking] | None:
    parts = [part for calendar in blocks(body.encode()) for part in calendar.blocks if part.name == "VEVENT"]
    if not any(place(unescape(part.value("LOCATION"))) in places for part in parts):
        return []
    if all(part.value("TRANSP").strip().upper() == "TRANSPARENT" for part in parts):
        return []
    try:
        feed = split(body.encode())
        if any(map(is_heavy, feed.groups.values())):
            return None
        read = [parse(feed, uid, zone, now) for uid in feed.groups]
    except (FeedRefused, ValueError, OverflowError):
        return None
    dates = [date for one in read for _, series in one.series for date in series]
    if not dates and any(one.lost for one in read):
        return None
    return [
        Booking(name, date.title, date.location, date.starts_at, date.ends_at)
        for date in dates
        if date.status != "cancelled" and date.ends_at > now and place(date.location) in places
    ]


# --- together


def overlapping(ours: Sequence[Booking], theirs: Sequence[Booking]) -> Iterator[tuple[Booking, Booking]]:
    """Each pair once, by its first date. Empty places claim nothing."""
    there: dict[str, list[Booking]] = {}
    for their in theirs:
        there.setdefault(place(their.place), []).append(their)
    told = set[tuple[str, str]]()
    for our in sorted(ours, key=lambda one: one.starts_at):
        for their in sorted(there.get(place(our.place), []), key=lambda one: one.starts_at):
            if place(our.place) and _overlap(our, their) and (our.of, their.of) not in told:
                told.add((our.of, their.of))
                yield our, their


def _overlap(one: Booking, other: Booking) -> bool:
    return one.starts_at == other.starts_at or (one.starts_at < other.ends_at and other.starts_at < one.ends_at)


def _subject(center: Center, our: Booking, their: Booking) -> str:
    return f"{center.slug}:{our.of}:{sha256(their.of.encode()).hexdigest()[:10]}"


def _sentence(school: School, center: Center, our: Booking, their: Booking) -> str:
    zone = ZoneInfo(school.timezone)
    begins, theirs, ends = (at.astimezone(zone) for at in (our.starts_at, their.starts_at, their.ends_at))
    return (
        f"{center.name} has {their.title!r} in its own calendar from {theirs:%Y-%m-%d %H:%M} to {ends:%Y-%m-%d %H:%M} in "
        f"{their.place!r}, where the school has {our.title!r} on {begins:%Y-%m-%d} at {begins:%H:%M}: agree which of the two "
        "moves."
    )

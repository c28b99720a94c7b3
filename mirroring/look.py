"""What people at a center did in its calendar since we last looked. Reads as little as will do; writes rows only.

A sync token saves reading and nothing else: whenever it does not serve, and once a day, all is listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from calendars.differences import differences
from calendars.standing import fingerprint
from connector.collection import Collection, Stored
from connector.doors import Doors
from connector.errors import OutsideError, Throttled
from mirroring.entries import note_names_taken, revision
from mirroring.foreign import remember_foreign, unread
from mirroring.owe import owe
from models.center import CalendarEntry, Center, entries, foreign_etags, way_to
from models.center import center as center_of
from models.database import Database
from models.delivery import of_target
from models.school import School
from models.vault import Vault

LIST_EVERY = timedelta(days=1)
IN_WORDS = {
    "when": "the time", "title": "the title", "description": "the text", "location": "the place", "status": "the status",
    "url": "the link", "categories": "the categories",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Looked:
    """What looking at one center's calendar showed; `problem` is a sentence when it could not be read.

    `edits`: objects of ours that somebody there changed; `owed`: deliveries that came of it; `waiting`: events that
    wait for the center's yes; `notes`: sentences, each said once.
    """

    center: str
    problem: str = ""
    edits: int = 0
    owed: int = 0
    waiting: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _News:
    """`etags`: of what is new or changed (of all, if `whole`); `gone`: names that are no longer there."""

    etags: Mapping[str, str]
    gone: frozenset[str]
    token: str
    whole: bool


def look(db: Database, doors: Doors, vault: Vault, school: School, center: Center, now: datetime) -> Looked:
    """One question of what changed in a center's calendar; only objects that did are read."""
    with db.read() as session:
        ours = {row.href: row for row in entries(session, school.slug, center.slug)}
        theirs = foreign_etags(session, school.slug, center.slug)
    door = doors.center(**way_to(center, vault, school.languages[0]))
    try:
        news = _news(door, center, {*ours, *theirs}, now)
        moved = [href for href, row in ours.items() if href in news.etags and news.etags[href] != row.etag]
        foreign = unread(news.etags, ours, theirs)
        bodies = door.get_many([*moved, *foreign])
    except OutsideError as wrong:
        with db.write() as session:
            row = center_of(session, school.slug, center.slug)
            row.problem, row.checked_at = wrong.message, now
        if isinstance(wrong, Throttled):  # told, and no failure
            return Looked(center.slug, notes=(wrong.message,))
        return Looked(center.slug, wrong.message)
    with db.write() as session:
        note_names_taken(session, school.slug, center.slug)
        looked = _take_in(session, school, center, news, bodies, now)
        remember_foreign(session, center, {name: bodies[name] for name in foreign if name in bodies}, news.gone, now)
        row = center_of(session, school.slug, center.slug)
        row.problem, row.checked_at, row.sync_token = "", now, news.token
        row.listed_at = now if news.whole else row.listed_at
    return looked


def _news(door: Collection, center: Center, known: set[str], now: datetime) -> _News:
    fresh = center.listed_at is not None and timedelta() <= now - center.listed_at < LIST_EVERY
    if center.sync_token and fresh and (changes := door.changes(center.sync_token)) is not None:
        return _News(changes.etags, changes.gone - changes.etags.keys(), changes.token, whole=False)
    listing = door.listing()
    return _News(listing.etags, frozenset(known - listing.etags.keys()), listing.token, whole=True)


def _take_in(
    session: Session, school: School, center: Center, news: _News, bodies: Mapping[str, Stored], now: datetime
) -> Looked:
    rows = entries(session, school.slug, center.slug)
    for row in rows:
        if row.state == "withdrawn" and row.sent_fingerprint and row.href in news.etags:
            row.state, row.problem = "sent", ""  # whoever took it out has put it back
    ours = [row for row in rows if row.state == "sent"]
    notes = [note for row in ours if row.href in bodies for note in _note_edits(row, bodies[row.href], center, now)]
    owed = _put_back(session, ours, news.gone, now)
    edits = sum(row.href in bodies and bool(row.conflicts) for row in ours)
    waiting = sum(row.state == "waiting" for row in rows)
    return Looked(center.slug, edits=edits, owed=owed, waiting=waiting, notes=tuple(notes))


def _note_edits(row: CalendarEntry, stands: Stored, center: Center, now: datetime) -> list[str]:
    """What a person changed is theirs: kept, told once, and listed until it is taken back or both say the same."""
    row.etag, row.stands_fingerprint = stands.etag, fingerprint(stands.body)
    new = row.note_conflicts(map(astuple, differences(stands.body, row.said())), now)
    return [_sentence(center, row, one) for one in new]


def _sentence(center: Center, row: CalendarEntry, one: Mapping[str, str]) -> str:
    what = IN_WORDS[one["property"]] + (f" of {one['of'][:10]}" if one["of"] else "")
    now = f"is {one['center']!r} there now" if one["center"] else "is no longer said there"
    return (
        f"Somebody at {center.name} changed {what}: {one['school']!r} {now}, and stays so until the school or the center "
        f"says otherwise (`take-back {row.id}` puts the school's words in again)."
    )


def _put_back(session: Session, ours: list[CalendarEntry], gone: frozenset[str], now: datetime) -> int:
    """One that somebody took out stays out until its event changes; many at once are an accident, once."""
    missing = [row for row in ours if row.href in gone]
    many, again = len(missing) > max(3, 0.2 * len(ours)), 0
    for row in missing:
        row.state, row.etag, row.conflicts = "withdrawn", None, []
        row.problem = "Somebody took it out of the center's calendar: it comes back when the event changes."
        what = f"{revision(row)}:again"
        if many and not any(one.revision == what for one in of_target(session, row.school, row.id)):
            row.state, row.problem = "due", ""
            owe(session, row.school, "calendar-put", f"center:{row.center}", row.id, what, now=now)
            again += 1
    return again

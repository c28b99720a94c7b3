"""Kind "caldav": a collection on a CalDAV server. Only what changed is asked for, so a quiet look is one request.

Each object is remembered as it was last read. A sync token only saves reading: where the server cannot say what changed,
and once a day whatever it says, all is listed and compared by ETags. Memory and token are written only with a copy that
was taken over whole, so what was held or failed is asked for again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import delete
from sqlmodel import Session, col

from calendars.gates import LARGEST, MOST_EVENTS, check
from calendars.values import FeedRefused, Problem
from connector.caldav import BATCH, CalendarDoor, Stored
from connector.errors import OutsideError, SignInNeeded, Throttled, TryLater
from mirroring.sources.copy import Asking, Copy, Keep
from models.database import upsert
from models.source import Source, SourceObject, object_bodies, object_etags

_LIST_EVERY = timedelta(hours=24)
_FEW = 3  # objects that the server lists and does not hand out: more, and the copy is not whole
_EMPTY = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


def read_caldav(asking: Asking) -> Copy:
    """Raises OutsideError, FeedRefused."""
    source = asking.source
    door = asking.doors.calendar(source.address, source.username, asking.password, subject=asking.subject)
    with asking.db.read() as session:
        etags = object_etags(session, source.school, source.slug)
    news = _by_token(door, asking, etags) or _by_list(door, etags)
    if not (news.wanted or news.gone or _must_be_whole(asking)):
        return Copy(None, keep=_keeping(asking, news, _Read()))
    read = _read(door, news)
    with asking.db.read() as session:
        known = object_bodies(session, source.school, source.slug)
    bodies = {name: body for name, body in known.items() if name not in news.gone | read.gone}
    bodies |= {name: _text(stored) for name, stored in read.found.items()}
    whole = None if bodies == known and not _must_be_whole(asking) else _together(bodies)
    return Copy(whole, problems=tuple(read.problems), keep=_keeping(asking, news, read))


def _must_be_whole(asking: Asking) -> bool:
    """`checked_at` None: its site file, or the school's zone, changed."""
    return asking.anew or asking.source.checked_at is None


def _together(bodies: Mapping[str, str]) -> bytes:
    return b"\r\n".join(bodies[name].encode() for name in sorted(bodies)) or _EMPTY


def _text(stored: Stored) -> str:
    return stored.body.decode("utf-8", "replace").replace("\x00", "")  # which PostgreSQL does not keep


# --- what changed


@dataclass(frozen=True, slots=True)
class _News:
    """`wanted`: names to be read; `gone`: names that are there no more. `listed`: from a full list."""

    wanted: tuple[str, ...]
    gone: frozenset[str]
    token: str
    listed: bool


def _by_token(door: CalendarDoor, asking: Asking, etags: Mapping[str, str]) -> _News | None:
    """None when all must be listed."""
    source = asking.source
    if not source.sync_token or source.listed_at is None or abs(asking.now - source.listed_at) >= _LIST_EVERY:
        return None
    changes = door.changes(source.sync_token)
    if changes is None:
        return None
    return _News(_unlike(changes.etags, etags), changes.gone & etags.keys(), changes.token, False)


def _by_list(door: CalendarDoor, etags: Mapping[str, str]) -> _News:
    listing = door.listing()
    if len(listing.etags) > MOST_EVENTS:
        raise FeedRefused(
            f"The calendar has {len(listing.etags):,} entries, more than {MOST_EVENTS:,}; split it into several."
        )
    return _News(_unlike(listing.etags, etags), frozenset(etags.keys() - listing.etags.keys()), listing.token, True)


def _unlike(told: Mapping[str, str], known: Mapping[str, str]) -> tuple[str, ...]:
    """Names whose ETag is new; where the server gives none, it must be looked at each time."""
    return tuple(name for name, etag in told.items() if not etag or known.get(name) != etag)


# --- reading it


@dataclass(slots=True)
class _Read:
    """`late`: something could not be had, and is asked for again from the same token."""

    found: dict[str, Stored] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    late: bool = False


def _read(door: CalendarDoor, news: _News) -> _Read:
    read, size = _Read(), 0
    for start in range(0, len(news.wanted), BATCH):
        found = door.get_many(news.wanted[start : start + BATCH])
        size += sum(len(stored.body) for stored in found.values())
        if size > LARGEST:
            raise FeedRefused("The calendar is larger than 20 MB; take past years out of it, or split it.")
        read.found |= found
    _look_for(door, [name for name in news.wanted if name not in read.found], read)
    for name in [name for name, stored in read.found.items() if not _is_sound(name, stored, read.problems)]:
        del read.found[name]  # as we last read it, it stands
    return read


def _look_for(door: CalendarDoor, unread: Iterable[str], read: _Read) -> None:
    """What was listed and not handed out: gone in between, or out of order by itself."""
    unread = list(unread)
    if len(unread) > _FEW:
        raise TryLater(f"{door.subject} did not hand out {len(unread)} of its entries: it is tried again later.")
    for name in unread:
        try:
            stored = door.get(name)
        except (Throttled, SignInNeeded):
            raise
        except OutsideError:
            read.late = True
            message = "The server lists this entry and does not hand it out; ask its keeper to look at it."
            read.problems.append(Problem("not-handed-out", name, message))
            continue
        if stored is None:
            read.gone.add(name)
        else:
            read.found[name] = stored


def _is_sound(name: str, stored: Stored, problems: list[Problem]) -> bool:
    """One entry that is no calendar must not sink the others."""
    try:
        check(stored.body)
    except FeedRefused as wrong:
        problems.append(Problem("unreadable", name, f"This entry was not read. {wrong}"))
        return False
    return True


# --- remembering it


def _keeping(asking: Asking, news: _News, read: _Read) -> Keep:
    school, source = asking.source.school, asking.source.slug

    def keep(session: Session, row: Source) -> None:
        for name in news.gone | read.gone:
            query = delete(SourceObject).where(col(SourceObject.school) == school, col(SourceObject.source) == source)
            session.execute(query.where(col(SourceObject.name) == name))
        rows = [
            {"school": school, "source": source, "name": name, "etag": stored.etag or "",
             "body": _text(stored)}
            for name, stored in read.found.items()
        ]  # fmt: skip
        upsert(session, SourceObject, rows, key=("school", "source", "name"), update=("etag", "body"))
        if not read.late:
            row.sync_token = news.token
            row.listed_at = asking.now if news.listed else row.listed_at

    return keep

"""Unpacks what webhooks brought: which posts of which pages are worth a look. Nothing that a hint says is ever believed.

A hint names a page and a post, and that is all that is taken from it: what happened there is read from Facebook.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import structlog

from models.database import Database
from models.hint import Parcel, hint_at, is_purge_due, packed, pages_spoken_of, purge, unpacked
from models.page import Page

AT_ONCE = 100  # parcels of up to 1 MB each in memory
NOISE = ("reaction", "like", "share", "rating")  # changes no words
ANYTHING = ""  # something happened on the page, and the hint does not tell under which post
_NUMBER = re.compile(r"[0-9]{1,40}", re.ASCII)
log = structlog.get_logger()

Spoken = dict[tuple[str, str, str], datetime]


def unpack(db: Database, now: datetime) -> int:
    """Looks into the parcels that nobody has looked into; how many those were. Parcels of long ago are purged.

    What comes meanwhile asks for another look: in a burst, to run after each few would never end.
    """
    done, full = 0, True
    while full:
        hints = _packed(db)
        if hints:
            _look_into(db, hints, now)
        done, full = done + len(hints), len(hints) == AT_ONCE
    _purge_old(db, now)
    return done


def _packed(db: Database) -> list[Parcel]:
    with db.read() as session:
        return packed(session, AT_ONCE)


def _look_into(db: Database, hints: Sequence[Parcel], now: datetime) -> None:
    told = [(hint, list(dict.fromkeys(spoken_of(hint.body)))) for hint in hints]
    with db.write() as session:
        rows = pages_spoken_of(session, {page_id for _, named in told for page_id, _ in named})
        hint_at(session, _spoken(told, rows))
        unpacked(session, [hint.id for hint in hints], now)


def _purge_old(db: Database, now: datetime) -> None:
    with db.read() as session:
        due = is_purge_due(session, now)
    if due:
        with db.write() as session:
            purge(session, now)


def spoken_of(body: bytes) -> Iterator[tuple[str, str]]:
    """(Facebook's id of a page, id of a post of it or ANYTHING), as often as named. What makes no sense is left out."""
    try:
        parcel = json.loads(body)
    except (ValueError, RecursionError):
        log.warning("a webhook that is no JSON is kept without effect", bytes=len(body))
        return
    if _text(parcel, "object") != "page":
        return
    for entry in _rows(parcel, "entry"):
        page_id = _text(entry, "id")
        if _NUMBER.fullmatch(page_id):
            yield from ((page_id, post_id) for post_id in _posts(entry, page_id))


def _posts(entry: dict[str, Any], page_id: str) -> Iterator[str]:
    """Without "include values" an entry tells only that something in the feed changed."""
    fields = entry.get("changed_fields")
    if isinstance(fields, list) and "feed" in fields:
        yield ANYTHING
    for change in _rows(entry, "changes"):
        value = change.get("value")
        if _text(change, "field") != "feed" or _text(value, "item") in NOISE:
            continue
        post_id = _text(value, "post_id")
        owner, _, number = post_id.partition("_")
        # Another page's post is not ours to read: then only "something happened here" is left of the hint.
        yield post_id if owner == page_id and _NUMBER.fullmatch(number) else ANYTHING


def _spoken(told: Iterable[tuple[Parcel, list[tuple[str, str]]]], rows: Iterable[Page]) -> Spoken:
    """Each page in each school that has it, with the latest time of a hint at each post."""
    at_home: dict[str, list[Page]] = {}
    for row in rows:
        at_home.setdefault(row.facebook_id, []).append(row)
    found: Spoken = {}
    for hint, named in told:
        for page_id, post_id in named:
            for row in at_home.get(page_id, ()):
                key = (row.school, row.slug, post_id)
                found[key] = max(found.get(key, hint.received_at), hint.received_at)
    return found


def _text(holder: Any, name: str) -> str:
    value = holder.get(name) if isinstance(holder, dict) else None
    return value if isinstance(value, str) else ""


def _rows(holder: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = holder.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []

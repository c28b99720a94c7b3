"""What was written about somebody outside of their own conversations: what webhooks brought, and our own notes of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import delete, or_
from sqlmodel import Session, col, select

from models.account import SignIn
from models.conversation import Message
from models.draft import Draft
from models.hint import Hint
from models.promise import Promise
from upkeep.whole_person import Person, is_full

GONE = "[…]"  # stands in place of a name in a note of ours
_AT_ONCE = 200  # parcels of up to 1 MB each


def beside(session: Session, person: Person) -> dict[str, int]:
    return {"hints": _hints(session, person), "notes": _notes(session, person)}


def _hints(session: Session, person: Person) -> int:
    """A parcel that speaks of them goes whole: it is only a reason to read, and the next round reads without it."""
    last, found = "", 0
    while True:
        query = select(Hint.id).where(col(Hint.id) > last).order_by(col(Hint.id)).limit(_AT_ONCE)
        ids = list(session.exec(query))
        if not ids:
            return found
        bodies = session.exec(select(Hint.id, Hint.body).where(col(Hint.id).in_(ids)))
        theirs = [id for id, body in bodies if speaks_of(body, person.marks)]
        session.execute(delete(Hint).where(col(Hint.id).in_(theirs)))
        last, found = ids[-1], found + len(theirs)


def speaks_of(body: bytes, marks: Sequence[str]) -> bool:
    """Whatever way its letters are written."""
    try:
        told = list(_strings(json.loads(body)))
    except (ValueError, RecursionError):
        told = [body.decode(errors="replace")]
    return any(mark in text for text in told for mark in marks)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield str(name)
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
    else:
        yield str(value)


def _notes(session: Session, person: Person) -> int:
    """A full name in our own words elsewhere: notes, drafts, promises, the sentence for somebody's next page."""
    found = 0
    for name in filter(is_full, person.names):
        for row, column in _ours(session, person, name):
            setattr(row, column, getattr(row, column).replace(name, GONE))
            session.add(row)
            found += 1
    for row in session.exec(select(SignIn)):
        if any(mark in str(row.told) for mark in (*person.marks, *person.names)):
            row.told = {}
    return found


def _ours(session: Session, person: Person, name: str) -> Iterator[tuple[Any, str]]:
    own = {one.id for one in person.conversations}
    notes = select(Message).where(
        Message.school == person.school, Message.direction == "note", col(Message.text).contains(name, autoescape=True)
    )
    drafts = select(Draft).where(Draft.school == person.school, col(Draft.text).contains(name, autoescape=True))
    promises = select(Promise).where(
        Promise.school == person.school,
        or_(
            col(Promise.what).contains(name, autoescape=True),
            col(Promise.dropped_because).contains(name, autoescape=True),
        ),
    )
    asked: tuple[tuple[Any, tuple[str, ...]], ...] = (
        (notes, ("text",)), (drafts, ("text",)), (promises, ("what", "dropped_because")),
    )  # fmt: skip
    for query, columns in asked:
        for row in session.exec(query):
            if row.conversation_id not in own:
                yield from ((row, column) for column in columns)

"""Finds people of whom something is held: by name, by Facebook's id, or by words of a comment. One school only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, func, select

from models.conversation import Conversation, Message, Visitor
from models.search import found_in
from models.words import asked
from upkeep.whole_person import NAMELESS

MOST = 50  # people shown
SHORTEST = 2  # characters of what is looked for
_GLIMPSE = 120  # characters of a comment


@dataclass(frozen=True, slots=True)
class Found:
    """`id` is one of ours, `key` is what `export --person` and `erase --person` take.

    `glimpse` is the beginning of what fits, or of the newest.
    """

    id: str
    key: str
    name: str
    conversations: int
    messages: int
    first_at: datetime | None
    last_at: datetime | None
    glimpse: str
    language: str
    conversation_id: str


def find_person(session: Session, school: str, words: str) -> list[Found]:
    """The newest first; at most MOST."""
    wanted = " ".join(words.split())
    if len(wanted) < SHORTEST:
        return []
    talks = _conversations(session, school, wanted)
    people: dict[str, list[str]] = {}
    for id, author in talks:
        people.setdefault(author or NAMELESS + id, []).append(id)
    for external_id in _visitors(session, school, wanted):
        people.setdefault(external_id, [])
    found = [_told(session, school, key, wanted) for key in list(people)[: MOST * 2]]
    return sorted(found, key=lambda one: (one.last_at is not None, one.last_at), reverse=True)[:MOST]


def _visitors(session: Session, school: str, wanted: str) -> Iterable[str]:
    query = select(Visitor.external_id).where(
        Visitor.school == school, or_(col(Visitor.external_id) == wanted, like(col(Visitor.name), wanted))
    )
    return session.exec(query.limit(MOST))


def _conversations(session: Session, school: str, wanted: str) -> list[tuple[str, str]]:
    """(id, Facebook's id of who it is with)"""
    of_talk = or_(
        col(Conversation.author_external_id) == wanted, col(Conversation.id) == wanted.removeprefix(NAMELESS),
        col(Conversation.comment_external_id) == wanted, like(col(Conversation.author_name), wanted),
    )  # fmt: skip
    of_words = select(Message.conversation_id).where(
        Message.school == school, Message.direction != "sent", like(col(Message.text), wanted)
    )
    dialect = session.get_bind().dialect.name  # the index finds without accents, the rest of it finds parts of words
    asked_for = asked(wanted)
    by_index = set(session.execute(found_in(dialect, school, asked_for)).scalars()) if asked_for else set()
    query = select(Conversation.id, Conversation.author_external_id).where(
        Conversation.school == school, Conversation.closed_reason != "erased",
        or_(of_talk, col(Conversation.id).in_(of_words), col(Conversation.id).in_(sorted(by_index)[:MOST * 4])),
    )  # fmt: skip
    return list(session.exec(query.order_by(col(Conversation.updated_at).desc(), col(Conversation.id)).limit(MOST * 4)))


def like(column: Mapped[str], wanted: str) -> ColumnElement[bool]:
    """Contains it, in the ways people write capitals: SQLite alone knows those of ASCII only."""
    ways = dict.fromkeys((wanted, wanted.lower(), wanted.title(), wanted.upper(), wanted.capitalize()))
    return or_(*(column.icontains(one, autoescape=True) for one in ways))


def _told(session: Session, school: str, key: str, wanted: str) -> Found:
    is_nameless = key.startswith(NAMELESS)
    which = Conversation.id == key.removeprefix(NAMELESS) if is_nameless else Conversation.author_external_id == key
    talks = session.exec(
        select(Conversation).where(Conversation.school == school, which).order_by(col(Conversation.opened_at).desc())
    ).all()
    ids = [one.id for one in talks]
    mine = (Message.school == school, col(Message.conversation_id).in_(ids))
    count, first, last = session.exec(
        select(func.count(col(Message.id)), func.min(Message.created_at), func.max(Message.created_at)).where(*mine)
    ).one()
    said = select(Message.text).where(*mine, Message.direction == "received").order_by(col(Message.created_at).desc())
    fits = session.exec(said.where(like(col(Message.text), wanted)).limit(1)).first()
    glimpse = fits or session.exec(said.limit(1)).first() or ""
    person = session.exec(select(Visitor).where(Visitor.school == school, Visitor.external_id == key).limit(1)).first()
    name = (person.name if person else "") or next((one.author_name for one in talks if one.author_name), "")
    language = talks[0].language if talks else "und"
    talk = talks[0].id if talks else ""
    id = person.id if person else talk
    return Found(id, key, name, len(talks), count, first, last, glimpse[:_GLIMPSE], language, talk)

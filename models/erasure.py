"""Wishes of people to be forgotten: asked by one person of the school, done after a second one's word.

Once it is done only digests are left: by them what still stands on Facebook is known again and not taken up a second
time, and by them an older backup that is restored loses the person again (upkeep/erased_again.py).
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, Session, SQLModel, col, select

from models.columns import json_list, json_map, new_id

TOMB = "erased:"  # begins what stands in place of Facebook's id of an erased comment
NOBODY = "erased"  # stands in place of who wrote an erased post


class Erasure(SQLModel, table=True):
    """One wish. Once it is done, `person` is only a digest: the row proves that it was done, and names nobody."""

    id: str = Field(default_factory=lambda: new_id("er"), primary_key=True)
    school: str = Field(foreign_key="school.slug")
    person: str  # Facebook's id of the person, or "conversation:<id>" of somebody nameless; done: its digest
    asked_by: str
    asked_at: datetime
    why: str = ""
    confirmed_by: str = ""
    done_at: datetime | None = None
    refused_by: str = ""
    refused_at: datetime | None = None
    counts: dict[str, Any] = json_map()  # what was removed, by kind
    key: str = ""  # the digests of this row are made with it
    comments: list[str] = json_list()  # digests of what they wrote, and of what was answered to them
    cleaned_at: datetime | None = None  # SQLite: since when no freed part of its file holds their words either

    __table_args__ = (Index("ix_erasure_person", "school", "person"),)


@dataclass(frozen=True, slots=True)
class Erased:
    """Who and what was erased at one school: asked by Facebook's ids, known by digests only. False where nothing was."""

    school: str
    keys: tuple[str, ...]
    people: dict[str, datetime]  # digest -> until when
    comments: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.keys)

    def tomb(self, name: str) -> str:
        """What stands in place of a comment of this identity; "" where it was not erased."""
        found = (digest(key, self.school, "comment", name) for key in self.keys)
        return next((TOMB + one for one in found if one in self.comments), "")

    def wrote(self, author: str | None, at: datetime) -> bool:
        """Is it from before its author was erased? What they write later is new, and deserves an answer."""
        found = (digest(key, self.school, "person", author) for key in self.keys if author)
        return any(one in self.people and at <= self.people[one] for one in found)


def digest(key: str, school: str, kind: str, name: str) -> str:
    """`kind`: person | comment. Keyed, since ids are short numbers that a plain digest would not hide (128 bits)."""
    return hmac.new(key.encode(), f"{school}\n{kind}\n{name}".encode(), sha256).hexdigest()[:32]


def key_from(salt: str) -> str:
    """The key of an installation's digests. It tells nothing of the salt."""
    return hmac.new(salt.encode(), b"erasures", sha256).hexdigest()


def erased(session: Session, school: str) -> Erased:
    rows = done_erasures(session, school)
    people: dict[str, datetime] = {}
    for row in rows:
        assert row.done_at is not None
        people[row.person] = max(row.done_at, people.get(row.person, row.done_at))
    keys = tuple(dict.fromkeys(row.key for row in rows if row.key))
    return Erased(school, keys, people, frozenset(one for row in rows for one in row.comments))


def erasure(session: Session, school: str, erasure_id: str) -> Erasure | None:
    return session.exec(select(Erasure).where(Erasure.school == school, Erasure.id == erasure_id)).one_or_none()


def open_erasures(session: Session, school: str) -> list[Erasure]:
    query = select(Erasure).where(
        Erasure.school == school, col(Erasure.done_at).is_(None), col(Erasure.refused_at).is_(None)
    )
    return list(session.exec(query.order_by(col(Erasure.asked_at), col(Erasure.id))))


def erasures_of(session: Session, school: str, person: str) -> list[Erasure]:
    """All that were ever wished for somebody who is still held, the newest last."""
    query = select(Erasure).where(Erasure.school == school, Erasure.person == person)
    return list(session.exec(query.order_by(col(Erasure.asked_at), col(Erasure.id))))


def done_erasures(session: Session, school: str) -> Sequence[Erasure]:
    query = select(Erasure).where(Erasure.school == school, col(Erasure.done_at).is_not(None))
    return session.exec(query.order_by(col(Erasure.done_at), col(Erasure.id))).all()


def all_erasures(session: Session, school: str) -> list[Erasure]:
    """Newest first."""
    query = select(Erasure).where(Erasure.school == school)
    return list(session.exec(query.order_by(col(Erasure.asked_at).desc(), col(Erasure.id))))

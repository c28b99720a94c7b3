"""What is held of a school, or of one person, as plain values for JSON and for pages. Reads only.

Left out: whatever is sealed, hashed or a digest, the addresses and sign-in names by which feeds and calendars are read,
accounts (they are of people, not of a school), and what webhooks brought (only ever a reason to read).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Table
from sqlmodel import Session, SQLModel, col, select

import models.tables  # noqa: F401  (all tables there are)
from models.conversation import Assignment, Conversation, messages
from models.draft import Draft
from models.promise import Promise
from models.school import School
from models.shared import Shared
from models.translation import Translation
from upkeep.whole_person import NAMELESS, Person

AT_ONCE = 500  # conversations, or rows, in memory
Values = dict[str, Any]
_LEFT_OUT = {
    "account", "sign_in", "invitation", "knock", "form_done", "hint", "installation", "deletion_request", "notice_choice",
    "message_words",
}  # fmt: skip
_NEVER = ("_sealed", "_digest", "_hash")
_SECRET = {
    "source": {"username", "etag", "sync_token", "body_digest"}, "center": {"username", "sync_token", "calendar"},
    "erasure": {"key", "comments", "person"}, "page": {"usage", "standing"}, "attempt": {"process", "watermark"},
    "feed_item": {"digest"},
}  # fmt: skip
_ADDRESSES = {("source", "address"), ("center", "url"), ("switched_on", "translate_url")}
_BESIDE: Mapping[str, type[SQLModel]] = {
    "promises": Promise, "drafts": Draft, "assignments": Assignment, "translations": Translation, "shared": Shared,
}  # fmt: skip


def of_person(session: Session, person: Person) -> Values:
    """All of one person. `person.external_id` is None for somebody nameless."""
    nameless = person.key.startswith(NAMELESS)
    return {
        "person": {"external_id": None if nameless else person.key, "names": list(person.names)},
        "first_seen_at": [value(one.first_seen_at) for one in person.visitors],
        "conversations": talks(session, person.school, person.conversations),
        "words_elsewhere": [plain(one) for one in person.stray],
        "posts": [
            {name: value(getattr(one, name)) for name in ("external_id", "created_at", "message", "permalink")}
            for one in person.posts
        ],
    }


def talks(session: Session, school: str, rows: Sequence[Conversation]) -> list[Values]:
    """Conversations with all that belongs to them."""
    ids = [one.id for one in rows]
    said = messages(session, school, ids)
    beside = {name: _by_talk(session, school, model, ids) for name, model in _BESIDE.items()}
    return [
        {
            **plain(row),
            "messages": [plain(one) for one in said[row.id]],
            **{name: [plain(one) for one in found.get(row.id, ())] for name, found in beside.items()},
        }
        for row in rows
    ]


def batches(session: Session, school: str) -> Iterator[list[Values]]:
    """All conversations of a school, the oldest first, AT_ONCE at a time."""
    query = select(Conversation.id).where(Conversation.school == school)
    ids = list(session.exec(query.order_by(col(Conversation.opened_at), col(Conversation.id))))
    for start in range(0, len(ids), AT_ONCE):
        some = select(Conversation).where(
            Conversation.school == school, col(Conversation.id).in_(ids[start : start + AT_ONCE])
        )
        ordered = some.order_by(col(Conversation.opened_at), col(Conversation.id))
        yield talks(session, school, session.exec(ordered).all())
        session.expunge_all()


def tables(session: Session, school: str) -> Iterator[tuple[str, Iterator[Values]]]:
    """(name, its rows) of every table that holds something of a school."""
    for table in SQLModel.metadata.sorted_tables:
        of = table.c.get("slug" if table.name == School.__tablename__ else "school")
        if of is not None and table.name not in _LEFT_OUT:
            yield table.name, _rows(session, table, of == school)


def _rows(session: Session, table: Table, condition: Any) -> Iterator[Values]:
    shown = [column.name for column in table.columns if not is_secret(table.name, column.name)]
    query = select(*(table.c[name] for name in shown)).where(condition).order_by(*table.primary_key)
    for row in session.connection().execute(query.execution_options(yield_per=AT_ONCE)).mappings():
        yield {name: _shown(table.name, name, row[name]) for name in shown}


def is_secret(table: str, column: str) -> bool:
    return column.endswith(_NEVER) or column in _SECRET.get(table, ())


def value(given: Any) -> Any:
    """As JSON has it: times in ISO 8601 with offset."""
    return given.isoformat() if isinstance(given, (datetime, date)) else given


def _shown(table: str, column: str, given: Any) -> Any:
    """Of an address by which something is read only the host: who holds the rest reads along."""
    if (table, column) in _ADDRESSES and "://" in str(given):
        return urlsplit(str(given)).hostname or ""
    return value(given)


def plain(row: SQLModel) -> Values:
    """A row's columns."""
    return {name: value(given) for name, given in row.model_dump().items()}


def _by_talk(session: Session, school: str, model: Any, ids: Iterable[str]) -> Mapping[str, list[Any]]:
    wanted, found = list(ids), dict[str, list[Any]]()
    for start in range(0, len(wanted), AT_ONCE):
        query = select(model).where(model.school == school, model.conversation_id.in_(wanted[start : start + AT_ONCE]))
        for row in session.exec(query):
            found.setdefault(row.conversation_id, []).append(row)
    return found

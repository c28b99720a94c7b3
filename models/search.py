"""Finding messages by their words: FTS5 on SQLite, tsvector with GIN on PostgreSQL, both over words that `models.words` split.

`message_words` is kept by whoever writes a message through a session (`keep_findable`). The database itself drops the words
of a message as soon as its text changes, it is removed, or it goes (triggers of migration 0004): stale words never stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from zlib import crc32

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKeyConstraint,
    Integer,
    Select,
    UniqueConstraint,
    bindparam,
    column,
    delete,
    event,
    insert,
    inspect,
    select,
    text,
)  # fmt: skip
from sqlalchemy import table as named_table
from sqlalchemy.orm import Session as AnySession
from sqlmodel import Field, SQLModel

from models.database import table
from models.words import Asked, words

NEWEST = 1_000  # messages that a search looks at, the newest first: a word that all families use stays quick to ask for
_FOUND = named_table("message_found", column("rowid"))  # FTS5; only on SQLite
# A view, only on PostgreSQL, that keeps to the school itself: where row-level security does, it must know each row's school
# before it lets an index look for words in it, and then there is no use of the index left.
_SEEN = named_table(
    "message_words_seen", column("number"), column("school"), column("conversation_id"), column("words")
)
_KEPT = ("text", "author", "removed_at", "created_at")


class MessageWords(SQLModel, table=True):
    """The words of one message, parted by spaces. `number` grows with the message's time: newest first is its order."""

    __tablename__ = "message_words"

    number: int = Field(
        sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False)
    )
    school: str
    conversation_id: str
    message_id: str
    words: str

    __table_args__ = (
        ForeignKeyConstraint(["school", "message_id"], ["message.school", "message.id"], ondelete="CASCADE"),
        UniqueConstraint("school", "message_id"),
    )


def found_in(dialect: str, school: str, asked: Sequence[Asked]) -> Select[tuple[str]]:
    """The conversations of the newest messages in which all that was asked for stands."""
    row = table(MessageWords).c
    if dialect == "sqlite":
        return (
            select(row.conversation_id)
            .select_from(_FOUND.join(table(MessageWords), row.number == _FOUND.c.rowid))
            .where(
                text("message_found MATCH :asked").bindparams(asked=_for_sqlite(school, asked)), row.school == school
            )
            .order_by(_FOUND.c.rowid.desc())
            .limit(NEWEST)
        )
    # Materialised: else a word that nobody used is looked for by walking through all messages.
    seen = _SEEN.c
    hits = (
        select(seen.conversation_id, seen.number)
        .where(
            seen.school == school,
            text(f"{VECTOR} @@ CAST(:asked AS tsquery)").bindparams(asked=_for_postgres(school, asked)),
        )
        .cte("hits")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    return select(hits.c.conversation_id).order_by(hits.c.number.desc()).limit(NEWEST)


# As the index of migration 0008 has it, to the letter. The school is a word, too: another's messages are not even looked at.
# And every word begins with one of sixteen tags, its school's: of a word's beginning PostgreSQL gathers all that the index
# has, and so that is a sixteenth of the state. (The school itself in each word makes the index seven times as large.)
_TAG = "'/' || left(encode(sha256(school::bytea), 'hex'), 1) || '/'"
VECTOR = f"array_to_tsvector(string_to_array({_TAG} || replace(words, ' ', ' ' || {_TAG}), ' ') || ('/' || school))"


def _for_sqlite(school: str, asked: Sequence[Asked]) -> str:
    said = " AND ".join(f'"{one.word}"' + ("*" if one.begins else "") for one in asked)
    return f'school : "{school}" AND words : ({said})'


def _for_postgres(school: str, asked: Sequence[Asked]) -> str:
    tag = f"/{sha256(school.encode()).hexdigest()[0]}/"
    return " & ".join([f"'/{school}'", *(f"'{tag}{one.word}'" + (":*" if one.begins else "") for one in asked)])


# --- keeping it


def keep_findable(model: type[SQLModel]) -> None:
    """Whatever a session writes of this model (models.conversation.Message) is found by its words at once."""

    @event.listens_for(AnySession, "after_flush")
    def _flushed(session: AnySession, _context: Any) -> None:
        changed = [one for one in session.dirty if isinstance(one, model) and _reads_differently(one)]
        new = [one for one in session.new if isinstance(one, model)]
        if new or changed:
            _index(session.connection(), [*new, *changed])


def _reads_differently(row: Any) -> bool:
    state = inspect(row)
    return any(state.attrs[name].history.has_changes() for name in _KEPT)


def _index(connection: Connection, messages: Iterable[Any]) -> None:
    rows = [found for one in messages if (found := entry(one))]
    gone = [{"s": one.school, "m": one.id} for one in messages]
    here = table(MessageWords)
    drop = delete(here).where(here.c.school == bindparam("s"), here.c.message_id == bindparam("m"))
    connection.execute(drop, gone)
    if rows:
        connection.execute(insert(here), rows)


def entry(message: Any) -> dict[str, Any] | None:
    """The row of a message, None where there is nothing to find. A family is found by its name, too."""
    named = message.author if message.direction == "received" else ""
    said = words(f"{named}\n{message.text}") if message.removed_at is None else []
    if not said:
        return None
    return {
        "number": number(message.created_at, message.id), "school": message.school, "message_id": message.id,
        "conversation_id": message.conversation_id, "words": " ".join(said),
    }  # fmt: skip


def number(created_at: datetime, message_id: str) -> int:
    """Whole seconds, then the id's digest: in order of time, the same again, and good until 2106."""
    return int(created_at.timestamp()) << 31 | crc32(message_id.encode()) & 0x7FFFFFFF


def forget_for_good(connection: Connection) -> None:
    """After an erasure: FTS5 keeps what was deleted in its files until its parts are merged."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("INSERT INTO message_found(message_found) VALUES ('optimize')"))

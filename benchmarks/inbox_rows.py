"""A million messages in some 400,000 conversations of three schools, with the states of a real inbox, laid in quickly.

Rows go in by the driver, without indexes and triggers; those are made afterwards, as a restored database would have them.
"""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, text

from models.conversation import Conversation, Message
from models.database import Database, table
from models.event import Event
from models.page import Page, PagePost
from models.post import Post
from models.promise import Promise
from models.school import School
from models.search import MessageWords, number
from models.source import Source
from models.staff import StaffMember
from models.words import words

NOW = datetime(2026, 12, 1, 15, tzinfo=UTC)
SCHOOLS = {"maple": 0.6, "oak": 0.3, "pine": 0.1}  # how much of all is theirs
STATES = {"open": 0.04, "waiting": 0.06, "closed": 0.9}
LANGUAGES = {"en": 40, "es": 30, "vi": 8, "so": 6, "zh": 6, "ar": 5, "und": 3, "uk": 1, "my": 1}
POSTS = 1500  # of each page
LISTS = ("state", "assignee", "language", "updated", "owed", "mine", "voice", "promised")
_SAID = {
    "es": "¿A qué hora empieza {0}? Mi hija canta en el coro y trabajo hasta las cinco. ¿Puedo llegar tarde?",
    "en": "What time does {0} start? I work until five and my daughter sings in the choir, can I come later?",
    "vi": "{0} bắt đầu lúc mấy giờ? Con gái tôi hát trong ca đoàn và tôi làm việc đến năm giờ.",
    "so": "{0} goorma ayuu bilaabmayaa? Gabadhaydu waxay ku heestaa kooxda, shaqaduna waa ilaa shanta.",
    "zh": "{0}几点开始？我女儿在合唱团唱歌，我五点才下班，可以晚一点到吗？",
    "ar": "متى يبدأ {0}؟ ابنتي تغني في الجوقة وأعمل حتى الخامسة، هل يمكنني الوصول متأخرة؟",
}
_THINGS = [
    "concierto",
    "la feria",
    "picnic",
    "book fair",
    "学校",
    "卡",
    "الحفل",
    "football",
    "homework club",
    "choir",
    "bus 9",
]


def fill(db: Database, conversations: int) -> None:
    with db.write() as session:
        for slug in SCHOOLS:
            _school(session, slug)
    chance = random.Random(5)
    talks = [_talk(n, conversations, chance) for n in range(conversations)]
    with bare(db, ("conversation", "message", "message_words", "promise")):
        _lay_in(db, Conversation, talks)
        _lay_in(db, Message, (row for n, one in enumerate(talks) for row in _messages(one, n)))
        _lay_in(db, MessageWords, (_found(row) for n, one in enumerate(talks) for row in _messages(one, n)))
        _lay_in(db, Promise, (_promise(one, n) for n, one in enumerate(talks) if n % 20 == 0))
    with db.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(text("UPDATE conversation SET promised_for = NULL WHERE promised_for IS NOT NULL"))
        connection.execute(text(_FIRST_DAYS))
        connection.commit()
        connection.execute(text("ANALYZE" if db.is_sqlite else "VACUUM ANALYZE"))


_FIRST_DAYS = """UPDATE conversation SET promised_for = (SELECT min(due_on) FROM promise WHERE promise.school = conversation.school
    AND conversation_id = conversation.id AND kept_at IS NULL AND dropped_at IS NULL)
    WHERE id IN (SELECT conversation_id FROM promise)"""


def _school(session: Any, slug: str) -> None:
    session.add(School(slug=slug, name=slug.title(), timezone="America/Chicago", fallback=f"p0@{slug}.example", loaded_at=NOW,
                       languages=[tag for tag in LANGUAGES if tag != "und"]))  # fmt: skip
    session.flush()
    session.add(Page(school=slug, slug="page", facebook_id=slug, token_sealed="", connected_at=NOW))
    session.add(Source(school=slug, slug="calendar", kind="ics", address="/none.ics"))
    for n in range(12):
        session.add(StaffMember(school=slug, email=f"p{n}@{slug}.example", name=f"Person {n}", role="staff", made_by="site",
                                languages=[["en"], ["es", "en"], ["vi"], ["so", "en"]][n % 4]))  # fmt: skip
    session.flush()
    events = [{**filled(Event), "id": f"ev_{slug}{n}", "school": slug, "source": "calendar", "uid": f"u{n}",
               "title": f"Concert {n}",
               "starts_at": NOW, "ends_at": NOW, "last_at": NOW, "timezone": "America/Chicago", "status": "confirmed",
               "fingerprint": "1", "first_seen_at": NOW} for n in range(POSTS)]  # fmt: skip
    session.execute(insert(table(Event)), events)
    session.execute(insert(table(Post)), [
        {**filled(Post), "id": f"po_{slug}{n}", "code": f"{slug}{n}", "school": slug, "page": "page", "kind": "announcement",
         "event_id": f"ev_{slug}{n}", "purpose": str(n), "text": "…", "fingerprint": "1", "state": "sent",
         "external_id": f"{slug}_{n}", "created_at": NOW, "due_at": NOW} for n in range(0, POSTS, 2)])  # fmt: skip
    session.execute(insert(table(PagePost)), [
        {**filled(PagePost), "school": slug, "page": "page", "external_id": f"{slug}_{n}", "created_at": NOW,
         "message": f"Our concert number {n} is on Friday\nCome all"} for n in range(POSTS)])  # fmt: skip


def filled(model: Any) -> dict[str, Any]:
    """The columns that have a default, with it."""
    return {
        name: (one.default_factory() if one.default_factory else one.default)
        for name, one in model.model_fields.items()
        if not one.is_required()
    }


def _talk(n: int, of: int, chance: random.Random) -> dict[str, Any]:
    """Ten years of them; open ones are young, closed ones of any age."""
    [school] = chance.choices(list(SCHOOLS), list(SCHOOLS.values()))
    [state] = chance.choices(list(STATES), list(STATES.values()))
    [language] = chance.choices(list(LANGUAGES), list(LANGUAGES.values()))
    days = chance.random() * (20 if state == "open" else 200 if state == "waiting" else 3650)
    at = NOW - timedelta(days=days)
    post = f"{school}_{chance.randrange(POSTS)}"
    named = chance.random() < 0.2
    return _CONVERSATION | {
        "id": f"co_{chance.getrandbits(80):020x}", "school": school, "page": "page", "post_external_id": post,
        "comment_external_id": f"{post}_{n}", "author_name": f"Rosa Díaz {n}" if named else "",
        "author_external_id": str(n) if named else "", "language": language, "confidence": 0.9, "state": state,
        "closed_reason": "answered" if state == "closed" else "", "closed_at": at if state == "closed" else None,
        "assignee": f"p{chance.randrange(12)}@{school}.example", "reason": "Spanish, and Maria Ortiz speaks it.",
        "due_at": at + timedelta(days=1), "opened_at": at, "answered_at": at if state != "open" else None,
        "snoozed_until": NOW + timedelta(days=2) if state == "open" and n % 30 == 0 else None,
        "updated_at": at + timedelta(hours=3),
    }  # fmt: skip


def _messages(talk: dict[str, Any], n: int) -> Iterator[dict[str, Any]]:
    """Two or three: a question, an answer where there is one, thanks or another question."""
    tag = talk["language"] if talk["language"] in _SAID else "en"
    thing = _THINGS[n % len(_THINGS)] + (f" n{n % 5000}" if n % 7 == 0 else "")
    said = [("received", _SAID[tag].format(thing)), ("received", f"{thing}? Gracias" if n % 2 else "Y otra pregunta…")]
    if talk["state"] != "open":
        said.insert(1, ("sent", f"Hello! It starts at six in the gym, see you there. {n % 100}"))
    for turn, (direction, words_) in enumerate(said[: 3 if n % 2 else 2 + (talk["state"] != "open" and n % 4 == 0)]):
        yield _MESSAGE | {
            "id": f"me_{n:08}_{turn}", "school": talk["school"], "page": "page", "conversation_id": talk["id"],
            "direction": direction,
            "text": words_, "owed": direction == "received", "language": talk["language"], "confidence": 0.9,
            "external_id": f"{talk['comment_external_id']}{turn}", "post_external_id": talk["post_external_id"],
            "created_at": talk["opened_at"] + timedelta(minutes=turn), "state": "sent" if direction == "sent" else "",
        }  # fmt: skip


def _found(row: dict[str, Any]) -> dict[str, Any]:
    if row["text"] not in _KNOWN:
        if len(_KNOWN) > 200_000:
            _KNOWN.clear()
        _KNOWN[row["text"]] = " ".join(words(row["text"]))
    return {"number": number(row["created_at"], row["id"]), "school": row["school"], "conversation_id": row["conversation_id"],
            "message_id": row["id"], "words": _KNOWN[row["text"]]}  # fmt: skip


_KNOWN: dict[str, str] = {}


def _promise(talk: dict[str, Any], n: int) -> dict[str, Any]:
    """One conversation of twenty has one; a tenth of those are open."""
    kept = None if n % 200 == 0 else NOW
    return _PROMISE | {
        "id": f"pr_{n:016}", "school": talk["school"], "conversation_id": talk["id"], "what": "Find out",
        "due_on": talk["due_at"].date(),
        "owner": talk["assignee"], "made_by": talk["assignee"], "made_at": talk["opened_at"], "kept_at": kept,
    }  # fmt: skip


_CONVERSATION, _MESSAGE, _PROMISE = filled(Conversation), filled(Message), filled(Promise)


# --- by the driver


def _lay_in(db: Database, model: Any, rows: Iterable[dict[str, Any]]) -> None:
    names = [column.name for column in table(model).columns]
    with db.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        if isinstance(driver, sqlite3.Connection):
            driver.execute("BEGIN")
            driver.executemany(
                f"INSERT INTO {model.__tablename__} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
                ([_plain(row[name]) for name in names] for row in rows),
            )
            driver.execute("COMMIT")
            return
        with (
            driver.cursor() as cursor,
            cursor.copy(f"COPY {model.__tablename__} ({', '.join(names)}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row([json.dumps(row[name]) if isinstance(row[name], dict) else row[name] for name in names])
        driver.commit()


def _plain(value: Any) -> Any:
    """As SQLAlchemy writes it into SQLite."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, dict):
        return json.dumps(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


@contextmanager
def bare(db: Database, names: Sequence[str]) -> Iterator[None]:
    """Without the indexes and triggers of the tables that are filled."""
    tables = "('" + "', '".join(names) + "')"
    if db.is_sqlite:
        known = (
            f"SELECT type, name, sql FROM sqlite_master WHERE type <> 'table' AND sql <> '' AND tbl_name IN {tables}"
        )
        with db.engine.begin() as connection:
            made = connection.exec_driver_sql(known).all()
            for kind, name, _ in made:
                connection.exec_driver_sql(f"DROP {kind} {name}")
        with db.engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        yield
        with db.engine.begin() as connection:
            for _, _, statement in made:
                connection.exec_driver_sql(statement)
            connection.exec_driver_sql("INSERT INTO message_found(message_found) VALUES ('rebuild')")
        return
    with db.engine.begin() as connection:
        made = connection.exec_driver_sql(
            f"SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN {tables} AND indexname LIKE 'ix_%%'"
        ).all()
        for name, _ in made:
            connection.exec_driver_sql(f"DROP INDEX {name}")
        for name in names:
            connection.exec_driver_sql(f"ALTER TABLE {name} DISABLE TRIGGER ALL")
    yield
    with db.engine.begin() as connection:
        for _, statement in made:
            connection.exec_driver_sql(statement)
        for name in names:
            connection.exec_driver_sql(f"ALTER TABLE {name} ENABLE TRIGGER ALL")


@contextmanager
def without_lists(db: Database) -> Iterator[None]:
    """Conversations as they would be without the indexes that lists walk along; all else stays."""
    names = [f"ix_conversation_{name}" for name in LISTS]
    made = _statements(db, names)
    with db.engine.begin() as connection:
        for name in names:
            connection.exec_driver_sql(f"DROP INDEX {name}")
    yield
    with db.engine.begin() as connection:
        for statement in made:
            connection.exec_driver_sql(statement)


def _statements(db: Database, names: Sequence[str]) -> list[str]:
    listed = "', '".join(names)
    known = (
        f"SELECT sql FROM sqlite_master WHERE name IN ('{listed}')"
        if db.is_sqlite
        else f"SELECT indexdef FROM pg_indexes WHERE indexname IN ('{listed}')"
    )
    with db.engine.connect() as connection:
        return list(connection.exec_driver_sql(known).scalars())

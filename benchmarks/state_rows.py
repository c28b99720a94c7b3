"""A state's inbox, laid in by the database itself: 1,200 schools, 5,000 pages, 2 million messages of three years.

Texts come from a pool, split by `models.words` as every message's are; sizes fall from one school with 40,000 messages to
many with some hundred.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from benchmarks.inbox_rows import NOW, bare, filled
from models.conversation import Conversation, Message
from models.database import Database, table
from models.event import Event
from models.page import Page, PagePost
from models.post import Post
from models.school import School
from models.search import MessageWords
from models.source import Source
from models.staff import StaffMember
from models.words import words

SCHOOLS, PAGES, POSTS = 1_200, 5_000, 40  # posts of each page
MESSAGES = 2_000_000
BIG, SMALL = "school-1", f"school-{SCHOOLS}"
FALL = 0.555  # the school of rank r has this share of the first one's: 1 / r ** FALL
RARE = 5_000  # words that are each in one message of so many
OFTEN = "gracias"

_VOICES = {"en": 40, "es": 30, "vi": 8, "so": 6, "zh": 6, "ar": 5, "und": 3, "uk": 1, "my": 1}
_CHINESE = "学校几点开始我女儿在合唱团唱歌五可以晚一到吗音乐会下周举行家长朋友们请问老师今天作业书包午餐车站"


def fill(db: Database) -> None:
    with db.engine.begin() as connection:
        for statement in _EASE:
            connection.exec_driver_sql(statement)
        _pool(connection)
        for model, values, rows in _SETTING:
            _lay_in(connection, model, values, rows)
    tables = ("conversation", "message", "message_words")
    with bare(db, tables), db.engine.begin() as connection:
        for model, values, rows in _TALK:
            if model is Message:
                connection.exec_driver_sql(_SPOKEN)
            _lay_in(connection, model, values, rows)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in ("said", "size", "spoken"):
            connection.exec_driver_sql(f"DROP TABLE {name}")
        connection.exec_driver_sql("VACUUM ANALYZE")


_EASE = ("SET maintenance_work_mem = '512MB'", "SELECT setseed(0.5)")


# --- what is said


def _pool(connection: Connection) -> None:
    """`said`: texts with their words, as search keeps them; `size`: how many conversations each school has."""
    driver: Any = connection.connection.driver_connection
    cursor = driver.cursor()
    cursor.execute("CREATE TABLE said (number int PRIMARY KEY, language text, text text, words text)")
    cursor.execute("CREATE TABLE size (school text PRIMARY KEY, rank int, conversations int)")
    with cursor.copy("COPY said FROM STDIN") as copy:
        for row in _said():
            copy.write_row(row)
    weights = [rank**-FALL for rank in range(1, SCHOOLS + 1)]
    first = MESSAGES / 2.5 / sum(weights)
    with cursor.copy("COPY size FROM STDIN") as copy:
        for rank, weight in enumerate(weights, 1):
            copy.write_row((f"school-{rank}", rank, round(first * weight)))


def _said() -> Iterator[tuple[int, str, str, str]]:
    """4,000 texts of 6 to 20 words; a few words are in very many of them, most in few."""
    chance = random.Random(5)
    known = [_word(chance) for _ in range(20_000)]
    tags = chance.choices(list(_VOICES), list(_VOICES.values()), k=4_000)
    for number, tag in enumerate(tags):
        if tag == "zh":
            text = "".join(chance.choices(_CHINESE, k=chance.randint(8, 30))) + ("学校" if number % 3 == 0 else "")
        else:
            picked = [known[int(len(known) * chance.random() ** 3)] for _ in range(chance.randint(5, 18))]
            text = " ".join(picked) + ("? Gracias" if tag == "es" else "?")
        yield number, tag, text, " ".join(words(text))


def _word(chance: random.Random) -> str:
    return "".join(chance.choice("bcdfglmnprst") + chance.choice("aeiou") for _ in range(chance.randint(1, 4)))


# --- rows: what is not named has the model's default

_Values = Mapping[str, str]  # column -> an expression
_ZONE = "'America/Chicago'"
_AT = f"timestamptz '{NOW.isoformat()}'"
_SETTING: list[tuple[Any, _Values, str]] = [
    (School, {"slug": "school", "name": "initcap(school)", "timezone": _ZONE, "fallback": "'p0@' || school || '.example'",
              "loaded_at": _AT, "languages": """'["en","es","vi","so","zh","ar"]'::json"""}, "size"),
    (Page, {"school": "school", "slug": "'page-' || n", "facebook_id": "rank || '00' || n", "token_sealed": "''",
            "connected_at": f"{_AT} - interval '3 years'"},
     f"size, generate_series(1, {PAGES // SCHOOLS} + (rank %% {SCHOOLS // (PAGES % SCHOOLS)} = 0)::int) n"),
    (Source, {"school": "school", "slug": "'calendar'", "kind": "'ics'", "address": "'/none.ics'"}, "size"),
    (StaffMember, {"school": "school", "email": "'p' || n || '@' || school || '.example'", "name": "'Person ' || n",
                   "role": "'staff'", "made_by": "'site'",
                   "languages": """(ARRAY['["en"]', '["es","en"]', '["vi"]', '["so","en"]'])[n %% 4 + 1]::json"""},
     "size, generate_series(0, 11) n"),
    (Event, {"id": "'ev_' || school || '_' || n", "school": "school", "source": "'calendar'", "uid": "'u' || n",
             "title": "'Concert ' || n", "starts_at": _AT, "ends_at": _AT, "last_at": _AT, "timezone": _ZONE,
             "status": "'confirmed'", "fingerprint": "'1'", "first_seen_at": _AT},
     f"size, generate_series(1, {POSTS}) n"),
    (Post, {"id": "'po_' || school || page.slug || '_' || n", "code": "school || page.slug || '_' || n", "school": "school",
            "page": "page.slug", "kind": "'announcement'", "event_id": "'ev_' || school || '_' || n", "purpose": "n::text",
            "text": "'…'", "fingerprint": "'1'", "state": "'sent'", "external_id": "page.facebook_id || '_' || n",
            "created_at": _AT, "due_at": _AT},
     f"page, generate_series(1, {POSTS}, 2) n"),
    (PagePost, {"school": "school", "page": "page.slug", "external_id": "page.facebook_id || '_' || n",
                "created_at": f"{_AT} - interval '1 day' * n", "message": r"E'Our concert number ' || n || E'\nCome all'",
                "author_external_id": "page.facebook_id"},
     f"page, generate_series(1, {POSTS}) n"),
]  # fmt: skip

# Open ones are young, closed ones of any age. A third have three messages, two thirds two or so: 2.5 on average.
_DRAWN = f"""(SELECT *, {_AT} - interval '1 day' * age AS at,
  rank || '00' || (1 + (luck * 1000)::int %% {PAGES // SCHOOLS}) AS facebook
  FROM (SELECT *, row_number() OVER () AS n, luck * CASE state WHEN 'open' THEN 20 WHEN 'waiting' THEN 200 ELSE 1095 END AS age
    FROM (SELECT school, rank, random() AS luck, (random() * 3999)::int AS pick,
      CASE WHEN random() < 0.04 THEN 'open' WHEN random() < 0.06 THEN 'waiting' ELSE 'closed' END AS state
      FROM size, generate_series(1, conversations)) AS drawn) AS aged) AS talk JOIN said ON said.number = pick"""
_TALK: list[tuple[Any, _Values, str]] = [
    (Conversation,
     {"id": "'co_' || md5(n::text)", "school": "school", "page": f"'page-' || (1 + (luck * 1000)::int %% {PAGES // SCHOOLS})",
      "post_external_id": f"facebook || '_' || (1 + (luck * 100000)::int %% {POSTS})",
      "comment_external_id": "facebook || '_' || n", "author_name": "CASE WHEN luck < 0.2 THEN 'Rosa Díaz ' || n ELSE '' END",
      "language": "language", "confidence": "0.9", "state": "state",
      "closed_reason": "CASE state WHEN 'closed' THEN 'answered' ELSE '' END",
      "closed_at": "CASE state WHEN 'closed' THEN at END",
      "assignee": "'p' || (luck * 11)::int || '@' || school || '.example'",
      "reason": "'Spanish, and Maria Ortiz speaks it.'",
      "due_at": "at + interval '1 day'", "opened_at": "at", "answered_at": "CASE WHEN state <> 'open' THEN at END",
      "snoozed_until": f"CASE WHEN state = 'open' AND n %% 30 = 0 THEN {_AT} + interval '2 days' END",
      "promised_for": f"CASE WHEN n %% 100 = 0 THEN date '{NOW.date()}' + (luck * 20)::int END",
      "updated_at": "at + interval '3 hours'"},
     _DRAWN),
    (Message,
     {"id": "'me_' || n", "school": "school", "page": "page", "conversation_id": "id",
      "direction": "CASE turn WHEN 1 THEN 'sent' ELSE 'received' END", "text": "text || more", "owed": "turn <> 1",
      "language": "language", "confidence": "0.9", "external_id": "comment_external_id || '_' || turn",
      "post_external_id": "post_external_id", "created_at": "opened_at + interval '1 minute' * turn",
      "state": "CASE turn WHEN 1 THEN 'sent' ELSE '' END"}, "spoken JOIN said USING (number)"),
    (MessageWords,
     {"number": "(extract(epoch FROM opened_at)::bigint << 31) | n", "school": "school", "conversation_id": "id",
      "message_id": "'me_' || n", "words": "words || more"}, "spoken JOIN said USING (number)"),
]  # fmt: skip
_SPOKEN = f"""CREATE TABLE spoken AS SELECT *, CASE WHEN n %% 7 = 0 THEN ' n' || n %% {RARE} ELSE '' END AS more,
  (hashint8(n) & 2147483647) %% 4000 AS number FROM (
    SELECT id, school, page, comment_external_id, post_external_id, opened_at, turn, 1000000000 + row_number() OVER () AS n
    FROM conversation, generate_series(0, 2) turn WHERE turn < 2 OR hashtext(id) %% 2 = 0) AS one"""


def _lay_in(connection: Connection, model: Any, values: _Values, rows: str) -> None:
    named = {column.name for column in table(model).columns}
    whole = {name: _literal(value) for name, value in filled(model).items() if name in named} | dict(values)
    columns = ", ".join(f'"{name}"' for name in whole)
    connection.exec_driver_sql(
        f"INSERT INTO {model.__tablename__} ({columns}) SELECT {', '.join(whole.values())} FROM {rows}"
    )


def _literal(value: Any) -> str:
    if isinstance(value, (dict, list)):
        return f"'{json.dumps(value)}'::json"
    if isinstance(value, (str, datetime, timedelta)):
        return f"'{value}'"
    return "NULL" if value is None else str(value)

"""A database of the release before this one is brought to today's shape with every word in it, and there is a way back."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import urllib.request
import warnings
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, MetaData, insert, select

from models.database import Database
from models.migrate import is_current, migrate
from models.upgrade import migration_config
from tests.program import Started

BEFORE = "0003"  # the newest revision of the release before
THEN = datetime(2026, 10, 1, 15, 0, tzinfo=UTC)
MOVED = ("staff_member", "password_hash")  # into `account`
ROWS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("school", {"slug": "maple", "name": "Maple", "timezone": "America/Chicago", "fallback": "office@maple.example",
                "languages": ["en"], "hours": "Mon-Fri 08:00-16:00", "respond_within": "1d"}),
    ("staff_member", {"school": "maple", "email": "office@maple.example", "role": "owner", "password_hash": "$argon2id$x"}),
    ("page", {"school": "maple", "slug": "pta-page", "facebook_id": "10001", "languages": ["en"], "announce": "14d",
              "approval": "person", "connected_at": THEN}),
    ("source", {"school": "maple", "slug": "calendar", "kind": "ics", "address": "/none.ics"}),
    ("event", {"school": "maple", "id": "ev_1", "source": "calendar", "uid": "one", "title": "Fair", "status": "confirmed"}),
    ("post", {"school": "maple", "id": "po_1", "page": "pta-page", "kind": "announcement", "event_id": "ev_1", "purpose": "1",
              "code": "1", "text": "Fair", "state": "sent", "external_id": "10001_1"}),
    ("post", {"school": "maple", "id": "po_2", "page": "pta-page", "kind": "change", "event_id": "ev_1", "purpose": "2",
              "code": "2", "text": "Fair: new time", "state": "sent", "under": "po_1"}),
    ("conversation", {"school": "maple", "id": "co_1", "page": "pta-page", "comment_external_id": "10001_1_2", "state": "open"}),
    ("message", {"school": "maple", "id": "me_1", "page": "pta-page", "conversation_id": "co_1", "direction": "received",
                 "external_id": "10001_1_2", "text": "¿A qué hora empieza? 学校"}),
)  # fmt: skip


def bring_to(db: Database, revision: str) -> None:
    config = migration_config()
    with db.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def fill(connection: Connection) -> None:
    """Rows as the release before had them: what a row needs besides is blank."""
    tables = reflected(connection).tables
    blank = {str: "", int: 0, float: 0.0, bool: False, datetime: THEN.replace(tzinfo=None), object: []}
    for name, given in ROWS:
        needed = [one for one in tables[name].columns if not one.nullable and one.server_default is None]
        blanks = {one.name: blank[one.type.python_type] for one in needed}
        connection.execute(insert(tables[name]).values({**blanks, **given}))


def reflected(connection: Connection) -> MetaData:
    metadata = MetaData()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # indexes over expressions are of no interest here
        metadata.reflect(connection)
    return metadata


def words(db: Database, columns: dict[str, list[str]]) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of those tables, in those columns."""
    with db.engine.connect() as connection:
        tables = reflected(connection).tables
        return {
            name: sorted(
                (tuple(row) for row in connection.execute(select(*(tables[name].c[one] for one in some)))), key=str
            )
            for name, some in columns.items()
        }


def columns_of(db: Database) -> dict[str, list[str]]:
    """Of every table, but for what stands elsewhere from now on."""
    with db.engine.connect() as connection:
        found = reflected(connection).tables
    return {
        name: [one.name for one in found[name].columns if (name, one.name) != MOVED]
        for name in found.keys() - {"alembic_version"}
    }


@pytest.fixture
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """As the release before left it: in `data/` of this folder, or on PostgreSQL."""
    (tmp_path / "data").mkdir()
    url = f"sqlite:///{tmp_path / 'data' / 'bridge.db'}"
    if getattr(request, "param", "sqlite") == "postgresql":
        url = request.getfixturevalue("postgres_url")
    db = Database(url).everywhere
    bring_to(db, BEFORE)
    with db.engine.begin() as connection:
        fill(connection)
    yield db
    db.close()


@pytest.mark.parametrize("old", ["sqlite", "postgresql"], indirect=True)
def test_a_start_brings_it_to_todays_shape_and_changes_no_word(old: Database) -> None:
    columns = columns_of(old)
    before = words(old, columns)
    assert not is_current(old)
    migrate(old)
    assert is_current(old)
    assert words(old, columns) == before
    [account] = words(old, {"account": ["email", "password_hash"]})["account"]
    assert account == ("office@maple.example", "$argon2id$x"), "who signed in before signs in now"


def test_the_new_version_is_ready_and_the_copy_from_before_leads_back(old: Database, tmp_path: Path) -> None:
    columns = columns_of(old)
    before = words(old, columns)
    old.close()
    shutil.copytree(tmp_path / "data", tmp_path / "before")
    assert served(tmp_path) == 200
    assert revision(tmp_path / "data") != BEFORE
    shutil.rmtree(tmp_path / "data")
    (tmp_path / "before").rename(tmp_path / "data")
    assert revision(tmp_path / "data") == BEFORE, "the older version finds what it left"
    assert words(old, columns) == before


def test_a_backup_of_the_release_before_can_be_restored_by_this_one(old: Database, tmp_path: Path) -> None:
    columns = {
        name: some for name, some in columns_of(old).items() if name in ("message", "conversation", "staff_member")
    }
    before = words(old, columns)
    with closing(sqlite3.connect(tmp_path / "data" / "bridge.db")) as there:
        there.execute("VACUUM INTO ?", (str(tmp_path / "before.db"),))
    old.close()
    there_now = Started(["restore", "before.db", "--json"], cwd=tmp_path, env=environment())
    out, err = there_now.communicate(timeout=60)
    assert there_now.returncode == 0, err
    assert json.loads(out)["rows"]["message"] == 1
    assert words(old, columns) == before and is_current(old)


def revision(data: Path) -> str:
    with closing(sqlite3.connect(data / "bridge.db")) as there:
        return str(there.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def served(folder: Path) -> int:
    """What /readyz says of the version that was started there."""
    with Started(["serve", "--port", "0", "--json"], cwd=folder, env=environment()) as started:
        assert started.stdout
        url = json.loads(started.stdout.readline())["url"]
        with urllib.request.urlopen(f"{url}/readyz", timeout=20) as answer:
            status = int(answer.status)
        started.send_signal(signal.SIGTERM)
        started.wait(timeout=60)
    return status


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BRIDGE_")}
    return {**kept, "BRIDGE_GRAPH_URL": "http://127.0.0.1:9"}  # nobody is there

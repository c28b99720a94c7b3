"""Two versions of the program on one database: what only adds leaves the older one at work, what takes away ends it."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlmodel import select

from models.database import Database
from models.migrate import NEWEST, VERSIONS, DatabaseNewer, is_current, migrate, shape
from models.school import School
from tests.databases import sqlite_copy
from tests.models import rows

PATIENCE = 30  # seconds, for what must happen
EXPAND = """
import sqlalchemy as sa
from alembic import op
revision, down_revision, oldest_program = '9001', '{before}', '{before}'
def upgrade():
    op.add_column('school', sa.Column('motto', sa.String, nullable=False, server_default=''))
    op.create_table('motto_seen', sa.Column('id', sa.Integer, primary_key=True))
"""
INDEX = """
from models.online import create_index
revision, down_revision, oldest_program = '9001', '{before}', '{before}'
def upgrade():
    create_index('ix_school_name', 'school', ['name'], "name <> ''")
"""
CONTRACT = """
from alembic import op
revision, down_revision, oldest_program = '9002', '9001', '9001'
def upgrade():
    op.drop_column('school', 'hours')
"""


def program_with(folder: Path, *migrations: str) -> Path:
    """The migrations of a program of tomorrow."""
    shutil.copytree(VERSIONS, folder)
    for number, source in enumerate(migrations, 9001):
        (folder / f"{number}_tomorrow.py").write_text(source.format(before=NEWEST))
    return folder


@pytest.fixture(params=["sqlite", "postgresql"])
def there(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of today's program, of this test alone."""
    on_sqlite = request.param == "sqlite"
    url = sqlite_copy(tmp_path / "bridge.db") if on_sqlite else request.getfixturevalue("postgres_url")
    db = Database(url).everywhere
    migrate(db)
    yield db
    db.close()


@pytest.fixture
def on_postgres(postgres_url: str) -> Iterator[Database]:
    db = Database(postgres_url).everywhere
    migrate(db)
    yield db
    db.close()


def test_an_older_program_goes_on_with_what_a_newer_one_only_added(there: Database, tmp_path: Path) -> None:
    migrate(there, program_with(tmp_path / "tomorrow", EXPAND))
    assert shape(there).revision == "9001"
    assert is_current(there)
    assert migrate(there).revision == "9001", "and it leaves the newer shape as it is"
    with there.write() as session:
        session.add(rows.school())
    with there.read() as session:
        assert [one.slug for one in session.exec(select(School))] == ["maple"]


def test_what_takes_away_ends_the_older_program_and_not_the_one_between(there: Database, tmp_path: Path) -> None:
    between = program_with(tmp_path / "between", EXPAND)
    migrate(there, program_with(tmp_path / "later", EXPAND, CONTRACT))
    assert not is_current(there)
    with pytest.raises(DatabaseNewer, match="update the program"):
        migrate(there)
    assert migrate(there, between).revision == "9002"


def test_whoever_wants_a_table_in_use_lets_the_others_pass(on_postgres: Database, tmp_path: Path) -> None:
    with there_is(on_postgres) as somebody, going_on(on_postgres, tmp_path, EXPAND) as migrating:
        somebody.execute(text("SELECT * FROM school"))
        migrating.start()
        with there_is(on_postgres) as another:
            until_waiting(another)
            another.execute(text("SELECT * FROM school"))  # would wait for ever behind who waits for ever
        assert shape(on_postgres).revision == NEWEST
        somebody.rollback()
        migrating.join(PATIENCE)
    assert shape(on_postgres).revision == "9001"


def test_an_index_is_built_beside_those_who_write(on_postgres: Database, tmp_path: Path) -> None:
    with there_is(on_postgres) as somebody:  # what a build leaves behind that was broken off
        somebody.execute(text("CREATE INDEX ix_school_name ON school (slug)"))
        somebody.execute(text("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_school_name'::regclass"))
        somebody.commit()
    with there_is(on_postgres) as writing, going_on(on_postgres, tmp_path, INDEX) as migrating:
        writing.execute(text("DELETE FROM school"))
        migrating.start()
        with there_is(on_postgres) as looking:
            until(looking, "SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'virtualxid'")
        with on_postgres.write() as session:
            session.add(rows.school())  # would wait for ever if the table were shut
        writing.rollback()
        migrating.join(PATIENCE)
    with there_is(on_postgres) as looking:
        wanted = (
            "SELECT indisvalid, pg_get_indexdef(indexrelid) FROM pg_index WHERE indexrelid = 'ix_school_name'::regclass"
        )
        [(valid, what)] = looking.execute(text(wanted)).all()
    assert valid and "(name)" in what


def test_each_migration_says_with_which_oldest_program_it_works() -> None:
    for path in VERSIONS.glob("[0-9]*.py"):
        revision, source = path.name.split("_")[0], path.read_text()
        named = re.search(r"^oldest_program = '(\d{4})'", source, re.MULTILINE)
        assert revision < "0009" or (named and "0009" <= named[1] <= revision), path.name


@contextmanager
def there_is(db: Database) -> Iterator[Connection]:
    with db.engine.connect() as connection:
        yield connection


@contextmanager
def going_on(db: Database, folder: Path, migration: str) -> Iterator[threading.Thread]:
    """A migration in a thread of its own, done by the end."""
    versions = program_with(folder / "tomorrow", migration)
    thread = threading.Thread(target=lambda: migrate(db, versions), daemon=True)
    yield thread
    thread.join(PATIENCE)
    assert not thread.is_alive()


def until_waiting(connection: Connection) -> None:
    until(connection, "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'school'::regclass")


def until(connection: Connection, question: str) -> None:
    """A question that is to have an answer soon."""
    for _ in range(PATIENCE * 50):
        if connection.scalar(text(question)):
            return
        connection.rollback()
        connection.execute(text("SELECT pg_sleep(0.02)"))
    raise AssertionError(question)

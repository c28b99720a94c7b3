"""PostgreSQL is restarted, or cuts a connection: what was under way fails whole, and the next question is answered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool
from sqlmodel import Session, select

from models.database import Database, is_away
from models.school import School
from tests.models import rows


@pytest.fixture
def db(shared_postgres: str) -> Iterator[Database]:
    database = Database(shared_postgres).everywhere
    yield database
    database.close()


def cut_all(db: Database) -> None:
    """As a restart does: every connection of ours ends."""
    engine = create_engine(db.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        ours = "datname = current_database() AND pid <> pg_backend_pid()"
        connection.execute(text(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {ours}"))


def names(session: Session) -> list[str]:
    return [one.slug for one in session.exec(select(School))]


def test_connections_that_died_while_nobody_used_them_are_not_noticed(db: Database) -> None:
    with db.read() as one, db.read() as another:
        assert names(one) == names(another) == []
    cut_all(db)
    with db.read() as one, db.read() as another:
        assert names(one) == names(another) == []
    cut_all(db)
    with db.write() as session:
        session.add(rows.school())
    with db.read() as session:
        assert names(session) == ["maple"]


def test_what_is_cut_off_amid_a_transaction_is_not_there_and_can_be_done_again(db: Database) -> None:
    def write() -> None:
        with db.write() as session:
            session.add(rows.school())
            session.flush()
            if not cuts:
                cuts.append(cut_all(db))

    cuts: list[None] = []
    with pytest.raises(OperationalError) as cut:
        write()
    assert is_away(cut.value)
    with db.read() as session:
        assert names(session) == []
    write()
    with db.read() as session:
        assert names(session) == ["maple"]


def test_a_wrong_question_is_not_taken_for_a_database_that_is_away(any_db: Database) -> None:
    with any_db.read() as session, pytest.raises(Exception) as wrong:
        session.connection().execute(text("SELECT 1 FROM nowhere"))
    assert not is_away(wrong.value)

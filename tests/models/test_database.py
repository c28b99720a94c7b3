"""What every row relies on, on both databases."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel, col, select

from models.database import Database, upsert
from models.event import Event, Occurrence, event, events
from models.migrate import DatabaseNewer, migrate
from models.school import School
from models.source import FeedItem, feed_items
from tests.models import rows


def test_migrating_gives_the_same_tables_as_the_models(any_db: Database) -> None:
    with any_db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": _is_ours})
        assert compare_metadata(context, SQLModel.metadata) == []


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """What only one of the two databases has, for search (migration 0004)."""
    return not (name or "").startswith(("message_found", "ix_message_words_found"))


def test_migrating_again_changes_nothing(any_db: Database) -> None:
    migrate(any_db)
    with any_db.read() as session:
        assert session.exec(select(School)).all() == []


def test_a_database_of_a_newer_program_is_refused_with_the_mend(any_db: Database) -> None:
    with any_db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999', oldest_program = '9999'"))
    with pytest.raises(DatabaseNewer, match="update the program"):
        migrate(any_db)


def test_times_come_back_aware_in_utc_whatever_their_offset(any_db: Database) -> None:
    told = datetime(2026, 12, 1, 1, 30, tzinfo=timezone(timedelta(hours=-5)))
    with any_db.write() as session:
        session.add(rows.school(loaded_at=told))
    with any_db.read() as session:
        found = session.exec(select(School)).one().loaded_at
    assert found == told
    assert found.utcoffset() == timedelta(0)


def test_four_threads_lose_no_update(any_db: Database) -> None:
    with any_db.write() as session:
        session.add(rows.school(name="0"))

    def count() -> None:
        for _ in range(25):
            with any_db.write() as session:
                query = select(School)
                found = session.exec(query if any_db.is_sqlite else query.with_for_update()).one()
                found.name = str(int(found.name) + 1)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with any_db.read() as session:
        assert session.exec(select(School)).one().name == "100"


@pytest.mark.usefixtures("unhurried")
def test_sqlite_keeps_a_committed_intent_through_a_power_cut(db: Database) -> None:
    with db.engine.connect() as connection:
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_an_upsert_changes_only_what_it_names(any_db: Database) -> None:
    with any_db.write() as session:
        session.add(rows.school())
        session.flush()
        session.add(rows.source())
    key, given = ("school", "source", "uid"), {"school": "maple", "source": "calendar"}
    with any_db.write() as session:
        upsert(session, FeedItem, [{**given, "uid": "a", "digest": "1", "problem": "bad"}], key=key, update=("digest",))
        upsert(session, FeedItem, [{**given, "uid": "a", "digest": "2", "problem": ""}], key=key, update=("digest",))
    with any_db.read() as session:
        item = feed_items(session, "maple", "calendar")["a"]
    assert (item.digest, item.problem) == ("2", "bad")


def test_an_event_stands_once_under_its_uid(any_db: Database) -> None:
    with any_db.write() as session:
        session.add(rows.school())
        session.flush()
        session.add(rows.source())
        session.flush()
        session.add(rows.event())
    with pytest.raises(IntegrityError), any_db.write() as session:
        session.add(rows.event())


def test_an_exception_may_share_its_uid(any_db: Database) -> None:
    with any_db.write() as session:
        session.add(rows.school())
        session.flush()
        session.add(rows.source())
        session.flush()
        session.add(rows.event())
        session.add(rows.event(recurrence_id=datetime(2026, 12, 8, tzinfo=UTC)))
    with any_db.read() as session:
        assert [one.recurrence_id is None for one in events(session, "maple")] == [True, False]


def test_a_question_of_one_school_never_answers_for_another(any_db: Database) -> None:
    with any_db.write() as session:
        for slug in ("maple", "oak"):
            session.add(rows.school(slug))
            session.flush()
            session.add(rows.source(slug))
            session.flush()
        mine = rows.event("maple")
        session.add(mine)
    with any_db.read() as session:
        assert event(session, "maple", mine.id) is not None
        assert event(session, "oak", mine.id) is None
        assert events(session, "oak") == []


def test_no_row_points_across_the_wall_between_schools(any_db: Database) -> None:
    with any_db.write() as session:
        for slug in ("maple", "oak"):
            session.add(rows.school(slug))
            session.flush()
            session.add(rows.source(slug))
            session.flush()
        mine = rows.event("maple")
        session.add(mine)
    stray = Occurrence(
        school="oak", series=mine.id, event_id=mine.id, original_at=rows.NOW, starts_at=rows.NOW, ends_at=rows.NOW,
        status="confirmed",
    )  # fmt: skip
    with pytest.raises(IntegrityError), any_db.write() as session:
        session.add(stray)


def test_a_rolled_back_session_leaves_nothing(any_db: Database) -> None:
    with pytest.raises(RuntimeError), any_db.write() as session:
        session.add(rows.school())
        session.flush()
        raise RuntimeError
    with any_db.read() as session:
        assert session.exec(select(School)).all() == []


def test_readers_are_not_stopped_by_a_writer(any_db: Database) -> None:
    with any_db.write() as session:
        session.add(rows.school())
    with any_db.write() as writing, any_db.read() as reading:
        writing.execute(update(School).values(name="other"))
        assert reading.exec(select(School.name)).one() == "Maple"


def test_events_are_listed_soonest_first(any_db: Database) -> None:
    later = datetime(2026, 12, 20, tzinfo=UTC)
    with any_db.write() as session:
        session.add(rows.school())
        session.flush()
        session.add(rows.source())
        session.flush()
        session.add(rows.event(uid="b", starts_at=later))
        session.add(rows.event(uid="a"))
    with any_db.read() as session:
        assert [one.uid for one in events(session, "maple")] == ["a", "b"]
        assert session.exec(select(Event).where(col(Event.uid) == "b")).one().starts_at == later


def test_of_what_is_rehearsed_nothing_stays(any_db: Database) -> None:
    with any_db.rehearse() as trial:
        with trial.write() as session:
            session.add(rows.school())
        with trial.read() as session:
            assert session.exec(select(School)).one().slug == "maple"
    with any_db.read() as session:
        assert session.exec(select(School)).all() == []
    with any_db.write() as session:
        session.add(rows.school())

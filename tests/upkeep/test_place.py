"""A copied or rolled back database is noticed by itself; what only looks like one is left alone."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import delete, select

from config.mistake import Mistake
from models.card import open_cards
from models.database import Database
from models.installation import Installation, installation
from models.migrate import migrate
from models.page import Page
from models.school import School
from models.staff import StaffMember
from tests.models import rows
from upkeep.pause import count_round, notice, pause, resume
from upkeep.place import COPIED, OLDER, Mark, mark_path, read_mark, what_happened

NOW = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("row", "mark", "place", "happened"),
    [
        (None, None, "7", ""),  # the very first start, or one from before there were marks
        (("in_1", 0), None, "7", ""),
        (("in_1", 0), Mark("in_9", 5, "7"), "7", ""),  # a new database where another one was: it never sent anything
        (("in_1", 3), Mark("in_1", 3, "7"), "7", ""),
        (("in_1", 4), Mark("in_1", 3, "7"), "7", ""),  # killed between the row and the file
        (("in_1", 3), None, "7", COPIED),
        (("in_1", 3), Mark("in_1", 3, "8"), "7", COPIED),
        (("in_1", 3), Mark("in_9", 3, "7"), "7", COPIED),
        (("in_1", 3), Mark("in_1", 4, "7"), "7", OLDER),
        (("in_1", 0), Mark("in_1", 4, "7"), "7", OLDER),
        (None, Mark("in_1", 4, "7"), "7", OLDER),
    ],
)
def test_what_row_and_file_say_of_a_sqlite_database(
    row: tuple[str, int] | None, mark: Mark | None, place: str, happened: str
) -> None:
    assert what_happened(_row(*row) if row else None, mark, place, shared=False) == happened


@pytest.mark.parametrize(
    ("row", "mark", "place", "happened"),
    [
        (("in_1@7:5", 3), None, "7:5", ""),  # a machine that has not seen this database before
        (("in_1@7:5", 3), Mark("in_9@1:1", 9, "1:1"), "7:5", ""),
        (("in_1@7:5", 3), None, "7:6", COPIED),
        (("in_1@7:5", 3), Mark("in_1@7:5", 4, "7:5"), "7:5", OLDER),
    ],
)
def test_what_row_and_file_say_of_a_shared_database(
    row: tuple[str, int], mark: Mark | None, place: str, happened: str
) -> None:
    assert what_happened(_row(*row), mark, place, shared=True) == happened


def test_a_new_database_and_its_later_rounds_are_never_paused(any_db: Database, tmp_path: Path) -> None:
    _school(any_db)
    for _ in range(3):
        assert notice(any_db, tmp_path, NOW) == ""
        count_round(any_db, tmp_path, NOW)
    assert not _paused(any_db)


def test_another_machine_on_the_same_postgresql_pauses_nothing(postgres_url: str, tmp_path: Path) -> None:
    db = _migrated(postgres_url)
    _school(db)
    for machine in ("web", "worker"):
        (tmp_path / machine).mkdir()
        notice(db, tmp_path / machine, NOW)
        count_round(db, tmp_path / machine, NOW)
    assert notice(db, tmp_path / "web", NOW) == ""  # the worker's rounds are ahead of what this one saw
    assert not _paused(db)
    db.close()


def test_a_copied_file_is_paused_with_a_card_and_gets_an_identity_of_its_own(db: Database, tmp_path: Path) -> None:
    _school(db)
    notice(db, tmp_path, NOW)
    count_round(db, tmp_path, NOW)
    db.close()
    (tmp_path / "copy").mkdir()
    for name in ("bridge.db", "bridge.db.instance"):
        shutil.copy(tmp_path / name, tmp_path / "copy" / name)
    copy = Database(f"sqlite:///{tmp_path / 'copy' / 'bridge.db'}")
    assert "was copied" in notice(copy, tmp_path, NOW)
    assert notice(copy, tmp_path, NOW) == ""  # told once; the school stays paused
    assert _paused(copy) and not _paused(db)
    with copy.read() as session:
        [card] = open_cards(session, "maple")
        assert card.kind == "paused" and "resume" in card.message
    assert _identity(copy) != _identity(db)
    copy.close()


def test_the_same_file_under_another_path_is_no_copy(db: Database, tmp_path: Path) -> None:
    """As when a container is made anew, or the volume is mounted elsewhere."""
    _school(db)
    notice(db, tmp_path, NOW)
    count_round(db, tmp_path, NOW)
    db.close()
    (tmp_path / "moved").mkdir()
    for name in ("bridge.db", "bridge.db.instance"):
        (tmp_path / name).rename(tmp_path / "moved" / name)
    moved = Database(f"sqlite:///{tmp_path / 'moved' / 'bridge.db'}")
    assert notice(moved, tmp_path, NOW) == ""
    moved.close()


def test_an_older_file_put_back_is_paused(db: Database, tmp_path: Path) -> None:
    _school(db)
    notice(db, tmp_path, NOW)
    count_round(db, tmp_path, NOW)
    db.close()
    older = (tmp_path / "bridge.db").read_bytes()
    count_round(db, tmp_path, NOW)
    db.close()
    (tmp_path / "bridge.db").write_bytes(older)
    assert "is older" in notice(db, tmp_path, NOW)
    assert _paused(db)


def test_a_database_of_before_there_were_marks_is_not_paused(any_db: Database, tmp_path: Path) -> None:
    _school(any_db)
    with any_db.write() as session:
        session.execute(delete(Installation))
    mark_path(any_db, tmp_path).unlink(missing_ok=True)
    assert notice(any_db, tmp_path, NOW) == ""
    assert read_mark(mark_path(any_db, tmp_path)) is not None
    assert not _paused(any_db)


def test_only_an_owner_resumes_and_only_what_was_read_back(any_db: Database) -> None:
    _school(any_db)
    with any_db.write() as session:
        pause(session, COPIED, NOW)
        with pytest.raises(Mistake, match="may not resume"):
            resume(session, "maple", "pat@maple.example", NOW)
        with pytest.raises(Mistake, match="pta-page of maple was not read back yet"):
            resume(session, "maple", "office@maple.example", NOW)
        session.exec(select(Page)).one().reconciled_at = NOW
        assert "goes on" in resume(session, "maple", "office@maple.example", NOW)
        assert open_cards(session, "maple") == []
        assert "not paused" in resume(session, "maple", "office@maple.example", NOW)
    assert not _paused(any_db)


def _row(identity: str, rounds: int) -> Installation:
    return Installation(identity=identity, salt="s", rounds=rounds)


def _school(db: Database) -> None:
    with db.write() as session:
        session.add(rows.school())
        session.flush()
        session.add(rows.page())
        for email, role in (("office@maple.example", "owner"), ("pat@maple.example", "volunteer")):
            session.add(StaffMember(school="maple", email=email, name=email, role=role, made_by="site"))


def _paused(db: Database) -> bool:
    with db.read() as session:
        return session.exec(select(School)).one().paused_at is not None


def _identity(db: Database) -> str:
    with db.read() as session:
        row = installation(session)
        assert row is not None
        return row.identity


def _migrated(url: str) -> Database:
    db = Database(url).everywhere
    migrate(db)
    return db


def test_many_threads_count_rounds_at_once_and_nothing_looks_restored(any_db: Database, tmp_path: Path) -> None:
    count_round(any_db, tmp_path, NOW)
    before = rounds_of(any_db)
    with ThreadPoolExecutor(8) as threads:
        for counted in [threads.submit(count_round, any_db, tmp_path, NOW) for _ in range(40)]:
            counted.result()
            assert notice(any_db, tmp_path, NOW) == ""
    assert rounds_of(any_db) == before + 40
    mark = read_mark(mark_path(any_db, tmp_path))
    assert mark is not None and before < mark.rounds <= before + 40
    assert not list(tmp_path.glob("*.new")), "no half of a file is left"


def rounds_of(db: Database) -> int:
    with db.read() as session:
        row = installation(session)
    assert row is not None
    return row.rounds

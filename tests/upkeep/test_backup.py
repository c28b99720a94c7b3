"""Backups of both databases, restored into both; whatever goes wrong, the old stands or the new."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from cryptography.fernet import Fernet
from sqlalchemy import text
from sqlmodel import Session, SQLModel, select

from config.mistake import Mistake
from models.database import Database
from models.hint import Hint
from models.installation import installed
from models.migrate import migrate
from models.page import Page
from models.post import Post
from models.school import School
from models.upgrade import migration_config
from models.vault import Vault
from tests.models import rows
from upkeep.backup import back_up
from upkeep.restore import checked, make_room, restore

NOW = datetime(2026, 12, 1, 15, 30, tzinfo=UTC)
VAULT = Vault(Fernet.generate_key().decode())


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Another database, to restore into."""
    url = f"sqlite:///{tmp_path / 'target.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    db = Database(url).everywhere
    migrate(db)
    yield db
    db.close()


def test_every_row_of_either_database_comes_back_in_either(db: Database, target: Database, tmp_path: Path) -> None:
    _fill(db)
    back_up(db, VAULT, tmp_path / "first.db")
    _restore(target, tmp_path / "first.db", tmp_path)
    back_up(target, VAULT, tmp_path / "second.db")
    with checked(tmp_path / "second.db") as second, second.read() as session:
        there = _all(session)
    with db.read() as session:
        here = _all(session)
    assert here["post"] == there["post"] and here["hint"] == there["hint"] and len(here["post"]) == 30
    assert {name: len(found) for name, found in here.items() if name not in ("card", "audit")} == {
        name: len(found) for name, found in there.items() if name not in ("card", "audit")
    }


def test_a_restored_database_is_paused_and_what_was_there_before_is_kept_aside(
    target: Database, db: Database, tmp_path: Path
) -> None:
    _fill(db)
    back_up(db, VAULT, tmp_path / "backup.db")
    with target.write() as session:
        session.add(rows.school("oak"))
        before = installed(session).identity
    done = _restore(target, tmp_path / "backup.db", tmp_path)
    assert done is not None and done.is_file() and done.stat().st_mode & 0o777 == 0o600
    with target.read() as session:
        [school] = session.exec(select(School)).all()
        assert school.slug == "maple" and school.paused_at == NOW and "restored" in school.paused_because
        assert installed(session).identity != before
        assert [page.reconciled_at for page in session.exec(select(Page))] == [None]
    with checked(done) as kept, kept.read() as session:
        assert [one.slug for one in session.exec(select(School))] == ["oak"]


def test_the_salt_comes_back_since_codes_of_later_posts_are_known_by_it(db: Database, tmp_path: Path) -> None:
    _fill(db)
    back_up(db, VAULT, tmp_path / "backup.db")
    with db.write() as session:
        salt = installed(session).salt
    other = Database(f"sqlite:///{tmp_path / 'other.db'}")
    migrate(other)
    _restore(other, tmp_path / "backup.db", tmp_path)
    with other.read() as session:
        assert installed(session).salt == salt
    other.close()


def test_a_backup_shows_one_moment_whatever_is_written_meanwhile(any_db: Database, tmp_path: Path) -> None:
    _fill(any_db)

    def meanwhile(table: str, count: int) -> None:
        if table == "event":
            with any_db.write() as session:
                session.add(rows.event(uid="new"))
                session.flush()
                session.add(_post(99, session.exec(select(Post.event_id)).first() or ""))

    done = back_up(any_db, VAULT, tmp_path / "backup.db", meanwhile)
    assert (done.rows["event"], done.rows["post"], done.key) == (1, 30, "opens")
    assert [one.name for one in tmp_path.glob("backup.db*")] == ["backup.db"]
    assert (tmp_path / "backup.db").stat().st_mode & 0o777 == 0o600


def test_a_backup_takes_no_file_s_place_and_leaves_nothing_half_made(db: Database, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(Mistake, match="is there already"):
        back_up(db, VAULT, tmp_path / "taken")
    with pytest.raises(Mistake, match="no folder"):
        back_up(db, VAULT, tmp_path / "none" / "backup.db")

    def broken(table: str, count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        back_up(db, VAULT, tmp_path / "backup.db", broken)
    assert (tmp_path / "taken").read_text() == "mine"
    assert not list(tmp_path.glob("backup.db*"))


@pytest.mark.parametrize("table", ["school", "post", "installation"])
def test_a_restore_that_dies_leaves_all_as_it_was(any_db: Database, tmp_path: Path, table: str) -> None:
    _fill(any_db)
    back_up(any_db, VAULT, tmp_path / "backup.db")
    with any_db.write() as session:
        session.exec(select(School)).one().name = "As it is now"

    def dies(name: str, count: int) -> None:
        if name == table:
            raise KeyboardInterrupt

    with checked(tmp_path / "backup.db") as copy, pytest.raises(KeyboardInterrupt):
        restore(any_db, copy, VAULT, tmp_path, NOW, dies)
    with any_db.read() as session:
        school = session.exec(select(School)).one()
        assert (school.name, school.paused_at) == ("As it is now", None)
        assert len(session.exec(select(Post)).all()) == 30


def test_what_is_no_backup_is_refused_in_one_sentence(db: Database, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database at all " * 100)
    (tmp_path / "empty").touch()
    back_up(db, VAULT, tmp_path / "cut")
    whole = (tmp_path / "cut").read_bytes()
    (tmp_path / "cut").write_bytes(whole[: len(whole) // 2])
    back_up(db, VAULT, tmp_path / "newer")
    with closing(sqlite3.connect(tmp_path / "newer")) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
        newer.commit()
    with closing(sqlite3.connect(tmp_path / "other")) as other:
        other.execute("CREATE TABLE other (id)")
    for name, why in (
        ("none", "no file"), ("text", "no backup"), ("empty", "no backup"), ("cut", "damaged"), ("newer", "newer"),
        ("other", "no backup"),
    ):  # fmt: skip
        with pytest.raises(Mistake, match=why), checked(tmp_path / name):
            pass


def test_a_backup_of_an_older_version_is_brought_to_today_s_shape_and_keeps_the_salt_of_later_posts(
    db: Database, tmp_path: Path
) -> None:
    older = Database(f"sqlite:///{tmp_path / 'older.db'}")
    with older.engine.begin() as connection:
        config = migration_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        given = (
            "'maple', 'As it was', 'UTC', '[]', '', '[]', '1d', 'office@maple.example', '2026-11-01 00:00:00.000000'"
        )
        columns = "slug, name, timezone, languages, hours, closed, respond_within, fallback, loaded_at"
        connection.execute(text(f"INSERT INTO school ({columns}) VALUES ({given})"))
    older.close()
    _fill(db)
    with db.write() as session:
        salt = installed(session).salt
    _restore(db, tmp_path / "older.db", tmp_path)
    with db.read() as session:
        assert (session.exec(select(School)).one().name, installed(session).salt) == ("As it was", salt)


def test_a_damaged_database_makes_room_and_a_sound_one_does_not(db: Database, tmp_path: Path) -> None:
    assert make_room(db, NOW) is None
    db.close()
    (tmp_path / "bridge.db").write_bytes(b"SQLite format 3" + b"no more " * 500)
    aside = make_room(db, NOW)
    assert aside is not None and aside.exists() and not (tmp_path / "bridge.db").exists()


def test_a_backup_of_another_key_is_told(db: Database, tmp_path: Path) -> None:
    _fill(db)
    assert back_up(db, Vault(Fernet.generate_key().decode()), tmp_path / "backup.db").key == "foreign"


def _restore(db: Database, file: Path, data: Path) -> Path | None:
    with checked(file) as copy:
        return restore(db, copy, VAULT, data, NOW, lambda *_: None).aside


def _fill(db: Database) -> None:
    with db.write() as session:
        session.add(rows.school())
        session.flush()
        session.add(rows.source())
        session.add(rows.page(token_sealed=VAULT.seal("PAGE-TOKEN"), standing={"c": {"text": "ü"}}))
        session.flush()
        happens = rows.event()
        session.add(happens)
        session.flush()
        for number in range(30):
            session.add(_post(number, happens.id))
            session.flush()
        session.add(Hint(digest="d", body=b"\x00\xff", received_at=NOW))


def _post(number: int, event_id: str) -> Post:
    """Every third is a comment under the one before it; ids run against the order in which they were made."""
    return Post(
        id=f"po_{900 - number}", school="maple", page="pta-page", kind="announcement", event_id=event_id, text="Ñandú",
        purpose=str(number), under=f"po_{901 - number}" if number % 3 == 1 else None, fingerprint="1", state="sent",
        created_at=NOW + timedelta(seconds=number), due_at=NOW, said={"facts": {"n": number}},
    )  # fmt: skip


def _all(session: Session) -> dict[str, list[dict[str, object]]]:
    return {
        table.name: sorted((dict(row._mapping) for row in session.connection().execute(select(table))), key=str)
        for table in SQLModel.metadata.sorted_tables
    }

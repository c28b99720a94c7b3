"""Search finds what families and staff wrote, at once, and nothing that is gone. On both databases."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text, update
from sqlmodel import Session, col, select

from models.conversation import Conversation, Message
from models.database import Database
from models.migrate import migrate
from models.search import VECTOR, MessageWords, forget_for_good, found_in
from models.upgrade import migration_config
from models.vault import Vault, key_from
from models.words import asked
from tests.models.rows import NOW
from tests.models.talks import MARIA, say, school, talk
from upkeep.backup import back_up
from upkeep.restore import checked, restore


def found(db: Database, looked_for: str, at: str = "maple") -> list[str]:
    query = found_in("sqlite" if db.is_sqlite else "postgresql", at, asked(looked_for))
    with db.read() as session:
        return list(session.connection().execute(query).scalars())


def test_words_are_found_in_every_script_and_the_newest_come_first(any_db: Database) -> None:
    with any_db.write() as session:
        school(session)
        spanish = talk(session, "¿A qué hora empieza el Concierto?", ago=timedelta(hours=5))
        newer = talk(session, "concierto mañana", ago=timedelta(hours=1))
        chinese = talk(session, "我想问一下学校几点开始")
        thai = talk(session, "โรงเรียนเปิดกี่โมง")
        arabic = talk(session, "هل الكِتابُ مجاني؟")
    assert found(any_db, "CONCIERTO") == found(any_db, "concie") == [newer.id, spanish.id]
    assert found(any_db, "hora concierto") == [spanish.id]
    assert found(any_db, "学校") == found(any_db, "校") == found(any_db, "始") == [chinese.id]
    assert found(any_db, "校学") == found(any_db, "concert o") == []
    assert found(any_db, "โรงเรียน") == [thai.id]
    assert found(any_db, "الكتاب") == [arabic.id]


def test_answers_notes_and_names_of_families_are_found_too(any_db: Database) -> None:
    with any_db.write() as session:
        school(session)
        row = talk(session, author_name="Rosa Díaz")
        say(session, row, "At six.", direction="sent", author=MARIA)
        say(session, row, "She called twice", direction="note", author=MARIA)
    for looked_for in ("diaz", "at six", "called"):
        assert found(any_db, looked_for) == [row.id]
    assert found(any_db, "maria") == []  # who wrote here is no word of it


def test_another_school_s_messages_are_never_found(any_db: Database) -> None:
    with any_db.write() as session:
        for slug in ("maple", "maple-hill", "oak"):
            school(session, slug)
        here, there = talk(session, "secreto"), talk(session, "secreto", school="maple-hill")
    assert found(any_db, "secreto") == [here.id] and found(any_db, "secreto", "maple-hill") == [there.id]
    assert found(any_db, "secreto", "oak") == found(any_db, "oak") == found(any_db, "maple") == []


def test_the_wall_of_the_database_leaves_search_its_index(shared_postgres: str) -> None:
    db = Database(shared_postgres)
    with db.of("maple").read() as session:
        connection = session.connection()
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        looked_for = f"SELECT number FROM message_words_seen WHERE {VECTOR} @@ 'secreto'::tsquery"
        plan = "\n".join(connection.exec_driver_sql(f"EXPLAIN {looked_for}").scalars())
    db.close()
    assert "Bitmap Index Scan on ix_message_words_found" in plan


@pytest.mark.parametrize(
    "strange", ['"', 'a"b', "x* OR y", "NEAR(a b)", "a:b", "^a", "-a", "'a'", "a\\b", "a & !b", "%", "{a}"]
)
def test_what_looks_like_an_operator_breaks_nothing(any_db: Database, strange: str) -> None:
    with any_db.write() as session:
        school(session)
        talk(session, "nothing of that")
    if asked(strange):
        assert found(any_db, strange) == []


def test_an_edited_message_is_found_by_its_new_words_only(any_db: Database) -> None:
    with any_db.write() as session:
        school(session)
        row = talk(session, "antes")
    with any_db.write() as session:
        session.exec(select(Message)).one().text = "después"
    assert found(any_db, "antes") == [] and found(any_db, "despues") == [row.id]


def test_a_removed_message_is_not_found_until_it_returns(any_db: Database) -> None:
    with any_db.write() as session:
        school(session)
        row = talk(session, "palabra")
    with any_db.write() as session:
        session.exec(select(Message)).one().removed_at = NOW
    assert found(any_db, "palabra") == []
    with any_db.write() as session:
        session.exec(select(Message)).one().removed_at = None
    assert found(any_db, "palabra") == [row.id]


def test_what_changes_nothing_in_the_words_writes_none(db: Database) -> None:
    with db.write() as session:
        school(session)
        talk(session, "palabra")
    with db.write() as session:
        before = session.connection().exec_driver_sql("SELECT total_changes()").scalar_one()
        session.exec(select(Message)).one().permalink = "https://www.facebook.com/1"
        session.flush()
        assert session.connection().exec_driver_sql("SELECT total_changes()").scalar_one() == before + 1


def test_a_writer_that_goes_around_sessions_leaves_no_stale_words(any_db: Database) -> None:
    with any_db.write() as session:
        school(session)
        talk(session, "uno")
        talk(session, "dos")
    with any_db.write() as session:
        session.execute(update(Message).where(col(Message.text) == "uno").values(text=""))
        session.execute(text("DELETE FROM message WHERE text = 'dos'"))
    assert found(any_db, "uno") == found(any_db, "dos") == []


def test_erased_words_leave_the_file(db: Database, tmp_path: Path) -> None:
    with db.write() as session:
        school(session)
        row = talk(session, "unaunicapalabra")
        for n in range(50):
            say(session, row, f"otra{n}")
    with db.write() as session:
        session.exec(select(Message).where(col(Message.text) == "unaunicapalabra")).one().text = ""
        session.flush()
        forget_for_good(session.connection())
    db.close()
    with closing(sqlite3.connect(tmp_path / "bridge.db", isolation_level=None)) as file:
        file.execute("VACUUM")
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"unaunicapalabra" not in (tmp_path / "bridge.db").read_bytes()


def test_an_upgrade_makes_what_was_there_before_findable(any_db: Database) -> None:
    with any_db.write() as session:
        school(session)
        row = talk(session, "de antes", ago=timedelta(days=400))
        say(session, row, "quitado", removed_at=NOW)
        say(session, row, "")
    with any_db.engine.begin() as connection:
        config = migration_config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0003")
    migrate(any_db)
    assert found(any_db, "antes") == [row.id] and found(any_db, "quitado") == []


def test_a_restored_database_finds_what_its_backup_held(any_db: Database, tmp_path: Path) -> None:
    vault = Vault(key_from("", tmp_path))
    with any_db.write() as session:
        school(session)
        row = talk(session, "guardado")
    made = back_up(any_db, vault, tmp_path / "backup.db")
    with any_db.write() as session:
        session.exec(select(Message)).one().text = "cambiado"
        talk(session, "posterior")
    with checked(made.file) as backup:
        restore(any_db, backup, vault, tmp_path, NOW, lambda *_: None)
    assert found(any_db, "guardado") == [row.id] and found(any_db, "cambiado") == found(any_db, "posterior") == []
    with any_db.write() as session:
        say(session, session.exec(select(Conversation)).one(), "todavía")
    assert found(any_db, "todavia") == [row.id]


def rows_kept(session: Session) -> int:
    return len(session.exec(select(MessageWords)).all())


def test_a_photo_without_words_takes_no_row(any_db: Database) -> None:
    with any_db.write() as session:
        school(session)
        talk(session, "")
        talk(session, "😀")
        assert rows_kept(session) == 0

"""Erasing a person: two say so, and nothing personal is left in the rows, in the file, or after an older backup came back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text
from sqlmodel import Session, select

from config.mistake import Mistake
from models.audit import Audit
from models.card import open_cards
from models.conversation import Conversation, Message, Visitor
from models.database import Database
from models.delivery import Delivery
from models.erasure import Erasure, open_erasures
from models.hint import Hint
from models.staff import StaffMember
from models.vault import Vault
from tests.upkeep.people_rows import NAME, NOW, ROSA, birds_in, birds_in_rows, fill
from upkeep.backup import back_up
from upkeep.erase import Outcome, alone, ask_or_confirm, refuse
from upkeep.erased_list import read_list
from upkeep.pause import count_round, notice
from upkeep.restore import checked, restore
from upkeep.scrub import clean_up
from upkeep.whole_person import whole_person

VAULT = Vault(Fernet.generate_key().decode())
OFFICE, OLA, MARIA, AMINA, PAT = (f"{one}@maple.example" for one in ("office", "ola", "maria", "amina", "pat"))


def say(db: Database, data: Path, email: str, asked: str = ROSA, why: str = "") -> Outcome:
    with db.write() as session:
        return ask_or_confirm(session, data, "maple", asked, email, NOW, why)


def erase(db: Database, data: Path, asked: str = ROSA) -> Outcome:
    say(db, data, MARIA, asked)
    return say(db, data, OFFICE, asked)


def test_two_people_s_word_takes_every_personal_string_out_of_the_rows(any_db: Database, tmp_path: Path) -> None:
    fill(any_db)
    assert set(birds_in_rows(any_db)) >= {"id in visitor.external_id", "webhook in hint.body", "error in attempt.error"}
    assert say(any_db, tmp_path, MARIA, why="They called and asked for it").state == "asked"
    assert birds_in_rows(any_db), "nothing goes at one person's word"
    done = say(any_db, tmp_path, OFFICE)
    assert done.state == "done" and birds_in_rows(any_db) == []
    assert done.row.counts | {"audit": 1} == done.row.counts
    assert {name: done.row.counts[name] for name in ("visitors", "conversations", "hints", "drafts", "posts")} == {
        "visitors": 1, "conversations": 2, "hints": 1, "drafts": 1, "posts": 1,
    }  # fmt: skip


def test_others_keep_what_is_theirs(any_db: Database, tmp_path: Path) -> None:
    ids = fill(any_db)
    erase(any_db, tmp_path)
    with any_db.read() as session:
        other = session.exec(select(Message).where(Message.id == ids["said"])).one()
        assert (other.text, other.author) == ("What time does it begin?", "Ali Other")
        assert session.exec(select(Conversation.state).where(Conversation.id == ids["other"])).one() == "open"
        assert session.exec(select(Visitor.name).where(Visitor.school == "oak")).one() == "Rosa of Oak"
        assert [one.digest for one in session.exec(select(Hint))] == ["2"]
        notes = session.exec(select(Message.text).where(Message.direction == "note", Message.text != "")).all()
        assert notes == ["Same question as […]"]


def test_what_is_left_counts_and_says_that_it_was_erased(db: Database, tmp_path: Path) -> None:
    ids = fill(db)
    erase(db, tmp_path)
    with db.read() as session:
        talk = session.get_one(Conversation, ids["talk"])
        assert (talk.state, talk.closed_reason, talk.language, talk.assignee) == ("closed", "erased", "es", MARIA)
        assert talk.comment_external_id.startswith("erased:")
        owed = session.exec(select(Delivery).where(Delivery.target == ids["due"])).one()
        assert owed.state == "dropped", "nothing more is sent to them"
        told = session.exec(select(Audit).order_by(Audit.at, Audit.id)).all()
        assert {(one.by, one.what) for one in told} >= {(MARIA, "ask to erase"), (OFFICE, "erase")}
        assert [one.why for one in told if one.subject == ids["talk"]].count("Maria speaks Spanish") == 1
        [row] = session.exec(select(Erasure)).all()
        assert (row.asked_by, row.confirmed_by, row.done_at) == (MARIA, OFFICE, NOW) and ROSA not in row.person
    with pytest.raises(Mistake, match="Nothing is held"):
        say(db, tmp_path, MARIA)


def test_a_nameless_thread_is_erased_by_its_conversation(any_db: Database, tmp_path: Path) -> None:
    ids = fill(any_db)
    assert erase(any_db, tmp_path, ids["nameless"]).state == "done"
    with any_db.read() as session:
        assert session.get_one(Conversation, ids["nameless"]).closed_reason == "erased"
        assert session.exec(select(Message).where(Message.text == "Nobody knows my name")).first() is None
        assert session.get_one(Conversation, ids["talk"]).closed_reason == ""


# --- who may


@pytest.mark.parametrize(("first", "second"), [(MARIA, MARIA), (MARIA, AMINA), (OFFICE, OFFICE), (MARIA, PAT)])
def test_one_person_or_two_without_an_owner_cannot(db: Database, tmp_path: Path, first: str, second: str) -> None:
    fill(db)
    say(db, tmp_path, first)
    with pytest.raises(Mistake):
        say(db, tmp_path, second)
    assert birds_in_rows(db)


@pytest.mark.parametrize(("first", "second"), [(OFFICE, OLA), (OFFICE, MARIA), (MARIA, OLA)])
def test_two_with_an_owner_can(db: Database, tmp_path: Path, first: str, second: str) -> None:
    fill(db)
    say(db, tmp_path, first)
    assert say(db, tmp_path, second).state == "done"


def test_the_others_are_told_by_a_card_without_the_person(db: Database, tmp_path: Path) -> None:
    fill(db)
    say(db, tmp_path, MARIA)
    with db.read() as session:
        card = next(one for one in open_cards(session, "maple") if one.kind == "erasure")
        assert birds_in(card.message.encode()) == [] and "Maria" in card.message
    say(db, tmp_path, OFFICE)
    with db.read() as session:
        assert [one.kind for one in open_cards(session, "maple")] == []


def test_a_wish_can_be_refused_and_asked_again(db: Database, tmp_path: Path) -> None:
    fill(db)
    say(db, tmp_path, MARIA)
    with db.write() as session:
        assert refuse(session, whole_person(session, "maple", ROSA), OFFICE, NOW).state == "refused"
        assert open_erasures(session, "maple") == [] and open_cards(session, "maple")[0].kind == "duplicate"
    assert erase(db, tmp_path).state == "done" and birds_in_rows(db) == []


def test_a_reason_that_names_them_is_refused_since_it_would_stay(db: Database, tmp_path: Path) -> None:
    fill(db)
    for why in (f"{NAME} called", "Mrs. gómez called", f"id {ROSA}"):
        with pytest.raises(Mistake, match="without their name"):
            say(db, tmp_path, MARIA, why=why)


def test_where_nobody_else_could_confirm_an_owner_may_alone_with_a_reason(db: Database, tmp_path: Path) -> None:
    fill(db)
    with db.write() as session:
        for person in session.exec(select(StaffMember).where(StaffMember.email != OFFICE)):
            person.off_at = NOW
    with pytest.raises(Mistake, match=r"export --person.*--alone --why"):
        say(db, tmp_path, OFFICE)
    with db.write() as session, pytest.raises(Mistake, match="reason is needed"):
        alone(session, tmp_path, "maple", ROSA, OFFICE, NOW, "")
    with db.write() as session:
        assert alone(session, tmp_path, "maple", ROSA, OFFICE, NOW, "They asked by letter").state == "done"
        told = session.exec(select(Audit).where(Audit.what == "erase")).one()
        assert told.details["alone"] is True and told.why == "They asked by letter"
    assert birds_in_rows(db) == []


def test_alone_is_refused_where_somebody_else_could_confirm(db: Database, tmp_path: Path) -> None:
    fill(db)
    with db.write() as session, pytest.raises(Mistake, match="can confirm it"):
        alone(session, tmp_path, "maple", ROSA, OFFICE, NOW, "In a hurry")


def test_an_answer_that_is_on_its_way_is_waited_for(db: Database, tmp_path: Path) -> None:
    ids = fill(db)
    say(db, tmp_path, MARIA)
    with db.write() as session:
        session.exec(select(Delivery).where(Delivery.target == ids["due"])).one().state = "unsure"
    with pytest.raises(Mistake, match="on its way"):
        say(db, tmp_path, OFFICE)
    assert birds_in_rows(db)


# --- the file beneath


def test_no_byte_of_them_is_left_in_sqlite_s_file_or_its_log(db: Database, tmp_path: Path) -> None:
    fill(db, away=False)
    found = "SELECT count(*) FROM message_found WHERE message_found MATCH 'kanarienvogel'"
    with db.read() as session:
        assert session.execute(text(found)).scalar()
    with db.write() as session:  # and what was overwritten before
        for row in session.exec(select(Message).where(Message.author_external_id == ROSA)):
            row.text += " edited" * 300
    assert len(birds_in(_bytes(tmp_path))) > 12
    erase(db, tmp_path)
    assert clean_up(db, NOW)
    assert birds_in(_bytes(tmp_path)) == [] and b"kanarienvogel" not in _bytes(tmp_path).lower()
    with db.read() as session:
        assert not session.execute(text(found)).scalar()
        assert session.exec(select(Erasure)).one().cleaned_at == NOW


def test_a_reader_in_the_way_is_told_and_the_file_is_cleaned_later(db: Database, tmp_path: Path) -> None:
    fill(db, away=False)
    erase(db, tmp_path)
    with Session(db._reader) as reader:
        reader.execute(text("SELECT count(*) FROM message")).all()
        assert clean_up(db, NOW, wait=50) is False
    assert clean_up(db, NOW) and birds_in(_bytes(tmp_path)) == []


def _bytes(folder: Path) -> bytes:
    return b"".join(one.read_bytes() for one in folder.glob("bridge.db*"))


# --- older backups


@pytest.fixture
def backup(any_db: Database, tmp_path: Path) -> Iterator[Path]:
    """From before the erasure, with all that there was."""
    fill(any_db)
    file = tmp_path / "before.backup"
    back_up(any_db, VAULT, file)
    yield file


def test_an_older_backup_that_is_restored_loses_them_again(any_db: Database, backup: Path, tmp_path: Path) -> None:
    erase(any_db, tmp_path)
    done = _restore(any_db, backup, tmp_path)
    assert done == 1 and birds_in_rows(any_db) == []
    with any_db.read() as session:
        assert session.exec(select(Audit).where(Audit.what == "erase again")).one().by == ""
        assert session.exec(select(Erasure)).one().comments
        assert session.exec(select(Visitor.name).where(Visitor.external_id == "7702")).one() == "Ali Other"


def test_even_where_the_database_was_lost_the_list_beside_it_remembers(db: Database, tmp_path: Path) -> None:
    ids = fill(db)
    back_up(db, VAULT, tmp_path / "before.backup")
    erase(db, tmp_path)
    erase(db, tmp_path, ids["nameless"])
    listed = (tmp_path / "erased.jsonl").read_bytes()
    assert birds_in(listed) == [] and (tmp_path / "erased.jsonl").stat().st_mode & 0o777 == 0o600
    with (tmp_path / "erased.jsonl").open("ab") as file:
        file.write(b'{"id": "half')
    assert len(read_list(tmp_path)) == 2
    with db.write() as session:
        for row in session.exec(select(Erasure)):
            session.delete(row)
    assert _restore(db, tmp_path / "before.backup", tmp_path) == 2
    assert birds_in_rows(db) == []
    with db.read() as session:
        assert session.exec(select(Message).where(Message.text == "Nobody knows my name")).first() is None


def test_an_older_file_that_is_put_back_by_hand_loses_them_again(db: Database, tmp_path: Path) -> None:
    fill(db)
    notice(db, tmp_path, NOW)
    count_round(db, tmp_path, NOW)
    back_up(db, VAULT, tmp_path / "by-hand.db")
    erase(db, tmp_path)
    count_round(db, tmp_path, NOW)
    older = Database(f"sqlite:///{tmp_path / 'by-hand.db'}")
    shutil.copy(tmp_path / "bridge.db.instance", tmp_path / "by-hand.db.instance")
    assert birds_in_rows(older) and notice(older, tmp_path, NOW)
    assert birds_in_rows(older) == []
    assert clean_up(older, NOW) and birds_in((tmp_path / "by-hand.db").read_bytes()) in ([], ["id"])
    older.close()


def test_a_backup_from_after_the_erasure_keeps_what_they_wrote_since(db: Database, tmp_path: Path) -> None:
    fill(db)
    erase(db, tmp_path)
    later = NOW + timedelta(days=3)
    with db.write() as session:
        who = Visitor(school="maple", page="pta-page", external_id=ROSA, name=NAME, first_seen_at=later)
        session.add(who)
        session.flush()
        session.add(
            Conversation(
                school="maple", page="pta-page", post_external_id="10001_400", comment_external_id="10001_400_99",
                visitor_id=who.id, author_name=NAME, author_external_id=ROSA, state="open", opened_at=later, updated_at=later,
            )
        )  # fmt: skip
    back_up(db, VAULT, tmp_path / "after.backup")
    assert _restore(db, tmp_path / "after.backup", tmp_path) == 0
    with db.read() as session:
        assert session.exec(select(Conversation.author_name).where(Conversation.state == "open")).all().count(NAME) == 1
        kept = select(Visitor.name).where(Visitor.school == "maple", Visitor.external_id == ROSA)
        assert session.exec(kept).one() == NAME


def _restore(db: Database, file: Path, data: Path) -> int:
    with checked(file) as copy:
        return restore(db, copy, VAULT, data, NOW, lambda *_: None).forgotten

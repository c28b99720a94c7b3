from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models.audit import note, of_subject, pages_of, redact
from models.database import Database
from tests.models.rows import NOW, school


@pytest.mark.parametrize("wish", ["UPDATE audit SET why = 'x'", "DELETE FROM audit"])
def test_the_audit_is_only_ever_added_to(any_db: Database, wish: str) -> None:
    with any_db.write() as session:
        session.add(school())
        session.flush()
        note(session, "maple", NOW, "maria@maple.example", "close", "co_1", why="answered")
    with pytest.raises(DBAPIError, match="only ever added to"), any_db.write() as session:
        session.connection().execute(text(wish))
    with any_db.read() as session:
        assert [one.why for one in of_subject(session, "maple", "co_1")] == ["answered"]


def test_only_the_typed_reason_of_an_erased_person_can_go_and_only_by_the_door_for_it(any_db: Database) -> None:
    with any_db.write() as session:
        session.add(school())
        session.flush()
        note(session, "maple", NOW, "maria@maple.example", "hide message", "me_1", why="rude: Rosa", more="Rosa")
        note(session, "maple", NOW, "maria@maple.example", "close", "co_1", why="answered")
    with any_db.write() as session:
        rows = {one.subject: one.id for one in pages_of(session, "maple", 10)}
        redact(session, "maple", [rows["me_1"]])
    with any_db.read() as session:
        [gone], [kept] = of_subject(session, "maple", "me_1"), of_subject(session, "maple", "co_1")
        assert (gone.by, gone.what, gone.why, gone.details) == ("maria@maple.example", "hide message", "(erased)", {})
        assert kept.why == "answered"
    with pytest.raises(DBAPIError, match="only ever added to"), any_db.write() as session:
        session.connection().execute(text("UPDATE audit SET why = ''"))


def test_pages_of_the_audit_hold_each_row_once_whatever_happens_at_one_moment(any_db: Database) -> None:
    with any_db.write() as session:
        session.add_all([school(), school("oak")])
        session.flush()
        for number in range(11):
            at = NOW - timedelta(minutes=number // 4)
            note(session, "maple", at, f"p{number % 2}@maple.example", "reply", f"co_{number}")
        note(session, "oak", NOW, "zoe@oak.example", "reply", "co_oak")
    with any_db.read() as session:
        found, before = list[str](), None
        while rows := pages_of(session, "maple", 3, before=before):
            found += [one.subject for one in rows]
            before = (rows[-1].at, rows[-1].id)
        assert len(found) == 11 and set(found) == {f"co_{number}" for number in range(11)}
        assert {one.by for one in pages_of(session, "maple", 99, by="p1@maple.example")} == {"p1@maple.example"}
        assert [one.subject for one in pages_of(session, "maple", 99, subject="co_3")] == ["co_3"]

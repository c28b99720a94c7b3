from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models.audit import note, of_subject
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

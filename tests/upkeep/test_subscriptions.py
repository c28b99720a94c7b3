from __future__ import annotations

import pytest

from config.mistake import Mistake
from models.center import feed_by_token, feeds
from models.database import Database
from tests.models.rows import NOW, school
from upkeep import subscriptions


def test_an_address_opens_by_its_token_of_which_only_a_digest_is_kept(db: Database) -> None:
    with db.write() as session:
        session.add(school())
        session.flush()
        row, token = subscriptions.give_out(session, "maple", center="", category="PTA", now=NOW)
    assert len(token) >= 22 and token not in str(row.model_dump())
    with db.read() as session:
        found = feed_by_token(session, subscriptions.digest(token))
        assert found is not None and found.id == row.id
        assert feed_by_token(session, token) is None


def test_an_address_that_is_revoked_opens_nothing_and_stays_revoked_since_then(db: Database) -> None:
    with db.write() as session:
        session.add(school())
        session.flush()
        row, token = subscriptions.give_out(session, "maple", center="", category="", now=NOW)
        session.flush()
        subscriptions.revoke(session, "maple", row.id, NOW)
        session.flush()
        assert feed_by_token(session, subscriptions.digest(token)) is None
        assert feeds(session, "maple")[0].revoked_at == NOW


def test_an_address_is_revoked_only_by_its_own_school(db: Database) -> None:
    with db.write() as session:
        session.add_all([school(), school("oak")])
        session.flush()
        row, _ = subscriptions.give_out(session, "maple", center="", category="", now=NOW)
        session.flush()
        with pytest.raises(Mistake, match="There is no calendar address"):
            subscriptions.revoke(session, "oak", row.id, NOW)


def test_a_center_that_does_not_exist_gets_no_address(db: Database) -> None:
    with db.write() as session:
        session.add(school())
        session.flush()
        with pytest.raises(Mistake, match="maple has no center nowhere"):
            subscriptions.give_out(session, "maple", center="nowhere", category="", now=NOW)


def test_the_address_is_where_families_reach_this_server() -> None:
    assert subscriptions.address("https://bridge.example", "abc") == "https://bridge.example/feeds/abc.ics"


def test_programs_open_it_by_webcal_and_people_by_its_page() -> None:
    assert subscriptions.webcal("https://bridge.example", "abc") == "webcal://bridge.example/feeds/abc.ics"
    assert subscriptions.webcal("http://127.0.0.1:8000", "abc") == "webcal://127.0.0.1:8000/feeds/abc.ics"
    assert subscriptions.page("https://bridge.example", "abc") == "https://bridge.example/feeds/abc"

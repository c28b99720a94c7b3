"""What is held of a page of many years: what is spoken on at hand, all else where somebody asks for it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from inbox.held import Held, held, held_under
from models.database import Database
from models.erasure import TOMB
from models.page import PagePost
from tests.models.rows import NOW
from tests.models.talks import say, school, talk

DAY = timedelta(days=1)
PAGE = ("maple", "pta-page")


def stands(session: Session, name: str, ago: timedelta, gone_at: datetime | None = None) -> str:
    session.add(
        PagePost(school="maple", page="pta-page", external_id=name, created_at=NOW - ago, message="…", gone_at=gone_at)
    )
    session.flush()
    return name


def fill(session: Session) -> None:
    school(session)
    talk(session, "nuevo", post=stands(session, "10001_1", DAY), ago=DAY)
    talk(session, "de antes", post=stands(session, "10001_2", 400 * DAY), ago=390 * DAY, language="so")
    row = talk(session, "de antes", post=stands(session, "10001_3", 400 * DAY), ago=390 * DAY)
    say(session, row, "otra vez", NOW - DAY)  # not on Facebook yet
    row.updated_at = NOW - DAY
    talk(session, "se fue", post=stands(session, "10001_4", DAY, gone_at=NOW), ago=DAY)


def read(db: Database, hinted: tuple[str, ...] = (), tombs: bool = False) -> Held:
    with db.read() as session:
        return held(db, session, *PAGE, NOW, hinted, tombs=tombs)


def texts(found: Held, post: str) -> list[str]:
    return sorted(one.text for one in found.under(post))


def test_young_posts_and_old_ones_that_are_spoken_on_are_at_hand(any_db: Database) -> None:
    with any_db.write() as session:
        fill(session)
    found = read(any_db)
    assert {name: len(rows) for name, rows in found.messages.items()} == {"1": 1, "3": 2}
    assert [found.is_drawing(one, NOW) for one in ("10001_1", "10001_2", "10001_3")] == [True, False, True]


def test_what_was_said_under_any_other_post_is_found_when_it_is_asked_for(db: Database) -> None:
    with db.write() as session:
        fill(session)
    found = read(db)
    assert texts(found, "10001_2") == ["de antes"] and found.under("10001_2") is found.under("10001_2")
    assert texts(found, "10001_4") == texts(found, "10001_77") == []
    assert sorted(one.language for one in found.received()) == ["es", "es", "so"], "without what is gone"


def test_what_a_webhook_names_is_at_hand(db: Database) -> None:
    with db.write() as session:
        fill(session)
    assert "2" in read(db, hinted=("10001_2",)).messages


def test_what_stands_for_erased_words_is_known_wherever_it_stood(db: Database) -> None:
    with db.write() as session:
        fill(session)
        row = talk(session, "", post="10001_2", ago=390 * DAY)
        say(session, row, "", NOW - 390 * DAY, external_id=f"{TOMB}1")
    assert [one.external_id for one in read(db, tombs=True).tombs] == [f"{TOMB}1"]
    assert not read(db).tombs


def test_who_writes_has_the_post_they_write_under_however_old_or_spelled(db: Database) -> None:
    with db.write() as session:
        fill(session)
    with db.read() as session:
        found = held_under(session, *PAGE, ["777_2"])
        assert texts(found, "10001_2") == ["de antes"] and len(found.conversations["2"]) == 1
        assert set(found.messages) == {"2"} and len(found.posts) == 4

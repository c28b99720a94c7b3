"""Who looks at which pages when several machines poll together."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlmodel import Session, select

from config.settings import Settings
from connector.doors import Doors
from inbox.collect import collect
from inbox.glance import Glanced
from inbox.language.guess import Guesser
from models.database import Database
from models.page import Page, due_pages
from models.school import School
from models.vault import Vault
from rehearsal.facebook import happenings, towns
from rehearsal.facebook.server import PretendFacebook
from schedulers.house import House
from schedulers.poll import TAKEN, look, pick
from schedulers.wishes import Wish, comments_of
from tests.models import rows

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
SOON = NOW + timedelta(minutes=1)


def add(db: Database, school: str, **pages: datetime | None) -> None:
    """A school with pages, each with the time when it is looked at next."""
    with db.write() as session:
        session.add(rows.school(school))
        session.flush()
        for slug, at in pages.items():
            session.add(rows.page(school, slug=slug, poll_at=at))


def test_pages_that_are_due_in_any_school_are_picked_and_who_waited_longest_first(any_db: Database) -> None:
    add(any_db, "maple", a=NOW, b=SOON, c=None, off=NOW)
    add(any_db, "oak", a=NOW - timedelta(hours=1))
    add(any_db, "closed", a=NOW)
    with any_db.write() as session:
        session.get_one(Page, ("maple", "off")).off_at = NOW
        session.get_one(School, "closed").off_at = NOW
    with any_db.write() as session:
        assert pick(session, NOW, take=True) == [[("maple", "c"), ("oak", "a"), ("maple", "a")]]


def test_a_time_that_a_wrong_clock_gave_does_not_silence_a_page(any_db: Database) -> None:
    add(any_db, "maple", a=NOW + timedelta(days=365), b=NOW + timedelta(hours=20))
    with any_db.read() as session:
        assert due_pages(session, NOW, 9) == [("maple", "a")]


def test_who_is_picked_comes_again_only_after_a_minute(any_db: Database) -> None:
    add(any_db, "maple", a=None)
    with any_db.write() as session:
        assert pick(session, NOW, take=True) == [[("maple", "a")]]
    with any_db.write() as session:
        assert pick(session, NOW + TAKEN - timedelta(seconds=1), take=True) == []
    with any_db.write() as session:
        assert pick(session, NOW + TAKEN, take=True) == [[("maple", "a")]]


def test_to_see_whether_any_is_due_takes_none(any_db: Database) -> None:
    add(any_db, "maple", a=None)
    for _ in range(2):
        with any_db.read() as session:
            assert pick(session, NOW, take=False) == [[("maple", "a")]]


def test_pages_come_in_chunks_of_fifty(db: Database) -> None:
    add(db, "maple", **{f"p{number:03}": None for number in range(120)})
    with db.write() as session:
        assert [len(one) for one in pick(session, NOW, take=True)] == [50, 50, 20]


def test_two_who_pick_at_the_same_time_never_have_the_same_page(shared_postgres: str) -> None:
    db = Database(shared_postgres).everywhere
    add(db, "maple", **{f"p{number:03}": None for number in range(60)})
    first, second, both = [], [], threading.Barrier(2, timeout=30)
    with db.write() as session:
        first += due_pages(session, NOW, 40, hold=True)

        def other() -> None:
            with db.write() as session:
                second.extend(pick(session, NOW, take=True))
            both.wait()

        threading.Thread(target=other, daemon=True).start()
        both.wait()
    assert len(first) == 40
    assert len(second[0]) == 20
    assert not {*first} & {*second[0]}
    db.close()


# --- one look


@pytest.fixture
def facebook() -> Iterator[PretendFacebook]:
    with PretendFacebook() as running:
        running.world.clock = NOW.timestamp
        yield running


@pytest.fixture
def house(any_db: Database, facebook: PretendFacebook, tmp_path: Path) -> House:
    """Two schools with a page each, both known to be quiet."""
    vault, doors = Vault(Fernet.generate_key().decode()), Doors(graph_url=facebook.url, app_secret=towns.APP_SECRET)
    world = facebook.world
    for school, page_id in (("maple", towns.PAGE_ID), ("oak", "10002")):
        _, token = towns.add_page(world, page_id, school)
        happenings.add_post(world, page_id, "Fall Festival")
        with any_db.write() as session:
            session.add(rows.school(school))
            session.flush()
            session.add(
                rows.page(
                    school, slug="pta", facebook_id=page_id, token_kind="page", token_sealed=vault.seal(token.value)
                )
            )
    here = House(any_db, doors, vault, Settings(data=tmp_path), {}, Guesser(()), lambda: NOW)
    for school in ("maple", "oak") * 2:
        collect(here.db, doors, vault, here.guesser, school, "pta", NOW)
    return here


def test_a_look_over_two_schools_asks_for_the_page_with_news_and_for_no_other(
    house: House, facebook: PretendFacebook
) -> None:
    post = next(one for one in facebook.world.posts.values() if one.page_id == "10002")
    happenings.add_comment(facebook.world, post, "What time does it start?", author_id="77001")
    asked: list[Wish] = []

    def ask(session: Session, *wishes: Wish) -> None:
        asked.extend(wishes)

    calls = len(facebook.world.calls)
    chunk = [("maple", "pta"), ("oak", "pta")]
    assert look(house, ask, chunk) == Glanced(news=(("oak", "pta"),), quiet=(("maple", "pta"),))
    assert asked == [comments_of("oak", "pta")]
    made = list(facebook.world.calls)[calls:]
    assert sorted((one["path"], one["in_batch"]) for one in made) == [
        ("/", False), ("/10001/feed", True), ("/10002/feed", True),
    ]  # fmt: skip


def test_what_was_asked_for_and_what_was_noted_stand_or_fall_together(house: House) -> None:
    with house.db.write() as session:
        session.get_one(Page, ("oak", "pta")).quiet = ""
        session.get_one(Page, ("maple", "pta")).poll_at = None

    def ask(session: Session, *wishes: Wish) -> None:
        raise RuntimeError("no queue")

    with pytest.raises(RuntimeError):
        look(house, ask, [("maple", "pta"), ("oak", "pta")])
    with house.db.read() as session:
        assert session.exec(select(Page.poll_at).where(Page.school == "maple")).one() is None

"""Cards follow from the rows of pages: one open card for one trouble, today's sentence, closed when it is mended."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import event

from config.mistake import Mistake
from models.card import Card, cards, open_cards, show_card, told
from models.database import Database
from models.page import page
from models.staff import StaffMember
from tests.models import rows
from upkeep.cards import close_by_hand, keep_cards, troubles
from upkeep.release import release

NOW = rows.NOW


@pytest.fixture
def school(any_db: Database) -> Database:
    with any_db.write() as session:
        session.add(rows.school())
        session.flush()
        session.add(rows.page())
        for email, role in (("office@maple.example", "owner"), ("staff@maple.example", "staff")):
            session.add(StaffMember(school="maple", email=email, name=email, role=role, made_by="site"))
    return any_db


def change(db: Database, **columns: object) -> None:
    with db.write() as session:
        row = page(session, "maple", "pta-page")
        for name, value in columns.items():
            setattr(row, name, value)


def all_cards(db: Database) -> list[Card]:
    with db.read() as session:
        return cards(session, "maple")


def test_one_card_for_one_dead_token_with_todays_sentence(school: Database) -> None:
    change(school, token_problem="It has expired: connect the Page again.", dead_since=NOW)
    keep_cards(school, "maple", NOW)
    change(school, token_problem="pta-page: The app was removed: allow it again.")
    (card,) = keep_cards(school, "maple", NOW + timedelta(hours=1))
    assert (card.kind, card.subject, card.opened_at) == ("token", "pta-page", NOW)
    assert card.message == "pta-page: The app was removed: allow it again."
    change(school, token_problem="", dead_since=None)
    assert keep_cards(school, "maple", NOW + timedelta(hours=2)) == []
    (closed,) = all_cards(school)
    assert closed.closed_at == NOW + timedelta(hours=2) and closed.closed_by == ""


def test_the_same_trouble_again_is_a_card_of_its_own(school: Database) -> None:
    for hour in range(2):
        change(school, blocked_at=NOW)
        keep_cards(school, "maple", NOW + timedelta(hours=2 * hour))
        change(school, blocked_at=None)
        keep_cards(school, "maple", NOW + timedelta(hours=2 * hour + 1))
    assert len(all_cards(school)) == 2


@pytest.mark.parametrize("column", ["token_expires_at", "data_access_expires_at"])
@pytest.mark.parametrize(("days", "foretold"), [(15, False), (13, True), (7, True), (-1, True)])
def test_what_ends_is_foretold_two_weeks_before(column: str, days: int, foretold: bool) -> None:
    found = troubles([rows.page(**{column: NOW + timedelta(days=days)})], NOW)
    assert (("expiry", "pta-page") in found) == foretold
    if foretold:
        assert f"{NOW + timedelta(days=days):%Y-%m-%d}" in found["expiry", "pta-page"]


def test_a_token_that_dies_after_it_was_foretold_is_a_new_card_so_that_it_is_told_again(school: Database) -> None:
    change(school, token_expires_at=NOW + timedelta(days=3))
    (card,) = keep_cards(school, "maple", NOW)
    with school.write() as session:
        told(session, "maple", card.id, NOW)
    change(school, token_problem="The token has expired: connect the Page again.")
    (dead,) = keep_cards(school, "maple", NOW + timedelta(days=3))
    assert dead.kind == "token" and dead.told_at is None


def test_a_page_that_was_switched_off_has_no_card(school: Database) -> None:
    change(school, token_problem="dead", off_at=None)
    assert keep_cards(school, "maple", NOW)
    change(school, off_at=NOW)
    assert keep_cards(school, "maple", NOW) == []


def test_where_nothing_differs_nothing_is_written(school: Database) -> None:
    change(school, token_problem="dead")
    keep_cards(school, "maple", NOW)
    statements: list[str] = []
    event.listen(school.engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    keep_cards(school, "maple", NOW + timedelta(hours=1))
    assert not [one for one in statements if one.startswith(("INSERT", "UPDATE", "BEGIN IMMEDIATE"))]


def test_cards_of_other_kinds_are_left_alone(school: Database) -> None:
    with school.write() as session:
        show_card(session, "maple", "duplicate", "po_1", "It stands twice.", NOW)
    change(school, token_problem="dead")
    assert {one.kind for one in keep_cards(school, "maple", NOW)} == {"duplicate", "token"}
    change(school, token_problem="")
    assert {one.kind for one in keep_cards(school, "maple", NOW)} == {"duplicate"}


def test_whoever_releases_a_page_closes_its_card(school: Database) -> None:
    change(school, blocked_at=NOW)
    keep_cards(school, "maple", NOW)
    with school.write() as session:
        release(session, "maple", "pta-page", "office@maple.example", NOW)
    (card,) = all_cards(school)
    assert card.closed_by == "office@maple.example"


def _duplicate(db: Database, now: datetime) -> str:
    with db.write() as session:
        return show_card(session, "maple", "duplicate", "po_1", "It stands twice.", now).id


def test_a_person_closes_what_only_a_person_can_know(school: Database) -> None:
    id = _duplicate(school, NOW)
    with school.write() as session:
        close_by_hand(session, "maple", id, "office@maple.example", NOW)
        assert open_cards(session, "maple") == []
    assert all_cards(school)[0].closed_by == "office@maple.example"


def test_nobody_closes_a_card_whose_trouble_is_still_there(school: Database) -> None:
    change(school, token_problem="It has expired: connect the Page again.")
    (card,) = keep_cards(school, "maple", NOW)
    with school.write() as session, pytest.raises(Mistake, match="by itself"):
        close_by_hand(session, "maple", card.id, "office@maple.example", NOW)


@pytest.mark.parametrize("email", ["staff@maple.example", "nobody@maple.example"])
def test_only_owners_and_volunteers_close_cards(school: Database, email: str) -> None:
    id = _duplicate(school, NOW)
    with school.write() as session, pytest.raises(Mistake):
        close_by_hand(session, "maple", id, email, NOW)

"""What is due is found in the rows alone, so that no wake-up that was lost is missed for long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from models.database import Database
from models.delivery import Delivery
from models.hint import HintedPost, keep
from models.page import Page
from models.school import School
from schedulers.jobs import sweep
from schedulers.sweep import due
from schedulers.wishes import HEED, Wish, look_at, owed_in, round_of
from tests.models import rows

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
LATER = NOW + timedelta(minutes=3)


@pytest.fixture
def maple(any_db: Database) -> Database:
    with any_db.write() as session:
        session.add(rows.school(round_at=LATER))
        session.flush()
        session.add(rows.page(poll_at=LATER))
    return any_db


def found(db: Database, now: datetime = NOW, **how: Any) -> list[Wish]:
    with db.write() as session:
        return due(session, now, **how)


def owed(**given: Any) -> Delivery:
    fields: dict[str, Any] = {
        "school": "maple", "kind": "publish", "lane": "page:pta-page", "target": "po_1", "revision": "1", "state": "due",
        "created_at": NOW, "next_at": NOW,
    }  # fmt: skip
    return Delivery(**fields | given)


def test_nothing_is_due_where_nothing_is_to_do(maple: Database) -> None:
    assert found(maple) == []


def test_a_round_is_due_when_its_time_has_come_and_not_again_while_it_is_taken(maple: Database) -> None:
    assert round_of("maple") in found(maple, LATER, taken_for=timedelta(minutes=5))
    assert round_of("maple") not in found(maple, LATER + timedelta(minutes=4))
    assert round_of("maple") in found(maple, LATER + timedelta(minutes=5)), "its worker may have died"


def test_a_round_that_was_lost_is_asked_for_again_after_a_minute_however_slow_the_pace(maple: Database) -> None:
    asked: list[Wish] = []

    def sweep_at(at: datetime) -> int:
        house: Any = SimpleNamespace(db=maple, clock=lambda: at, pace=timedelta(minutes=5))
        sweep(house, lambda session, *wishes: asked.extend(wishes))
        return asked.count(round_of("maple"))

    assert [sweep_at(LATER + timedelta(seconds=later)) for later in (0, 59, 60)] == [1, 1, 2]


def test_a_round_that_was_put_off_by_a_wrong_clock_is_due(maple: Database) -> None:
    with maple.write() as session:
        session.get_one(School, "maple").round_at = NOW + timedelta(days=365)
    assert round_of("maple") in found(maple)


@pytest.mark.parametrize("state", ["due", "unsure", "sending"])
def test_a_lane_is_due_where_something_waits_whatever_became_of_who_sent_it(maple: Database, state: str) -> None:
    with maple.write() as session:
        session.add(owed(state=state))
    assert found(maple) == [owed_in("maple", "page:pta-page")]


def test_what_backs_off_waits_in_its_row(maple: Database) -> None:
    with maple.write() as session:
        session.add(owed(next_at=LATER))
    assert found(maple) == []
    assert owed_in("maple", "page:pta-page") in found(maple, LATER)


@pytest.mark.parametrize(
    "shut", [{"token_problem": "dead"}, {"parked_until": LATER}, {"off_at": NOW}, {"token_kind": "user"}]
)
def test_a_page_to_which_nothing_can_be_sent_is_not_asked_for(maple: Database, shut: dict[str, Any]) -> None:
    with maple.write() as session:
        session.add(owed())
        session.get_one(Page, ("maple", "pta-page")).sqlmodel_update(shut)
    assert found(maple) == []


def test_a_paused_school_sends_nothing(maple: Database) -> None:
    with maple.write() as session:
        session.add(owed())
        session.get_one(School, "maple").paused_at = NOW
    assert found(maple) == []


def test_a_webhook_that_nobody_looked_into_is_found_and_so_is_a_page_that_one_spoke_of(maple: Database) -> None:
    with maple.write() as session:
        session.add(HintedPost(school="maple", page="pta-page", external_id="1_2", hinted_at=NOW))
    assert found(maple) == [HEED]
    with maple.write() as session:
        keep(session, {"d": b"{}"}, NOW)
    assert found(maple) == [HEED]


def test_pages_are_looked_at_when_it_is_their_time_and_taken_by_one(maple: Database) -> None:
    assert look_at([("maple", "pta-page")]) in found(maple, LATER, taken_for=timedelta(minutes=5))
    assert not [one for one in found(maple, LATER) if one.job == "look"]

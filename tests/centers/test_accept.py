"""Where a center wants to say yes to each event: what waits, who may say it, and for how long it holds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.mistake import Mistake
from mirroring.decide import approve, hold
from models.staff import StaffMember
from tests.mirroring.center import Town
from tests.mirroring.feed import many, vevent

FAIR = vevent("fair", "20261208T180000", "LOCATION:Gym")
LATER = vevent("fair", "20261208T190000", "LOCATION:Gym")
CANCELLED = vevent("fair", "20261208T190000", "LOCATION:Gym", "STATUS:CANCELLED")
JO, BO, SAM = "jo@east.example", "bo@west.example", "sam@maple.example"


@pytest.fixture
def asked(town: Town) -> Town:
    town.change_center(accept="person")
    with town.db.write() as session:
        for email, role, center in ((JO, "center", "eastside"), (BO, "center", "westside"), (SAM, "staff", "")):
            session.add(StaffMember(school="maple", email=email, name=email, role=role, center=center, made_by="site"))
    return town


def says(town: Town, decision: object, email: str = JO) -> str:
    with town.db.write() as session:
        return decision(session, "maple", town.entry().id, email, town.now)  # type: ignore[operator]


def test_what_waits_is_put_in_as_it_is_when_somebody_of_the_center_says_yes(asked: Town) -> None:
    asked.round(FAIR)
    asked.round(LATER)
    assert (asked.objects(), asked.entry().state, asked.look().waiting) == ([], "waiting", 1)
    says(asked, approve)
    asked.round()
    assert "20261208T190000" in asked.object()
    assert asked.look().waiting == 0


def test_changes_of_what_was_accepted_need_no_second_yes(asked: Town) -> None:
    asked.round(FAIR)
    says(asked, approve)
    asked.round()
    asked.round(LATER)
    assert "20261208T190000" in asked.object()
    asked.round(CANCELLED)
    assert "STATUS:CANCELLED" in asked.object()
    asked.takes_out()
    asked.round()
    asked.round(FAIR)
    assert "20261208T180000" in asked.object()


def test_what_was_held_stays_out_whatever_it_becomes(asked: Town) -> None:
    asked.round(FAIR)
    says(asked, hold)
    for one in (LATER, CANCELLED, FAIR):
        asked.round(one)
        assert (asked.objects(), asked.entry().state) == ([], "withdrawn")


@pytest.mark.parametrize("email", [BO, SAM])
@pytest.mark.parametrize("decision", [approve, hold])
def test_nobody_of_another_center_decides(asked: Town, email: str, decision: object) -> None:
    asked.round(FAIR)
    with pytest.raises(Mistake, match="may not decide"):
        says(asked, decision, email)
    assert asked.entry().state == "waiting"


def test_what_waits_until_it_is_past_is_forgotten(asked: Town) -> None:
    asked.round(FAIR, *many(2))
    asked.round(later=timedelta(days=9))
    assert len(asked.entries()) == 2


def test_when_the_center_asks_no_longer_what_waited_goes_in(asked: Town) -> None:
    asked.round(FAIR)
    asked.change_center(accept="auto")
    asked.round()
    assert (len(asked.objects()), asked.entry().state) == (1, "sent")


def test_only_its_places_reach_a_center_and_what_moves_away_later_is_still_told(town: Town) -> None:
    town.change_center(places=["GYM"])
    town.round(FAIR, vevent("run", "20261209T180000", "LOCATION:Park"), vevent("talk", "20261209T180000"))
    assert "LOCATION:Gym" in town.object()
    town.round(FAIR.replace("Gym", "Park"), vevent("run", "20261209T180000", "LOCATION:Old Gym"))
    assert sorted("Park" in one for one in town.objects()) == [False, True]

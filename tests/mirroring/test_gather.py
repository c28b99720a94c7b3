"""Rows as the values that plans are made of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mirroring.gather import Gathered, event_facts, gather
from models.database import Database
from models.delivery import Delivery
from models.event import Event, Occurrence
from models.page import page
from models.post import Post
from models.school import schools
from tests.models import rows

NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def house(db: Database) -> Database:
    with db.write() as session:
        for slug in ("maple", "oak"):
            session.add(rows.school(slug))
            session.flush()
            session.add(rows.source(slug))
            session.add(rows.page(slug, facebook_id=slug, include=["Fair"], remind=["1d"]))
    return db


def add(db: Database, start: datetime, school: str = "maple", **changes: Any) -> Event:
    with db.write() as session:
        row = rows.event(school, starts_at=start, ends_at=start + DAY / 24, last_at=start + DAY / 24, **changes)
        session.add(row)
        session.flush()
        session.add(date(row, row, start))
    return row


def date(series: Event, said_by: Event, start: datetime, **changes: Any) -> Occurrence:
    given = {"original_at": start, "starts_at": start, "ends_at": start + DAY / 24, "status": "confirmed"}
    return Occurrence(school=series.school, series=series.id, event_id=said_by.id, **{**given, **changes})


def add_post(db: Database, event: Event, *states: str, **changes: Any) -> Post:
    said = {
        "title": "Book fair", "description": "", "location": "", "starts_at": NOW.isoformat(), "ends_at": NOW.isoformat(),
        "all_day": False, "timezone": "America/Chicago", "status": "confirmed", "rhythm": None,
    }  # fmt: skip
    given = {
        "kind": "announcement", "purpose": f"announcement:{event.id}", "state": "due", "said": {"facts": said},
        "created_at": NOW, "due_at": NOW,
    }  # fmt: skip
    with db.write() as session:
        post = Post(
            school="maple", page="pta-page", event_id=event.id, text="", fingerprint="1",
            **{**given, **changes},
        )  # fmt: skip
        session.add(post)
        session.flush()
        owed: dict[str, Any] = {
            "kind": "publish",
            "lane": "page:pta-page",
            "target": post.id,
            "created_at": NOW,
            "next_at": NOW,
        }
        for number, state in enumerate(states):
            session.add(Delivery(school="maple", revision=str(number), state=state, **owed))
    return post


def gathered(db: Database, school: str = "maple") -> Gathered:
    with db.read() as session:
        return gather(session, schools(session, school)[0], page(session, school, "pta-page"), "", NOW)


def test_only_events_near_enough_to_say_something_are_looked_at(house: Database) -> None:
    near = add(house, NOW + 10 * DAY, uid="near")
    add(house, NOW + 30 * DAY, uid="far")
    add(house, NOW - 10 * DAY, uid="past")
    assert [one.id for one in gathered(house).events] == [near.id]


def test_an_event_that_a_post_speaks_of_is_looked_at_wherever_it_moved(house: Database) -> None:
    far = add(house, NOW + 90 * DAY, uid="far")
    add_post(house, far, state="sent")
    assert [one.id for one in gathered(house).events] == [far.id]


def test_a_school_sees_only_its_own(house: Database) -> None:
    add(house, NOW + DAY, uid="same")
    theirs = add(house, NOW + DAY, "oak", uid="same")
    assert [one.id for one in gathered(house, "oak").events] == [theirs.id]


def test_rules_come_from_the_page_and_times_from_the_school(house: Database) -> None:
    rules = gathered(house).rules
    assert (rules.include, rules.zone, rules.announce, rules.remind) == (("Fair",), "America/Chicago", 14 * DAY, (DAY,))


def test_an_exception_says_its_own_date(house: Database) -> None:
    head = add(house, NOW + 2 * DAY, rhythm='{"frequency": "weekly", "weekdays": []}')
    with house.write() as session:
        moved = rows.event(recurrence_id=NOW + 9 * DAY, series=head.id, title="Fair in the park")
        session.add(moved)
        session.flush()
        session.add(date(head, moved, NOW + 10 * DAY, original_at=NOW + 9 * DAY))
    [event] = gathered(house).events
    assert event.is_series
    assert [(one.facts.title, one.deviates) for one in event.dates] == [
        ("Book fair", False),
        ("Fair in the park", True),
    ]
    assert event.date(NOW + 9 * DAY) == event.dates[1]


def test_an_exception_is_never_taken_for_an_event_of_its_own(house: Database) -> None:
    head = add(house, NOW + 2 * DAY)
    with house.write() as session:
        moved = rows.event(recurrence_id=NOW + 9 * DAY, series=head.id)
        session.add(moved)
    add_post(house, moved, state="sent")
    assert [one.id for one in gathered(house).events] == [head.id]


@pytest.mark.parametrize(
    ("status", "decided", "standing"),
    [("confirmed", "", "on"), ("tentative", "", "on"), ("cancelled", "", "cancelled"), ("missing", "", "missing"),
     ("missing", "kept", "on")],
)  # fmt: skip
def test_how_an_event_stands(house: Database, status: str, decided: str, standing: str) -> None:
    add(house, NOW + DAY, status=status, missing_decided=decided)
    assert gathered(house).events[0].standing == standing


@pytest.mark.parametrize(
    ("states", "busy", "queued"),
    [((), False, False), (("due",), False, True), (("sending",), True, False), (("sent", "unsure"), True, False),
     (("needs-person",), True, False), (("superseded", "sent"), False, False)],
)  # fmt: skip
def test_what_is_under_way_is_told_to_the_plan(
    house: Database, states: tuple[str, ...], busy: bool, queued: bool
) -> None:
    add_post(house, add(house, NOW + DAY), *states)
    [post] = gathered(house).standing
    assert (post.busy, post.queued) == (busy, queued)


def test_times_are_told_on_the_schools_clock_but_all_day_events_keep_their_days() -> None:
    elsewhere = rows.event(timezone="America/New_York")
    assert event_facts(elsewhere, "America/Chicago").timezone == "America/Chicago"
    assert event_facts(rows.event(timezone="UTC", all_day=True), "America/Chicago").timezone == "UTC"


def test_of_former_years_only_what_goes_on_is_looked_at(house: Database) -> None:
    """A page that is ten years old has thousands of posts; a round looks at this year's, and at what is still to come."""
    long_ago = NOW - 500 * DAY
    over, goes_on, late = (
        add(house, long_ago, uid="over"),
        add(house, long_ago, uid="club"),
        add(house, long_ago, uid="late"),
    )
    with house.write() as session:
        session.add(date(goes_on, goes_on, NOW + 3 * DAY))
        session.get_one(Event, goes_on.id).last_at = NOW + 4 * DAY
    add_post(house, over, state="sent", created_at=long_ago, external_id="1_1")
    stands = add_post(house, goes_on, state="sent", created_at=long_ago, external_id="1_2")
    unsent = add_post(house, late, state="waiting", created_at=long_ago)
    found = gathered(house)
    assert {one.id for one in found.standing} == {stands.id, unsent.id}
    assert {one.id for one in found.events} == {goes_on.id, late.id}

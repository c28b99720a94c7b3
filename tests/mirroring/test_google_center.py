"""A center's Google calendar, kept in step in whole rounds: against the stand-in, never against Google itself."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from mirroring.double_booking import find_double_bookings
from models.card import open_cards
from models.database import Database
from models.migrate import migrate
from models.school import schools
from outbox.ledger import Outbox
from outbox.reconcile import read_back
from rehearsal.google.refusals import Refusal, throttled
from rehearsal.google.server import PretendGoogle
from tests.mirroring.feed import MOVED, WEEKLY, many, vevent
from tests.mirroring.google_center import GoogleTown

FAIR = vevent("fair", "20261208T180000", "LOCATION:Gym")
LATER = vevent("fair", "20261208T190000", "LOCATION:Gym")
CANCELLED = vevent("fair", "20261208T180000", "LOCATION:Gym", "STATUS:CANCELLED")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database, made once and copied for each test: making one takes longer than a test."""
    path = tmp_path_factory.mktemp("google") / "empty.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.close()
    return path


@pytest.fixture
def town(empty: Path, tmp_path: Path) -> Iterator[GoogleTown]:
    database = Database(f"sqlite:///{shutil.copy(empty, tmp_path / 'bridge.db')}")
    with PretendGoogle() as google:
        yield GoogleTown(database, google, tmp_path)
    database.close()


def test_an_event_is_put_in_by_its_uid(town: GoogleTown) -> None:
    town.round(FAIR)
    assert (town.event()["iCalUID"], town.event()["summary"], town.event()["location"]) == ("fair", "Book fair", "Gym")
    assert town.entry().state == "sent"


def test_a_second_round_asks_once_and_writes_nothing(town: GoogleTown) -> None:
    town.round(FAIR, WEEKLY, MOVED)
    town.round()
    before = {id: one["etag"] for id, one in town.calendar.events.items()}
    assert town.round().sent == 0
    assert town.google.methods() == ["GET"]
    assert {id: one["etag"] for id, one in town.calendar.events.items()} == before


def test_a_new_time_reaches_it_and_what_they_added_stays(town: GoogleTown) -> None:
    town.round(FAIR)
    town.calendar.patch(town.event()["id"], {"colorId": "5", "attendees": [{"email": "rosa@center.example"}]})
    town.round(LATER)
    event = town.event()
    assert "T19:00" in event["start"]["dateTime"]
    assert (event["colorId"], event["attendees"]) == ("5", [{"email": "rosa@center.example"}])


def test_a_new_time_reaches_it_also_where_a_person_had_changed_it(town: GoogleTown) -> None:
    town.round(FAIR)
    edited = {"start": {"dateTime": "2026-12-09T10:00:00-06:00"}, "end": {"dateTime": "2026-12-09T12:00:00-06:00"}}
    town.calendar.patch(town.event()["id"], edited)
    town.round()
    town.round(LATER)
    assert town.event()["start"]["dateTime"] == "2026-12-08T19:00:00-06:00"


def test_cancelled_stays_in_view_until_it_is_past_and_then_goes(town: GoogleTown) -> None:
    town.round(FAIR)
    town.round(CANCELLED)
    assert town.event()["summary"] == "Cancelled: Book fair"
    town.round(later=timedelta(days=10))
    assert town.events() == []
    assert town.entry().state == "removed"


def test_a_series_with_a_moved_date_is_one_event_with_one_exception(town: GoogleTown) -> None:
    town.round(WEEKLY, MOVED)
    assert town.event()["recurrence"] == ["RRULE:FREQ=WEEKLY;COUNT=6"]
    [moved] = town.calendar.exceptions(town.event()["id"])
    assert moved["start"]["dateTime"].startswith("2026-12-11T16:00")
    town.round(WEEKLY)
    starts = [one["start"]["dateTime"][:10] for one in town.calendar.instances(town.event()["id"])]
    assert "2026-12-10" in starts
    assert "2026-12-11" not in starts


def test_a_lost_answer_makes_no_second_event(town: GoogleTown) -> None:
    town.google.faults.lost.append("POST")
    town.round(FAIR)
    assert town.entry().state == "due"
    town.round()
    assert "POST" not in town.google.methods()
    assert town.event()["summary"] == "Book fair"
    assert town.entry().state == "sent"


def test_a_lost_answer_to_a_change_is_healed_by_reading(town: GoogleTown) -> None:
    town.round(FAIR)
    town.google.faults.lost.append("PATCH")
    town.round(LATER)
    for _ in range(2):
        town.round()
    assert "T19:00" in town.event()["start"]["dateTime"]
    assert [one for one in town.google.methods() if one != "GET"] == []
    assert town.entry().state == "sent"


@pytest.mark.parametrize("number", range(1, 4))
def test_whichever_answer_is_lost_the_series_stands_in_the_end(town: GoogleTown, number: int) -> None:
    town.google.faults.lost_writes = {number}
    town.round(WEEKLY, MOVED)
    other = MOVED.replace("20261210", "20261217").replace("20261211", "20261219")
    for _ in range(3):
        town.round(WEEKLY, other)
    assert town.google.faults.writes >= 2
    days = [one["start"]["dateTime"][:10] for one in town.calendar.instances(town.event()["id"])]
    assert days == ["2026-12-03", "2026-12-10", "2026-12-19", "2026-12-24", "2026-12-31", "2027-01-07"]
    assert (town.entry().state, town.entry().conflicts) == ("sent", [])
    town.round()
    assert town.google.methods() == ["GET"]


def test_one_refused_event_stops_no_other_and_is_named(town: GoogleTown) -> None:
    town.google.faults.refuse("POST", Refusal(400, "invalid", "Invalid recurrence rule."))
    town.round(*many(3))
    assert len(town.events()) == 2
    [refused] = [one for one in town.entries() if one.problem]
    assert "Invalid recurrence rule" in refused.problem


def test_an_event_of_the_same_uid_that_is_theirs_is_not_touched(town: GoogleTown) -> None:
    day = {"start": {"date": "2026-12-08"}, "end": {"date": "2026-12-09"}}
    before = dict(town.calendar.add({"summary": "Their fair", "iCalUID": "fair", **day}))
    town.round(FAIR)
    town.round(LATER)
    assert town.event() == before
    assert town.entry().state == "conflict"


def test_what_they_took_out_stays_out_until_it_changes(town: GoogleTown) -> None:
    town.round(FAIR)
    town.calendar.delete(town.event()["id"])
    town.round()
    assert town.events() == []
    assert town.entry().state == "withdrawn"
    town.round(LATER)
    assert "T19:00" in town.event()["start"]["dateTime"]


def test_a_throttle_leaves_google_alone_and_nothing_is_lost(town: GoogleTown) -> None:
    town.google.faults.refuse("POST", throttled(429, retry_after=3600))
    town.round(*many(3))
    assert town.google.methods().count("POST") == 1
    assert {one.state for one in town.deliveries()} == {"due"}
    town.round()
    assert town.google.methods() == []
    assert "left alone" in town.center().problem
    town.again()
    town.round(later=timedelta(hours=2))
    assert len(town.events()) == 3


def test_a_revoked_key_is_told_and_what_is_owed_waits(town: GoogleTown) -> None:
    town.round(FAIR)
    town.google.accounts.revoked = True
    town.again()
    town.round(LATER)
    assert "make a new key" in town.center().problem
    assert "T18:00" in town.event()["start"]["dateTime"]
    town.google.accounts.revoked = False
    town.round()
    assert "T19:00" in town.event()["start"]["dateTime"]
    assert town.center().problem == ""


def test_a_calendar_that_is_no_longer_shared_is_told_with_the_mend(town: GoogleTown) -> None:
    town.round(FAIR)
    roles = dict(town.calendar.roles)
    town.calendar.roles.clear()
    assert "share it with" in town.look().problem
    town.round(LATER)
    assert {one.state for one in town.deliveries()} == {"sent", "due"}
    town.calendar.roles.update(roles)
    town.round()
    assert "T19:00" in town.event()["start"]["dateTime"]


def test_sync_tokens_that_ran_out_cost_one_listing_and_nothing_else(town: GoogleTown) -> None:
    town.round(FAIR)
    town.round()
    town.calendar.forget_tokens()
    assert town.round().sent == 0
    assert set(town.google.methods()) == {"GET"}
    assert town.entry().state == "sent"


def test_what_a_person_renamed_stays_and_is_listed_and_a_new_time_goes_through(town: GoogleTown) -> None:
    town.round(FAIR)
    town.calendar.patch(town.event()["id"], {"summary": "Book fair (hall B)", "location": "Hall B"})
    town.round()
    assert {one["property"] for one in town.entry().conflicts} == {"title", "location"}
    town.round(LATER)
    event = town.event()
    assert (event["summary"], event["location"]) == ("Book fair (hall B)", "Hall B")
    assert "T19:00" in event["start"]["dateTime"]


def test_a_cancellation_goes_through_a_persons_own_title(town: GoogleTown) -> None:
    town.round(FAIR)
    town.calendar.patch(town.event()["id"], {"summary": "Book fair (hall B)"})
    town.round()
    town.round(CANCELLED)
    assert town.event()["summary"] == "Cancelled: Book fair (hall B)"
    town.round(FAIR)
    assert town.event()["summary"] == "Book fair (hall B)"


def test_a_date_that_a_person_took_out_stays_out(town: GoogleTown) -> None:
    town.round(WEEKLY)
    town.calendar.delete(town.calendar.instances(town.event()["id"])[1]["id"])
    town.round()
    assert [one["property"] for one in town.entry().conflicts] == ["when"]
    town.round()
    [out] = town.calendar.exceptions(town.event()["id"])
    assert out["status"] == "cancelled"


def test_their_own_entries_are_remembered_and_never_changed(town: GoogleTown) -> None:
    day = {"start": {"date": "2026-12-08"}, "end": {"date": "2026-12-09"}}
    before = dict(town.calendar.add({"summary": "Yoga", "location": "Gym", **day}))
    town.round(FAIR)
    town.round(LATER)
    assert town.calendar.events[before["id"]] == before


def test_a_throttle_is_told_as_a_note_and_is_no_failure(town: GoogleTown) -> None:
    town.google.faults.refuse("GET", throttled())
    looked = town.look()
    assert looked.problem == ""
    assert "fewer calls" in looked.notes[0]


def test_their_own_entry_in_the_same_room_at_the_same_time_is_told(town: GoogleTown) -> None:
    times = {
        "start": {"dateTime": "2026-12-08T19:00:00-06:00", "timeZone": "America/Chicago"},
        "end": {"dateTime": "2026-12-08T20:00:00-06:00", "timeZone": "America/Chicago"},
    }
    town.calendar.add({"summary": "Yoga", "location": "gym", **times})
    town.round(FAIR)
    with town.db.read() as session:
        school = schools(session)[0]
    assert find_double_bookings(town.db, school, town.center(), town.now) == 0
    with town.db.read() as session:
        [card] = open_cards(session, "maple")
    assert "Yoga" in card.message and "Book fair" in card.message


def test_a_restored_database_reads_the_calendar_back_before_it_writes(town: GoogleTown) -> None:
    with town.db.write() as session:
        home = schools(session)[0]
        home.paused_at, home.paused_because = town.now, "The database was restored."
    town.round(FAIR)
    assert town.events() == []
    outbox = Outbox(town.db, town.doors, town.vault, lambda: town.now, timedelta(minutes=15), "test")
    assert read_back(outbox, "maple", everything=True) == []
    assert town.center().reconciled_at == town.now

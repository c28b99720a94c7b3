"""One contract for every calendar server: Radicale, Xandikos, and the strict one of our own that the state machine uses."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from connector.caldav import CalendarDoor
from connector.collection import Stored
from connector.errors import Conflict, Gone, Refused
from connector.fetch import Fetcher
from models.database import Database
from rehearsal.radicale import CalendarServer
from tests.connector.test_caldav import NAME, SUBJECT, event
from tests.contracts.strict import StrictServer
from tests.contracts.xandikos import Xandikos
from tests.mirroring.center import Counting, Town, counting
from tests.mirroring.feed import MOVED, WEEKLY, many, vevent

KINDS = {"radicale": CalendarServer, "xandikos": Xandikos, "strict": StrictServer}
FAIR = vevent("fair", "20261208T180000", "LOCATION:Gym")
LATER = vevent("fair", "20261208T190000", "LOCATION:Gym")
_names = count()


@pytest.fixture(scope="module", params=list(KINDS))
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with KINDS[request.param](tmp_path_factory.mktemp(request.param), calendars=()) as running:
        yield running


@pytest.fixture
def name(server: Any) -> str:
    """Of a fresh calendar; with a space and a letter beyond ASCII."""
    made = f"events {next(_names)} ä"
    server.make_calendar(made)
    return made


@pytest.fixture
def calendar(server: Any, name: str) -> CalendarDoor:
    url = f"http://127.0.0.1:{server.port}/bridge/{name}/"
    return CalendarDoor(Fetcher(allow_hosts="127.0.0.1"), url, "bridge", "secret", subject=SUBJECT)


def stored(calendar: CalendarDoor, name: str) -> Stored:
    found = calendar.get(name)
    assert found is not None
    return found


# --- the door


def test_what_is_created_is_listed_and_read_with_the_version_that_was_told(calendar: CalendarDoor) -> None:
    assert calendar.listing().etags == {}
    etag = calendar.put(NAME, event(), etag=None)
    found = stored(calendar, NAME)
    assert calendar.listing().etags == {NAME: found.etag}
    assert etag in (None, found.etag)
    assert b"SUMMARY:Potluck\r\n" in found.body


def test_a_creation_never_replaces(calendar: CalendarDoor) -> None:
    calendar.put(NAME, event(), etag=None)
    with pytest.raises(Conflict) as caught:
        calendar.put(NAME, event(title="Other"), etag=None)
    assert not caught.value.uid_conflict
    assert b"Potluck" in stored(calendar, NAME).body


def test_a_change_replaces_one_version_only(calendar: CalendarDoor) -> None:
    calendar.put(NAME, event(), etag=None)
    first = stored(calendar, NAME).etag
    calendar.put(NAME, event(title="Second"), etag=first)
    with pytest.raises(Conflict):
        calendar.put(NAME, event(title="Third"), etag=first)
    assert b"Second" in stored(calendar, NAME).body
    assert stored(calendar, NAME).etag != first


def test_a_change_of_what_is_gone_is_a_conflict(calendar: CalendarDoor) -> None:
    calendar.put(NAME, event(), etag=None)
    etag = stored(calendar, NAME).etag
    assert etag
    calendar.delete(NAME, etag=etag)
    with pytest.raises(Conflict):
        calendar.put(NAME, event(title="Second"), etag=etag)
    assert calendar.get(NAME) is None


def test_a_removal_removes_one_version_only(calendar: CalendarDoor) -> None:
    calendar.put(NAME, event(), etag=None)
    first = stored(calendar, NAME).etag
    assert first
    calendar.put(NAME, event(title="Second"), etag=first)
    with pytest.raises(Conflict):
        calendar.delete(NAME, etag=first)
    calendar.delete(NAME, etag=stored(calendar, NAME).etag or "")
    assert calendar.listing().etags == {}


def test_one_uid_under_two_names_is_told_apart(calendar: CalendarDoor) -> None:
    calendar.put(NAME, event(), etag=None)
    with pytest.raises(Conflict) as caught:
        calendar.put("ff.ics", event(), etag=None)
    assert caught.value.uid_conflict
    assert list(calendar.listing().etags) == [NAME]


def test_what_no_calendar_may_hold_is_refused_and_named(calendar: CalendarDoor) -> None:
    with pytest.raises(Refused):
        calendar.put(NAME, b"BEGIN:VCALENDAR\r\nhello\r\n", etag=None)
    assert calendar.listing().etags == {}


def test_many_are_read_at_once(calendar: CalendarDoor) -> None:
    for n in range(3):
        calendar.put(f"{n:02x}.ics", event(f"{n}@maple", f"Dinner {n} & <more> ä"), etag=None)
    found = calendar.get_many(["00.ics", "dead.ics", "02.ics"])
    assert list(found) == ["00.ics", "02.ics"]
    assert calendar.get_many([]) == {}
    assert "SUMMARY:Dinner 2 & <more> ä\r\n".encode() in found["02.ics"].body
    assert {name: one.etag for name, one in found.items()} == {
        name: etag for name, etag in calendar.listing().etags.items() if name in found
    }


def test_names_with_odd_characters_are_listed_and_read(calendar: CalendarDoor, server: Any, name: str) -> None:
    odd = ["Yoga class.ics", "ä&b.ics", "50%.ics", "a+b.ics"]
    for one in odd:
        server.put(name, one, event(f"{one}@center", "Yoga").decode())
    assert set(calendar.listing().etags) == set(odd)
    assert set(calendar.get_many(odd)) == set(odd)
    assert {one for one in odd if calendar.get(one)} == set(odd)


def test_changes_since_a_listing_are_told_and_nothing_else(calendar: CalendarDoor) -> None:
    for one in ("0a", "0b"):
        calendar.put(f"{one}.ics", event(f"{one}@maple"), etag=None)
    listing = calendar.listing()
    unchanged = calendar.changes(listing.token)
    assert unchanged and (unchanged.etags, unchanged.gone) == ({}, frozenset())
    calendar.delete("0b.ics", etag=listing.etags["0b.ics"])
    calendar.put("0c.ics", event("0c@maple"), etag=None)
    calendar.put("0a.ics", event("0a@maple", "Second"), etag=listing.etags["0a.ics"])
    changed = calendar.changes(unchanged.token)
    now = calendar.listing().etags
    assert changed and (dict(changed.etags), changed.gone) == (now, {"0b.ics"})
    later = calendar.changes(changed.token)
    assert later and (later.etags, later.gone) == ({}, frozenset())


@pytest.mark.parametrize(
    "token", ["nonsense & <more>", "http://radicale.org/ns/sync/" + "0" * 64, "strict:x:99", "0" * 40]
)
def test_a_token_that_nobody_gave_means_that_all_is_listed(calendar: CalendarDoor, token: str) -> None:
    calendar.put(NAME, event(), etag=None)
    assert calendar.changes(token) is None


def test_a_calendar_that_is_not_there_is_gone(server: Any) -> None:
    url = f"http://127.0.0.1:{server.port}/bridge/nowhere/"
    door = CalendarDoor(Fetcher(allow_hosts="127.0.0.1"), url, "bridge", "secret", subject=SUBJECT)
    with pytest.raises(Gone):
        door.listing()
    assert door.get(NAME) is None


# --- whole rounds


@pytest.fixture
def door(server: Any) -> Iterator[Counting]:
    with counting(server.port) as running:
        yield running


@pytest.fixture
def town(db: Database, server: Any, door: Counting, tmp_path: Path) -> Town:
    return Town(db, server, door, tmp_path, f"center{next(_names)}")


def test_a_series_with_exceptions_stands_and_a_quiet_round_asks_once(town: Town) -> None:
    town.round(FAIR, WEEKLY, MOVED)
    before = sorted(town.objects())
    assert len(before) == 2
    town.round()
    for _ in range(2):
        assert town.round().sent == 0
        assert town.door.methods() == ["REPORT"]
    assert sorted(town.objects()) == before
    assert [one.conflicts for one in town.entries()] == [[], []], "what the server made of it is no person's edit"


def test_edits_stay_and_new_times_go_through(town: Town) -> None:
    town.round(FAIR)
    town.edits("LOCATION:Gym", "COMMENT:Key at desk\r\nLOCATION:Room 4")
    town.round()
    assert [one["property"] for one in town.entry().conflicts] == ["location"]
    town.round(LATER)
    assert "20261208T190000" in town.object()
    assert "LOCATION:Room 4" in town.object()
    assert "COMMENT:Key at desk" in town.object()


def test_what_somebody_takes_out_is_noticed(town: Town) -> None:
    town.round(FAIR, *many(5))
    town.takes_out(town.entries()[0])
    town.round()
    assert [one.state for one in town.entries()].count("withdrawn") == 1
    town.round()
    assert len(town.objects()) == 5


def test_lost_answers_make_no_second_copy(town: Town) -> None:
    town.door.lose = 2
    town.round(FAIR)
    town.round()
    town.round()
    assert len(town.objects()) == 1
    town.door.lose = 1
    town.round(LATER)
    town.round()
    assert "20261208T190000" in town.object()
    assert town.entry().conflicts == []


def test_an_edit_between_reading_and_writing_is_seen(town: Town) -> None:
    town.round(FAIR)
    town.door.before["PUT"] = [lambda: town.edits("LOCATION:Gym", "LOCATION:Room 4")]
    town.round(LATER)
    town.round()
    assert "20261208T190000" in town.object()
    assert "LOCATION:Room 4" in town.object()

"""A center's person moves the room and renames the event, then the school moves the time. `-s` prints what stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mirroring.take_back import take_back
from models.database import Database
from models.staff import StaffMember
from rehearsal.radicale import CalendarServer
from tests.mirroring.center import Counting, Town, counting
from tests.mirroring.feed import vevent

FAIR = vevent("fair", "20261208T180000", "LOCATION:Gym", "DESCRIPTION:Bring a bag.")
LATER = FAIR.replace("20261208T180000", "20261209T170000")
SHOWN = ("DTSTART", "DTEND", "DURATION", "SUMMARY", "LOCATION", "DESCRIPTION", "COMMENT", "STATUS", "SEQUENCE")


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Counting]:
    with CalendarServer(tmp_path / "radicale", calendars=()) as server, counting(server.port) as running:
        running.server_of_calendars = server  # type: ignore[attr-defined]
        yield running


def tell(town: Town, what: str) -> dict[str, str]:
    event = town.object().partition("BEGIN:VEVENT")[2].splitlines()
    stands = {name: line for name in SHOWN for line in event if line.startswith(name)}
    print(f"\n{what}")
    for line in stands.values():
        print(f"    {line}")
    for note in town.notes:
        print(f"  · {note}")
    for one in town.entry().conflicts:
        print(f"  ! {one['property']}: the school says {one['school']!r}, the center {one['center']!r}")
    return stands


def test_a_center_moves_the_room_and_renames_and_the_school_moves_the_time(
    db: Database, door: Counting, tmp_path: Path
) -> None:
    town = Town(db, door.server_of_calendars, door, tmp_path, "eastside")  # type: ignore[attr-defined]
    with db.write() as session:
        session.add(StaffMember(school="maple", email="pat@maple.example", name="Pat", role="owner", made_by="site"))
    town.round(FAIR)
    tell(town, "The school's event, as it was put in:")
    town.edits("LOCATION:Gym", "COMMENT:Key at the desk\r\nLOCATION:Room 4")
    town.edits("SUMMARY:Book fair", "SUMMARY:Maple book fair")
    town.round()
    edited = tell(town, "A person at the center moves the room, renames it, and adds a note:")
    assert (edited["LOCATION"], edited["SUMMARY"]) == ("LOCATION:Room 4", "SUMMARY:Maple book fair")
    town.round(LATER)
    moved = tell(town, "The school moves it to Wednesday at five:")
    assert moved["DTSTART"] == "DTSTART;TZID=America/Chicago:20261209T170000"
    assert (moved["LOCATION"], moved["SUMMARY"]) == ("LOCATION:Room 4", "SUMMARY:Maple book fair")
    assert moved["COMMENT"] == "COMMENT:Key at the desk"
    assert town.notes == [], "what was told once is not told again"
    town.round(LATER.replace("LOCATION", "STATUS:CANCELLED\r\nLOCATION"))
    assert tell(town, "The school cancels it:")["STATUS"] == "STATUS:CANCELLED"
    town.round(LATER)
    assert tell(town, "It takes place after all:")["STATUS"] == "STATUS:CONFIRMED"
    with db.write() as session:
        take_back(session, "maple", town.entry().id, "pat@maple.example", town.now)
    town.round()
    back = tell(town, "An owner takes the center's edits back:")
    assert (back["LOCATION"], back["SUMMARY"]) == ("LOCATION:Gym", "SUMMARY:Book fair")
    assert back["COMMENT"] == "COMMENT:Key at the desk"
    assert town.entry().conflicts == []
    town.round()
    assert town.door.methods() == ["REPORT"]

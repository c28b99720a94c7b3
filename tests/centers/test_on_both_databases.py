"""One story of a center on SQLite and on PostgreSQL: edited, told, moved, taken back, booked twice."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import event

from mirroring.double_booking import find_double_bookings
from mirroring.take_back import take_back
from models.card import open_cards
from models.database import Database
from models.school import schools
from models.staff import StaffMember
from rehearsal.radicale import CalendarServer
from tests.mirroring.center import Counting, Town
from tests.mirroring.feed import calendar, many, vevent

FAIR = vevent("fair", "20261208T180000", "LOCATION:Gym")


def test_a_center_edits_and_books_the_same_place(
    any_db: Database, server: CalendarServer, door: Counting, tmp_path: Path
) -> None:
    town = Town(any_db, server, door, tmp_path, f"both-{'sqlite' if any_db.is_sqlite else 'postgresql'}")
    with any_db.write() as session:
        session.add(StaffMember(school="maple", email="pat@maple.example", name="Pat", role="owner", made_by="site"))
    town.round(FAIR, *many(4))
    entry = next(one for one in town.entries() if "Book fair" in one.body)
    body = next(one for one in town.objects() if "Book fair" in one)
    server.put(town.name, entry.href, body.replace("LOCATION:Gym", "LOCATION:Room 4"))
    server.put(
        town.name, "yoga.ics", calendar(vevent("yoga", "20261208T190000", "LOCATION:GYM", title="Yoga")).decode()
    )
    town.round(FAIR.replace("T180000", "T183000"), *many(4))
    moved = next(one for one in town.objects() if "Book fair" in one)
    assert "20261208T183000" in moved
    assert "LOCATION:Room 4" in moved
    with any_db.read() as session:
        school = schools(session)[0]
    find_double_bookings(any_db, school, town.center(), town.now)
    with any_db.read() as session:
        assert open_cards(session, "maple") == [], "in Room 4 it is in nobody's way"
    with any_db.write() as session:
        take_back(session, "maple", entry.id, "pat@maple.example", town.now)
    town.round()
    assert any("LOCATION:Gym" in one for one in town.objects())
    find_double_bookings(any_db, school, town.center(), town.now)
    with any_db.read() as session:
        assert [one.kind for one in open_cards(session, "maple")] == ["double-booking"]
    town.round()
    assert town.door.methods() == ["REPORT"]


def test_an_entry_costs_one_commit(any_db: Database, server: CalendarServer, door: Counting, tmp_path: Path) -> None:
    """What came of one and the intent of the next but one are written together: each commit waits for the disk."""
    town = Town(any_db, server, door, tmp_path, f"commits-{'sqlite' if any_db.is_sqlite else 'postgresql'}")
    commits: list[object] = []
    event.listen(any_db.engine, "commit", commits.append)

    def commits_for(*vevents: str) -> int:
        commits.clear()
        town.round(*vevents)
        return len(commits)

    few, more = commits_for(*many(5)), commits_for(*many(25))
    assert len(town.objects()) == 25
    assert more - few == 15, "fifteen more than the first time"

"""An office's list, corrected line by line: what becomes of the events that families have heard of."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from connector.doors import Doors
from mirroring.intake import Intake
from models.database import Database
from models.vault import Vault
from tests.connector.site import Site, site, sites
from tests.mirroring.feed import Feed
from tests.models import rows
from upkeep.examine_neighbours import of_source

__all__ = ["site", "sites"]

FAIR, DANCE = "Book fair,2026-12-10,6 pm,Gym", "Spring dance,2027-03-19,7 pm,Gym"
MEETINGS = [f"PTA meeting,2027-0{month}-12,7 pm,Library" for month in (1, 2, 3)]


class Office:
    """Types a list and saves it."""

    def __init__(self, feed: Feed, path: Path) -> None:
        self.feed, self.path = feed, path

    def saves(self, *lines: str) -> Intake:
        self.path.write_text("\n".join(["Title,Date,Time,Place", *lines]))
        return self.feed.read()

    def row(self, title: str, day: str = "") -> str:
        return next(
            one.id
            for one in self.feed.events()
            if one.title == title and day in f"{one.starts_at.astimezone():%Y-%m-%d}"
        )

    def standing(self) -> list[tuple[str, str, str]]:
        chicago = timedelta(hours=-6)
        return [(one.title, f"{one.starts_at + chicago:%m-%d %H:%M}", one.status) for one in self.feed.events()]


@pytest.fixture
def office(db: Database, site: Site, tmp_path: Path) -> Office:
    school, path = rows.school(), tmp_path / "events.csv"
    with db.write() as session:
        session.add(school)
        session.flush()
        session.add(rows.source(kind="csv", address=str(path)))
    return Office(Feed(db, site, school, Doors(), Vault(Fernet.generate_key().decode())), path)


def test_another_day_moves_the_event_and_asks_nobody(office: Office) -> None:
    office.saves(FAIR, *MEETINGS, DANCE)
    fair = office.row("Book fair")
    taken = office.saves(FAIR.replace("-10", "-11"), *MEETINGS, DANCE)
    assert {name: number for name, number in taken.counts.items() if number} == {"changed": 1, "renamed": 1}
    assert office.row("Book fair") == fair
    assert ("Book fair", "12-11 18:00", "confirmed") in office.standing()


def test_one_of_several_of_the_same_title_moves_and_the_others_stay(office: Office) -> None:
    office.saves(FAIR, *MEETINGS, DANCE)
    before = {one.id for one in office.feed.events()}
    taken = office.saves(FAIR, MEETINGS[0], MEETINGS[1].replace("-12", "-15"), MEETINGS[2], DANCE)
    assert (taken.counts["changed"], taken.counts["added"], taken.counts["missing"]) == (1, 0, 0)
    assert {one.id for one in office.feed.events()} == before
    assert [when for title, when, _ in office.standing() if title == "PTA meeting"] == [
        "01-12 19:00", "02-15 19:00", "03-12 19:00",
    ]  # fmt: skip


def test_a_meeting_put_in_before_the_others_leaves_them_as_they_are(office: Office) -> None:
    office.saves(*MEETINGS)
    before = {one.id for one in office.feed.events()}
    taken = office.saves("PTA meeting,2026-12-12,7 pm,Library", *MEETINGS)
    assert (taken.counts["added"], taken.counts["changed"]) == (1, 0)
    assert before < {one.id for one in office.feed.events()}


def test_a_past_line_taken_out_is_no_move_of_the_next(office: Office) -> None:
    past = "PTA meeting,2026-11-12,7 pm,Library"
    office.saves(past, MEETINGS[0])
    taken = office.saves(MEETINGS[0], MEETINGS[1])
    assert (taken.counts["added"], taken.counts["renamed"], taken.counts["missing"]) == (1, 0, 0)


def test_a_line_cut_out_and_put_back_on_another_day_is_a_move(office: Office) -> None:
    office.saves(FAIR, *MEETINGS, DANCE)
    fair = office.row("Book fair")
    assert office.saves(*MEETINGS, DANCE).counts["missing"] == 1
    office.saves("Book fair,2026-12-14,6 pm,Gym", *MEETINGS, DANCE)
    assert office.row("Book fair") == fair
    assert ("Book fair", "12-14 18:00", "confirmed") in office.standing()


def test_a_slip_mended_in_a_title_renames_the_event(office: Office) -> None:
    office.saves(FAIR.replace("Book", "Bok"), *MEETINGS, DANCE)
    fair = office.row("Bok fair")
    office.saves(FAIR, *MEETINGS, DANCE)
    assert office.row("Book fair") == fair


def test_a_line_that_is_being_typed_takes_nothing_away(office: Office) -> None:
    office.saves(FAIR, *MEETINGS, DANCE)
    before = office.standing()
    assert len(office.saves(FAIR, *MEETINGS, "Spring dance,2027-03-,7 pm,Gym").problems) == 1
    assert len(office.saves(FAIR, *MEETINGS, ",2027-03-19,7 pm,Gym").problems) == 1
    assert office.standing() == before


def test_a_list_saved_as_a_workbook_is_refused_and_the_last_good_copy_stands(office: Office) -> None:
    office.saves(FAIR)
    office.path.write_bytes(b"PK\x03\x04" + b"\x00" * 400)
    refused = office.feed.read()
    assert (refused.outcome, "save it as CSV" in refused.message) == ("refused", True)
    assert office.standing() == [("Book fair", "12-10 18:00", "confirmed")]


def test_a_new_school_year_in_place_of_the_old_is_held(office: Office) -> None:
    office.saves(FAIR, *MEETINGS, DANCE)
    later = [line.replace("2027", "2028").replace("2026", "2027") for line in (FAIR, *MEETINGS, DANCE)]
    assert office.saves(*later).outcome == "held"


def test_the_doctor_counts_events_and_lines_that_cannot_be_read(office: Office) -> None:
    office.saves(FAIR, DANCE, "Concert,soon,,")
    found = of_source(office.feed.doors, office.feed.vault, office.feed.source(), "America/Chicago")
    assert (found.ok, found.message.split("; last")[0]) == (True, "2 events now; lines that cannot be read: 1")
    office.path.write_text("nothing of use")
    found = of_source(office.feed.doors, office.feed.vault, office.feed.source(), "America/Chicago")
    assert (found.ok, "no header that is understood" in found.message) == (False, True)

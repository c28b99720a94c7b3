"""One event in two calendars of a school is told once, whichever of them falls silent or lags behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from config.wording import load_wordings
from connector.doors import Doors
from mirroring.decide import approve
from mirroring.gather import gather
from mirroring.intake import Intake, take_in
from mirroring.planned import PlannedEvent
from mirroring.publish import Publisher, voice_of
from mirroring.tellers import tellers
from models.database import Database
from models.event import Event, events
from models.page import page
from models.post import Post, posts
from models.school import schools
from models.source import sources
from models.staff import StaffMember
from models.vault import Vault
from schedulers.outward import plan_page
from tests.mirroring.feed import NOW, calendar, vevent
from tests.models import rows

FAIR = vevent("fair", "20261208T180000", "LOCATION:Gym")
PTA_FAIR = vevent("pta-1", "20261208T180000", "LOCATION:Gym\\, Maple Street", title="BOOK  fair")
LATER = vevent("fair", "20261208T190000", "LOCATION:Gym", "SEQUENCE:1")
OTHER = vevent("other", "20261209T180000", title="Choir")
ANOTHER = vevent("another", "20261210T180000", title="Reading night")
FAR = vevent("far", "20261230T180000", title="Far away")
DAY = timedelta(days=1)
WORDINGS = load_wordings()


@dataclass
class Two:
    """One school, two calendars in files."""

    db: Database
    folder: Path
    doors: Doors
    vault: Vault

    def read(self, slug: str, *vevents: str, days: int = 0) -> Intake:
        (self.folder / f"{slug}.ics").write_bytes(calendar(*vevents))
        with self.db.read() as session:
            (school,) = schools(session, "maple")
            (source,) = [one for one in sources(session, "maple") if one.slug == slug]
        return take_in(self.db, self.doors, self.vault, school, source, NOW + days * DAY)

    def planned(self) -> list[PlannedEvent]:
        with self.db.read() as session:
            (school,) = schools(session, "maple")
            return gather(session, school, page(session, "maple", "pta-page"), "", NOW).events

    def told(self) -> list[Event]:
        with self.db.read() as session:
            return [one.as_told() for one in tellers(session, "maple", events(session, "maple"))]

    def publish(self) -> list[Post]:
        """Plan as a round does, and take all posts as sent."""
        with self.db.write() as session:
            (school,) = schools(session, "maple")
            row = page(session, "maple", "pta-page")
            Publisher(session, school, row, voice_of(school, row, "PTA", WORDINGS, "https://x.example"), NOW).write(
                plan_page(session, school, row, "", NOW)
            )
        with self.db.write() as session:
            made = posts(session, "maple")
            for one in made:
                one.state, one.sent_at, one.external_id = "sent", one.sent_at or NOW, one.external_id or one.id
        return made

    def switch_off(self, slug: str) -> None:
        with self.db.write() as session:
            for one in sources(session, "maple"):
                one.off_at = NOW if one.slug == slug else None


@pytest.fixture
def two(any_db: Database, tmp_path: Path) -> Two:
    with any_db.write() as session:
        session.add(rows.school(languages=["en"]))
        session.flush()
        for slug in ("calendar", "pta"):
            session.add(rows.source(slug=slug, address=str(tmp_path / f"{slug}.ics")))
        session.add(rows.page(approval="auto", quiet_hours="", remind=[]))
        session.add(StaffMember(school="maple", email="o@maple.example", name="O", role="owner", made_by="site"))
    return Two(any_db, tmp_path, Doors(), Vault(Fernet.generate_key().decode()))


def titles(planned: list[PlannedEvent]) -> list[str]:
    return [one.facts.title for one in planned]


def test_an_event_in_two_calendars_is_told_once_in_the_words_of_the_first(two: Two) -> None:
    two.read("calendar", FAIR, OTHER)
    two.read("pta", PTA_FAIR, ANOTHER)
    assert titles(two.planned()) == ["Book fair", "Choir", "Reading night"]
    assert [one.uid for one in two.told()] == ["fair", "other", "another"]


def test_another_place_time_or_title_is_another_event(two: Two) -> None:
    two.read("calendar", FAIR)
    two.read(
        "pta",
        vevent("p1", "20261208T180000", "LOCATION:Library"),
        vevent("p2", "20261208T183000", "LOCATION:Gym"),
        vevent("p3", "20261208T180000", "LOCATION:Gym", title="Book fair set-up"),
    )
    assert len(two.planned()) == 4


def test_what_a_calendar_lists_twice_are_two_events(two: Two) -> None:
    two.read("calendar", FAIR)
    two.read("pta", vevent("p1", "20261208T180000", "LOCATION:Gym"), vevent("p2", "20261208T180000", "LOCATION:Gym"))
    assert len(two.planned()) == 2


def test_what_was_told_already_tells_on(two: Two) -> None:
    two.read("pta", PTA_FAIR)
    (post,) = two.publish()
    two.read("calendar", FAIR)
    assert [one.id for one in two.planned()] == [post.event_id]
    assert len(two.publish()) == 1


def test_two_events_that_both_stand_outside_are_left_as_they_are(two: Two) -> None:
    two.read("calendar", FAIR)
    two.read("pta", vevent("pta-1", "20261208T180000", "LOCATION:Gym", title="Fair of books"))
    assert len(two.publish()) == 2
    two.read("pta", PTA_FAIR)
    assert len(two.planned()) == 2


def test_a_copy_that_lags_behind_does_not_tell_the_old_time(two: Two) -> None:
    two.read("calendar", FAIR)
    two.read("pta", PTA_FAIR)
    two.publish()
    two.read("calendar", LATER)
    (event,) = two.planned()
    assert event.facts.starts_at.hour == 1  # seven in the evening in Chicago
    two.read("pta", vevent("pta-1", "20261208T190000", "LOCATION:Gym"))
    assert len(two.planned()) == 1


def test_a_copy_that_becomes_another_event_is_told_by_itself(two: Two) -> None:
    two.read("calendar", FAIR)
    two.read("pta", PTA_FAIR)
    two.read("pta", vevent("pta-1", "20261209T170000", title="Book sale"))
    assert titles(two.planned()) == ["Book fair", "Book sale"]


def test_the_same_uid_in_two_calendars_is_one_event_also_while_a_copy_lags(two: Two) -> None:
    two.read("calendar", LATER)
    two.read("pta", FAIR)
    assert len(two.planned()) == 1


def test_an_event_that_one_calendar_still_lists_is_not_missing(two: Two) -> None:
    two.read("calendar", FAIR, OTHER, ANOTHER)
    two.read("pta", PTA_FAIR)
    two.publish()
    assert two.read("calendar", OTHER, ANOTHER).counts["missing"] == 0
    fair = two.planned()[0]
    assert (fair.standing, fair.facts.location) == ("on", "Gym")
    assert {one.status for one in two.told()} == {"confirmed"}


def test_what_the_other_calendar_then_says_is_told_under_the_same_post(two: Two) -> None:
    two.read("calendar", FAIR, OTHER, ANOTHER)
    two.read("pta", PTA_FAIR)
    made = two.publish()
    two.read("calendar", OTHER, ANOTHER)
    two.read("pta", vevent("pta-1", "20261208T200000", "LOCATION:Gym"))
    fair = two.planned()[0]
    assert fair.facts.starts_at.hour == 2 and fair.id in {one.event_id for one in made}
    assert [one.facts.starts_at.hour for one in fair.dates] == [2]
    assert len(two.planned()) == 3
    assert next(one.uid for one in two.told()) == "fair"


def test_time_does_not_cancel_what_another_calendar_lists(two: Two) -> None:
    with two.db.write() as session:
        for source in sources(session, "maple"):
            source.missing = "1d"
    two.read("calendar", FAIR, OTHER, ANOTHER)
    two.read("pta", PTA_FAIR, FAR)
    two.read("calendar", OTHER, ANOTHER)
    two.read("calendar", OTHER, ANOTHER, days=2)
    assert titles(two.planned()) == ["Book fair", "Choir", "Reading night"]
    two.read("pta", FAR, days=2)
    two.read("calendar", OTHER, ANOTHER, days=4)
    assert two.planned()[0].standing == "cancelled"


def test_a_cancellation_counts_whatever_the_other_calendar_says(two: Two) -> None:
    two.read("calendar", FAIR)
    two.read("pta", PTA_FAIR)
    two.read("calendar", vevent("fair", "20261208T180000", "LOCATION:Gym", "STATUS:CANCELLED"))
    assert [one.standing for one in two.planned()] == ["cancelled"]


def test_a_persons_word_counts_whatever_the_other_calendar_says(two: Two) -> None:
    two.read("calendar", FAIR, OTHER, ANOTHER)
    two.read("pta", PTA_FAIR)
    two.read("calendar", OTHER, ANOTHER)
    with two.db.write() as session:
        (fair,) = [one for one in events(session, "maple") if one.uid == "fair"]
        approve(session, "maple", fair.id, "o@maple.example", NOW)
    assert two.planned()[0].standing == "cancelled"


def test_the_other_calendar_tells_on_when_one_is_switched_off(two: Two) -> None:
    two.read("calendar", FAIR)
    two.read("pta", PTA_FAIR)
    two.publish()
    two.switch_off("calendar")
    two.read("pta", vevent("pta-1", "20261208T200000", "LOCATION:Gym"))
    (fair,) = two.planned()
    assert fair.facts.starts_at.hour == 2

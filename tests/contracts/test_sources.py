"""What every kind of source keeps, whatever stands behind it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from cryptography.fernet import Fernet

from connector.doors import Doors
from mirroring.intake import Intake
from models.database import Database
from models.event import Event
from models.vault import Vault
from tests.connector.site import Site
from tests.contracts.kinds_of_sources import KINDS, Entry, Published
from tests.mirroring.feed import Feed
from tests.models import rows

FAIR = Entry("Book fair", "2026-12-10")
CONCERT = Entry("Winter concert", "2026-12-15", "19:00", "Hall")
MEETINGS = [Entry("PTA meeting", f"2027-0{month}-12") for month in (1, 2)]
DANCE = Entry("Spring dance", "2027-03-19")
ALL = [
    FAIR,
    CONCERT,
    replace(MEETINGS[0], title="January meeting"),
    replace(MEETINGS[1], title="February meeting"),
    DANCE,
]
DAY = timedelta(days=1)
_NUMBERS = itertools.count()


class Read:
    """A published calendar and the school that reads it."""

    def __init__(self, published: Published, feed: Feed) -> None:
        self.published, self.feed, self.stamp = published, feed, 0

    def of(self, *entries: Entry) -> Intake:
        self.published.shows(entries, self.stamp)
        return self.again()

    def again(self) -> Intake:
        self.feed.change(address=self.published.columns["address"])
        return self.feed.read()

    def event(self, title: str) -> Event:
        return next(one for one in self.feed.events() if one.title == title)

    def standing(self) -> dict[str, tuple[str, str, str]]:
        """Title -> local start, place, status."""
        chicago = timedelta(hours=-6)
        return {
            one.title: (f"{one.starts_at + chicago:%Y-%m-%d %H:%M}", one.location, one.status)
            for one in self.feed.events()
        }


@pytest.fixture(params=[*((kind, "sqlite") for kind in KINDS), ("caldav", "postgresql")], ids="-".join)
def read(
    request: pytest.FixtureRequest, databases: Callable[[str], Database], site: Site, radicale_address: str
) -> Read:
    """A school of its own in a database that the others use, too."""
    kind, database = request.param
    published, db = KINDS[kind](site, radicale_address), databases(database)
    school, vault = rows.school(f"school-{next(_NUMBERS)}"), Vault(Fernet.generate_key().decode())
    with db.write() as session:
        session.add(school)
        session.flush()
        session.add(rows.source(school.slug, **published.columns, password_sealed=vault.seal("secret")))
    hosts = f"127.0.0.1:{site.server_port},127.0.0.1:{urlsplit(radicale_address).port},127.0.0.1:9"
    return Read(published, Feed(db, site, school, Doors(allow_hosts=hosts), vault))


def test_what_it_lists_is_remembered_as_it_says(read: Read) -> None:
    taken = read.of(FAIR, CONCERT)
    assert (taken.outcome, taken.problems) == ("taken", ())
    assert read.standing() == {
        "Book fair": ("2026-12-10 18:00", "Gym", "confirmed"),
        "Winter concert": ("2026-12-15 19:00", "Hall", "confirmed"),
    }
    assert read.event("Book fair").ends_at - read.event("Book fair").starts_at == timedelta(hours=2)


def test_the_same_calendar_again_is_unchanged_and_writes_nothing(read: Read) -> None:
    read.of(*ALL)
    before = read.feed.everything()
    assert read.again().outcome == "unchanged"
    assert read.feed.everything() == before


def test_other_bytes_for_the_same_events_change_no_row(read: Read) -> None:
    read.of(*ALL)
    before = read.feed.everything()
    for read.stamp in range(1, 4):
        counts = read.of(*ALL).counts
        assert not any(counts.values()), counts
    assert read.feed.everything() == before


def test_a_new_event_is_added_and_the_others_stay(read: Read) -> None:
    read.of(FAIR)
    first = read.event("Book fair")
    taken = read.of(FAIR, CONCERT)
    assert (taken.counts["added"], taken.counts["changed"]) == (1, 0)
    assert read.event("Book fair") == first


def test_an_event_that_moves_is_the_same_event(read: Read) -> None:
    read.of(*ALL)
    first = read.event("Book fair")
    taken = read.of(replace(FAIR, day="2026-12-11", at="17:30", place="Library"), *ALL[1:])
    second = read.event("Book fair")
    assert (second.id, second.location, second.changed_at) == (first.id, "Library", read.feed.now)
    assert (taken.counts["changed"], taken.counts["added"], taken.counts["missing"]) == (1, 0, 0)
    assert read.standing()["Book fair"][0] == "2026-12-11 17:30"


def test_an_event_that_is_gone_is_missing_and_comes_back(read: Read) -> None:
    read.of(*ALL)
    before = read.standing()
    assert read.of(*ALL[:-1]).counts["missing"] == 1
    assert read.standing()["Spring dance"][2] == "missing"
    read.of(*ALL)
    assert read.standing() == before


def test_past_events_may_leave_the_list(read: Read) -> None:
    read.of(*ALL)
    read.feed.now += 30 * DAY
    assert read.of(*ALL[2:]).counts["missing"] == 0
    assert read.standing()["Book fair"][2] == "confirmed"


def test_one_bad_event_is_named_and_costs_no_other(read: Read) -> None:
    read.of(FAIR, DANCE)
    taken = read.of(replace(FAIR, hurt=True), CONCERT, DANCE)
    assert taken.outcome == "taken"
    assert [problem.message for problem in taken.problems]
    assert read.standing() == {
        "Book fair": ("2026-12-10 18:00", "Gym", "confirmed"),
        "Winter concert": ("2026-12-15 19:00", "Hall", "confirmed"),
        "Spring dance": ("2027-03-19 17:00", "Gym", "confirmed"),  # an hour earlier in winter's clock
    }
    assert read.of(FAIR, CONCERT, DANCE).problems == ()


def test_when_all_are_gone_it_is_held_until_they_are_back(read: Read) -> None:
    read.of(*ALL)
    before = read.standing()
    for _ in range(3):
        assert read.of().outcome in ("held", "refused")
    assert read.standing() == before
    assert read.of(*ALL).outcome == "taken"
    assert read.standing() == before
    assert read.feed.source().held_at is None


def test_when_much_is_gone_a_person_may_release_it(read: Read) -> None:
    read.of(*ALL)
    assert read.of(DANCE).outcome == "held"
    assert read.again().outcome == "held"
    read.feed.release()
    assert read.again().counts["missing"] == 4
    assert read.feed.source().held_at is None
    assert read.again().outcome == "unchanged"


def test_while_it_cannot_be_reached_the_last_good_copy_stands(read: Read) -> None:
    read.of(*ALL)
    before = read.standing()
    read.published.is_down(True)
    failed = read.again()
    assert (failed.outcome, bool(failed.message)) == ("failed", True)
    assert read.standing() == before
    read.published.is_down(False)
    assert read.again().outcome == "taken"
    assert (read.standing(), read.feed.source().problem) == (before, "")


def test_what_was_held_or_failed_is_not_forgotten(read: Read) -> None:
    """A change that came while the source was held, or down, is taken over afterwards."""
    read.of(*ALL)
    assert read.of(DANCE).outcome == "held"
    read.published.is_down(True)
    assert read.again().outcome == "failed"
    read.published.is_down(False)
    read.of(replace(FAIR, place="Library"), *ALL[1:])
    assert read.standing()["Book fair"] == ("2026-12-10 18:00", "Library", "confirmed")

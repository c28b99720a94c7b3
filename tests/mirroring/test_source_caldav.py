"""A school's calendar on a CalDAV server: what is asked for, what is remembered, and what only saves reading."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from cryptography.fernet import Fernet

from connector.doors import Doors
from models.database import Database
from models.source import object_etags
from models.vault import Vault
from tests.connector.radicale_server import radicale
from tests.connector.site import Site
from tests.contracts.kinds_of_sources import CalDav, Entry, calendar, vevent
from tests.mirroring.center import Counting, counting
from tests.mirroring.feed import Feed
from tests.models import rows
from upkeep.examine_neighbours import of_source

DAY = timedelta(days=1)
FAIR, CONCERT = Entry("Book fair", "2026-12-10"), Entry("Winter concert", "2026-12-15")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with radicale(tmp_path_factory.mktemp("radicale")) as address:
        yield address


@pytest.fixture
def door(server: str) -> Iterator[Counting]:
    with counting(urlsplit(server).port or 0) as door:
        yield door


@pytest.fixture
def collection(server: str) -> CalDav:
    return CalDav(server)


@pytest.fixture
def feed(db: Database, site: Site, door: Counting, collection: CalDav) -> Feed:
    """The collection, read through a door that counts."""
    school, vault = rows.school(), Vault(Fernet.generate_key().decode())
    port = door.server_port
    address = f"http://127.0.0.1:{port}{urlsplit(collection.url).path}"
    with db.write() as session:
        session.add(school)
        session.flush()
        session.add(rows.source(**{**collection.columns, "address": address}, password_sealed=vault.seal("secret")))
    return Feed(db, site, school, Doors(allow_hosts=f"127.0.0.1:{port},127.0.0.1:{site.server_port}"), vault)


def names(feed: Feed) -> list[str]:
    with feed.db.read() as session:
        return sorted(object_etags(session, "maple", "calendar"))


def asked(feed: Feed, door: Counting, later: timedelta = timedelta(minutes=15)) -> list[str]:
    """The methods of one reading."""
    door.seen.clear()
    feed.read(later=later)
    return door.methods()


def test_a_quiet_look_is_one_request(feed: Feed, door: Counting, collection: CalDav) -> None:
    collection.shows([FAIR, CONCERT])
    assert asked(feed, door) == ["PROPFIND", "REPORT"]  # all there is, and their bodies
    assert asked(feed, door) == ["REPORT"]
    assert feed.seen[-1].outcome == "unchanged"


def test_only_what_changed_is_asked_for(feed: Feed, door: Counting, collection: CalDav) -> None:
    collection.shows([FAIR, CONCERT])
    feed.read()
    collection.ask("PUT", f"{collection.url}book-fair.ics", calendar(vevent(FAIR, 3)))
    assert asked(feed, door) == ["REPORT", "REPORT"]
    collection.shows([FAIR])
    assert asked(feed, door) == ["REPORT", "REPORT"]  # `shows` puts the fair anew
    assert names(feed) == ["book-fair.ics"]


def test_several_hundred_are_read_in_hundreds(feed: Feed, door: Counting, collection: CalDav) -> None:
    events = [vevent(Entry(f"Evening {n}", "2026-12-10", f"{n // 60:02}:{n % 60:02}"), 0) for n in range(250)]
    collection.ask("DELETE", collection.url)
    collection.ask("PUT", collection.url, calendar(*events))
    assert asked(feed, door) == ["PROPFIND", "REPORT", "REPORT", "REPORT"]
    assert len(feed.statuses()) == 250


def test_a_token_that_the_server_does_not_know_leads_to_a_full_list(
    feed: Feed, door: Counting, collection: CalDav
) -> None:
    collection.shows([FAIR, CONCERT])
    feed.read()
    feed.change(sync_token="http://radicale.org/ns/sync/" + "0" * 64)
    collection.shows([])
    collection.shows([CONCERT])
    assert asked(feed, door)[:2] == ["REPORT", "PROPFIND"]
    assert feed.statuses() == {"book-fair": "missing", "winter-concert": "confirmed"}
    assert asked(feed, door) == ["REPORT"]  # with a token of today


def test_once_a_day_all_is_listed_whatever_the_token_says(feed: Feed, door: Counting, collection: CalDav) -> None:
    collection.shows([FAIR])
    feed.read()
    listed = feed.source().listed_at
    assert asked(feed, door, later=DAY - timedelta(minutes=1)) == ["REPORT"]
    assert feed.source().listed_at == listed
    assert asked(feed, door, later=timedelta(minutes=1)) == ["PROPFIND"]
    assert feed.source().listed_at == feed.now


def test_token_and_memory_stay_as_they_were_while_a_copy_is_held(feed: Feed, collection: CalDav) -> None:
    evenings = [Entry(f"Evening {n}", f"2026-12-{10 + n}") for n in range(6)]
    collection.shows(evenings)
    feed.read()
    token, before = feed.source().sync_token, names(feed)
    collection.shows(evenings[:1])
    assert feed.read().outcome == feed.read().outcome == "held"
    assert (feed.source().sync_token, names(feed)) == (token, before)
    feed.release()
    assert feed.read().outcome == "taken"
    assert names(feed) == ["evening-0.ics"]
    assert feed.source().sync_token != token


def test_it_says_the_same_as_the_export_of_the_same_collection(feed: Feed, collection: CalDav) -> None:
    club = Entry("Chess club", "2026-12-03", "16:00")
    weekly = vevent(club, 0).replace("SUMMARY", "RRULE:FREQ=WEEKLY;COUNT=4\r\nSUMMARY")
    moved = vevent(Entry("Chess club", "2026-12-11", "16:00"), 0).replace(
        "SUMMARY", "RECURRENCE-ID;TZID=America/Chicago:20261210T160000\r\nSUMMARY"
    )
    collection.shows([FAIR, CONCERT])
    collection.ask("PUT", f"{collection.url}club.ics", calendar(weekly, moved))
    feed.read()
    export = collection.fetcher.request("GET", collection.url, subject="Radicale", auth=("bridge", "secret")).body
    with feed.db.write() as session:
        session.add(rows.source(slug="export", address=feed.site.says("/export.ics", 200, export)))
    other = Feed(feed.db, feed.site, feed.school, feed.doors, feed.vault, slug="export")
    other.read()
    told = [
        sorted((one.uid, one.fingerprint, one.starts_at, one.rhythm, one.ics) for one in each.events())
        for each in (feed, other)
    ]
    assert len(told[0]) == 4
    assert told[0] == told[1]


def test_an_entry_that_is_no_calendar_is_named_and_its_last_copy_stands(
    feed: Feed, site: Site, collection: CalDav
) -> None:
    collection.shows([FAIR, CONCERT])
    feed.read()
    broken = MultiStatus(site, {"book-fair.ics": b"<html>", "winter-concert.ics": calendar(vevent(CONCERT, 1))})
    feed.change(address=broken.address, sync_token="")
    taken = feed.read()
    assert [(one.problem, one.uid) for one in taken.problems] == [("unreadable", "book-fair.ics")]
    assert feed.statuses() == {"book-fair": "confirmed", "winter-concert": "confirmed"}


def test_an_entry_that_is_listed_and_not_handed_out_is_asked_for_again(feed: Feed, site: Site) -> None:
    there = MultiStatus(
        site, {"a.ics": calendar(vevent(FAIR, 0)), "b.ics": calendar(vevent(CONCERT, 0))}, withheld=["b.ics"]
    )
    feed.change(address=there.address)
    site.says("/dav/b.ics", 500)
    taken = feed.read()
    assert [(one.problem, one.uid) for one in taken.problems] == [("not-handed-out", "b.ics")]
    assert feed.statuses() == {"book-fair": "confirmed"}
    assert feed.source().sync_token == ""
    site.says("/dav/b.ics", 200, calendar(vevent(CONCERT, 0)))
    feed.read()
    assert feed.statuses() == {"book-fair": "confirmed", "winter-concert": "confirmed"}
    assert feed.source().sync_token == "t1"


def test_a_listing_that_hands_out_little_of_itself_is_not_believed(feed: Feed, site: Site) -> None:
    bodies = {f"{n}.ics": calendar(vevent(Entry(f"Evening {n}", "2026-12-10"), 0)) for n in range(6)}
    feed.change(address=MultiStatus(site, bodies, withheld=list(bodies)[:4]).address)
    failed = feed.read()
    assert failed.outcome == "failed"
    assert "did not hand out 4 of its entries" in failed.message
    assert feed.statuses() == {}


def test_another_kind_of_entry_is_kept_and_says_nothing(feed: Feed, collection: CalDav, door: Counting) -> None:
    lines = ("BEGIN:VTODO", "UID:chairs", "DTSTAMP:20261101T000000Z", "SUMMARY:Chairs", "END:VTODO")
    collection.shows([FAIR])
    collection.ask("PUT", f"{collection.url}todo.ics", calendar(*lines))
    feed.read()
    assert feed.statuses() == {"book-fair": "confirmed"}
    assert asked(feed, door) == ["REPORT"]


def test_a_wrong_password_is_told_and_takes_nothing_away(feed: Feed, collection: CalDav) -> None:
    collection.shows([FAIR])
    feed.read()
    feed.change(password_sealed=feed.vault.seal("wrong"))
    failed = feed.read()
    assert (failed.outcome, "password" in failed.message) == ("failed", True)
    assert feed.statuses() == {"book-fair": "confirmed"}


def test_the_doctor_counts_its_entries(feed: Feed, collection: CalDav) -> None:
    collection.shows([FAIR, CONCERT])
    feed.read()
    found = of_source(feed.doors, feed.vault, feed.source(), "America/Chicago")
    assert (found.ok, found.message.split(";")[0]) == (True, "2 entries now")


class MultiStatus:
    """A CalDAV server that answers as a test says: for what no good server does."""

    def __init__(self, site: Site, bodies: dict[str, bytes], withheld: list[str] | None = None) -> None:
        self.bodies, self.withheld = bodies, withheld or []
        self.address = site.on("/dav/", self.answer)

    def answer(self, handler) -> None:  # type: ignore[no-untyped-def]
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        parts = "".join(self.entry(name, whole=b"multiget" in body) for name in self.bodies)
        spaces = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'
        told = f'<?xml version="1.0"?><multistatus {spaces}>{parts}{self.itself()}</multistatus>'
        handler.say(207, told.encode())

    def entry(self, name: str, whole: bool) -> str:
        if whole and name in self.withheld:
            return ""
        text = self.bodies[name].decode().replace("<", "&lt;")
        data = f"<C:calendar-data>{text}</C:calendar-data>" if whole else ""
        return (
            f"<response><href>/dav/{name}</href><propstat><prop><getetag>{hash(self.bodies[name])}</getetag>{data}</prop>"
            "<status>HTTP/1.1 200 OK</status></propstat></response>"
        )

    def itself(self) -> str:
        return (
            "<response><href>/dav/</href><propstat><prop><resourcetype><collection/><C:calendar/></resourcetype>"
            "<sync-token>t1</sync-token></prop><status>HTTP/1.1 200 OK</status></propstat></response>"
        )

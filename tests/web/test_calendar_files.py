from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256

import icalendar
import pytest
from sqlmodel import select

from models.center import Center, Feed
from models.event import Event
from models.school import School
from tests.web.conftest import CALENDAR, NOW, Answer, Site


@pytest.fixture
def feed(site: Site) -> Iterator[str]:
    """The path of a subscribed calendar of the whole school."""
    yield subscribe(site, "secret-address")


def subscribe(site: Site, token: str, **changes: str) -> str:
    site.add(Feed(school="maple", token_digest=sha256(token.encode()).hexdigest(), made_at=NOW, **changes))
    return f"/feeds/{token}.ics"


def entries(answer: Answer) -> dict[tuple[str, str], icalendar.Event]:
    """(uid, recurrence id) -> entry."""
    found = icalendar.Calendar.from_ical(answer.body).walk("VEVENT")
    return {
        (str(one["UID"]), one["RECURRENCE-ID"].to_ical().decode() if "RECURRENCE-ID" in one else ""): one
        for one in found
    }


def titles(answer: Answer) -> set[str]:
    return {str(one["SUMMARY"]) for one in entries(answer).values()}


def test_a_subscriber_gets_every_event_with_series_exceptions_and_cancellations(site: Site, feed: str) -> None:
    answer = site.get(feed)
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    found = entries(answer)
    assert {uid for uid, _ in found} == {"concert", "homework", "picnic", "fair", "break", "staff"}
    assert found[("homework", "")]["RRULE"].to_ical() == b"FREQ=WEEKLY;COUNT=12"
    assert [at for uid, at in found if uid == "homework" and at] == ["20261208T153000", "20261222T153000"]
    assert found[("picnic", "")]["STATUS"] == "CANCELLED"


def test_a_reader_who_has_the_newest_copy_gets_no_body(site: Site, feed: str) -> None:
    first = site.get(feed)
    for headers in (
        {"If_None_Match": first.headers["etag"]},
        {"If_None_Match": f'"other", W/{first.headers["etag"]}'},
        {"If_None_Match": "*"},
        {"If_Modified_Since": first.headers["last-modified"]},
    ):
        again = site.get(feed, **headers)
        assert (again.status, again.body) == (304, b""), headers
        assert again.headers["etag"] == first.headers["etag"]
        assert again.headers["cache-control"] == "private, max-age=900"


def test_the_etag_is_strong_and_decides_alone(site: Site, feed: str) -> None:
    first = site.get(feed)
    assert first.headers["etag"].startswith('"')
    assert site.get(feed, If_None_Match='"old"', If_Modified_Since=first.headers["last-modified"]).status == 200


@pytest.mark.parametrize("since", ["yesterday", "", "Mon, 99 Foo 2026 00:00:00 GMT"])
def test_a_date_that_cannot_be_read_is_no_date(site: Site, feed: str, since: str) -> None:
    assert site.get(feed, If_Modified_Since=since).status == 200


def test_a_change_in_the_schools_calendar_reaches_subscribers_as_a_change_of_that_event_alone(
    site: Site, feed: str
) -> None:
    before = site.get(feed)
    site.now = NOW + timedelta(hours=1)
    site.read_calendar(CALENDAR.replace("20261210T1", "20261211T1"))
    for known in ({"If_None_Match": before.headers["etag"]}, {"If_Modified_Since": before.headers["last-modified"]}):
        after = site.get(feed, **known)
        assert after.status == 200, known
    assert after.headers["last-modified"] == "Tue, 01 Dec 2026 16:00:00 GMT"
    old, new = entries(before), entries(after)
    assert b"20261211T180000" in new[("concert", "")].to_ical()
    assert int(new[("concert", "")]["SEQUENCE"]) > int(old[("concert", "")]["SEQUENCE"])
    assert new[("concert", "")]["LAST-MODIFIED"].dt == site.now
    assert new[("fair", "")].to_ical() == old[("fair", "")].to_ical()


def test_an_event_that_a_person_told_as_cancelled_is_cancelled_for_subscribers(site: Site, feed: str) -> None:
    with site.db.write() as session:
        row = session.exec(select(Event).where(Event.uid == "concert")).one()
        row.status, row.missing_decided, row.missing_decided_at = "cancelled", "cancelled", NOW + timedelta(hours=2)
    concert = entries(site.get(feed))[("concert", "")]
    assert concert["STATUS"] == "CANCELLED"
    assert int(concert["SEQUENCE"]) == 7200


def test_an_event_that_is_missing_stays_as_it_was(site: Site, feed: str) -> None:
    before = site.get(feed)
    with site.db.write() as session:
        session.exec(select(Event).where(Event.uid == "concert")).one().status = "missing"
    assert site.get(feed).body == before.body


def test_a_feed_of_one_category_holds_only_that(site: Site) -> None:
    answer = site.get(subscribe(site, "music", category="music"))
    assert titles(answer) == {"Winter concert & sing-along"}
    assert b"NAME:Maple Street Elementary \xe2\x80\x93 music" in answer.body


def test_a_feed_of_a_center_holds_what_the_center_takes(site: Site) -> None:
    site.add(Center(school="maple", slug="eastside", name="Eastside", kind="feed", places=["library", "gym"]))
    answer = site.get(subscribe(site, "east", center="eastside"))
    assert titles(answer) == {"Winter concert & sing-along", "Homework club"}


def test_asking_for_the_head_gives_the_same_headers_and_no_body(site: Site, feed: str) -> None:
    full, head = site.get(feed), site.get(feed, "HEAD")
    assert (head.status, head.body) == (200, b"")
    for name in ("etag", "last-modified", "content-length", "content-type", "cache-control"):
        assert head.headers[name] == full.headers[name]


def test_an_address_that_was_revoked_or_never_given_out_opens_nothing(site: Site, feed: str) -> None:
    with site.db.write() as session:
        session.exec(select(Feed)).one().revoked_at = NOW
    for path in (feed, "/feeds/guess.ics", "/feeds/.ics", "/feeds/%00.ics", f"/feeds/{'x' * 5000}.ics"):
        answer = site.get(path)
        assert answer.status == 404, path
        assert b"VCALENDAR" not in answer.body
        assert answer.headers["cache-control"] == "no-store"


def test_the_calendars_of_a_school_that_is_off_are_off(site: Site, feed: str) -> None:
    with site.db.write() as session:
        session.get_one(School, "maple").off_at = NOW
    assert site.get(feed).status == 404


def test_one_event_can_be_added_to_a_calendar_with_its_page_as_address(site: Site) -> None:
    code = site.codes["homework"]
    answer = site.get(f"/e/{code}.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="{code}.ics"'
    assert {uid for uid, _ in entries(answer)} == {"homework"}
    assert entries(answer)[("homework", "")]["URL"] == f"https://events.maple.example/e/{code}"
    assert site.get(f"/e/{code}.ics", If_None_Match=answer.headers["etag"]).status == 304

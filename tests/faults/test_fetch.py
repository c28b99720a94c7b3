"""Rows 21, 22, 24 to 27: what a server may do to a feed on its way to us. Real servers, and the rows of a real database.

Whatever comes, nothing that was known changes, the trouble is told in one sentence, and the next good copy is taken.
"""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from connector.fetch import Fetcher
from tests.connector.site import Act, Handler, Site, cut
from tests.mirroring.feed import Feed, calendar, many, vevent

FAIR = vevent("fair", "20261208T180000", "LOCATION:Gym")
GOOD = (FAIR, *many(6))
BODY = calendar(*GOOD)
PACKED = gzip.compress(BODY)


def survives(feed: Feed, act: Act, told: str) -> None:
    """A good copy, then the fault, then a good copy with one event more."""
    feed.read(*GOOD)
    before = feed.everything()
    feed.site.on("/maple.ics", act)
    bad = feed.read()
    assert bad.outcome in ("refused", "failed")
    assert told in bad.message
    assert bad.message.endswith(".")
    assert feed.everything() == before
    assert feed.source().problem == bad.message
    assert feed.read(*GOOD, vevent("more", "20261220T180000")).outcome == "taken"
    assert len(feed.events()) == 8
    assert feed.source().problem == ""


def says(status: int, body: bytes, **headers: str) -> Act:
    return lambda handler: handler.say(status, body, **headers)


def closed(body: bytes) -> Act:
    """A body without a length, ended by hanging up: only what is inside can tell that it is cut."""
    return cut("Connection: close", body)


CUT: dict[str, tuple[Act, str]] = {
    "short of its length": (cut(f"Content-Length: {len(BODY)}", BODY[:-300]), "truncated"),
    "chunks without an end": (cut("Transfer-Encoding: chunked", b"%x\r\n%s\r\n" % (len(BODY), BODY)), "truncated"),
    "inside a chunk": (cut("Transfer-Encoding: chunked", b"%x\r\n%s" % (len(BODY), BODY[:-300])), "truncated"),
    "packed, short": (cut("Content-Encoding: gzip\r\nConnection: close", PACKED[:-20]), "truncated"),
    "in the middle of an event": (closed(BODY[: BODY.index(b"SUMMARY:Evening 3")]), "cut off"),
    "between two events": (closed(BODY[: BODY.rindex(b"BEGIN:VEVENT")]), "cut off"),
    "without its last line": (closed(BODY[: BODY.rindex(b"END:VCALENDAR")]), "cut off"),
    "inside its last line": (closed(BODY[:-6]), "cut off"),
    "an event without its end": (closed(BODY.replace(b"END:VEVENT", b"X-END:1", 1)), "damaged"),
}


@pytest.mark.parametrize(("act", "told"), CUT.values(), ids=CUT.keys())
def test_row_21_a_feed_that_is_cut_off_is_thrown_away_whole(feed: Feed, act: Act, told: str) -> None:
    survives(feed, act, told)


HTML = b"<!DOCTYPE html><html><body>Please sign in to the school's network</body></html>"
INSTEAD: dict[str, tuple[Act, str]] = {
    "sign-in page": (says(200, HTML, Content_Type="text/html"), "web page"),
    "called a calendar": (says(200, HTML, Content_Type="text/calendar"), "web page"),
    "captive portal": (says(511, HTML), "trouble of its own (status 511)"),
    "JSON": (says(200, b'{"error": {"code": 500}}'), "JSON"),
    "text": (says(200, b"Internal error\n"), "does not begin like a calendar"),
    "a page that mentions one": (says(200, HTML + BODY), "web page"),
    "an error with a calendar": (says(500, BODY), "status 500"),
    "half of it": (says(206, BODY), "status 206"),
    "no content": (says(204, b""), "status 204"),
}


@pytest.mark.parametrize(("act", "told"), INSTEAD.values(), ids=INSTEAD.keys())
def test_row_22_what_comes_in_place_of_a_feed_is_refused(feed: Feed, act: Act, told: str) -> None:
    survives(feed, act, told)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n"
DRIPS: dict[str, tuple[bytes, bytes]] = {
    "body": (HEAD + b"\r\nBEGIN:VCALENDAR\r\n", b"X"),
    "headers": (HEAD, b"X: y\r\n"),
    "status line": (b"HTTP/1.1 2", b"0"),
    "nothing": (b"", b""),
}


@pytest.mark.parametrize(("start", "drop"), DRIPS.values(), ids=DRIPS.keys())
def test_row_24_a_server_that_drips_is_left_at_the_deadline(feed: Feed, start: bytes, drop: bytes) -> None:
    feed.doors.fetcher = Fetcher(allow_hosts="127.0.0.1", deadline=1.0, clocks=feed.doors.clocks)
    begun = time.monotonic()
    survives(feed, lambda handler: handler.drip(start, drop), "within 1 seconds")
    assert time.monotonic() - begun < 15


def test_row_25_unchanged_keeps_all_whatever_body_it_comes_with(feed: Feed) -> None:
    feed.site.says("/maple.ics", 200, BODY, ETag='"1"')
    feed.read()
    before = feed.everything()
    for act in (says(304, b"", ETag='"1"'), says(304, b"", ETag='"other"'), says(304, b""), says(304, HTML)):
        feed.site.on("/maple.ics", act)
        assert feed.read().outcome == "unchanged"
    assert feed.everything() == before
    assert [headers.get("if-none-match") for _, headers in feed.site.seen] == [None, *['"1"'] * 4]


def test_row_25_unchanged_without_having_been_asked_is_not_believed(feed: Feed) -> None:
    feed.site.says("/maple.ics", 304)
    assert feed.read().outcome == "failed"
    assert feed.source().read_at is None


def test_row_25_unchanged_for_ever_ends_after_a_week_at_the_latest(feed: Feed) -> None:
    """The server says "unchanged" to whoever asks so, though a new event stands in its calendar."""
    feed.site.says("/maple.ics", 200, BODY, ETag='"1"')
    feed.read()
    newer = calendar(*GOOD, vevent("more", "20261220T180000"))

    def stuck(handler: Handler) -> None:
        asked = "If-None-Match" in handler.headers or "If-Modified-Since" in handler.headers
        handler.say(304 if asked else 200, b"" if asked else newer, ETag='"1"')

    feed.site.on("/maple.ics", stuck)
    outcomes = [feed.read(later=timedelta(hours=6)).outcome for _ in range(4 * 7)]
    assert outcomes.count("taken") == 1
    assert feed.statuses()["more"] == "confirmed"
    seen = feed.site.seen[1:]
    assert sum("if-none-match" not in headers for _, headers in seen) == 1  # and it costs no call more than before
    assert len(seen) == len(outcomes)


@pytest.mark.parametrize("etag", ["x" * 2000, "tab\tinside", "\x01", "\xa0", 'W/"\x7f"'])
def test_row_25_an_etag_that_cannot_be_sent_back_is_forgotten(any_feed: Feed, etag: str) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(BODY)}\r\nETag: {etag}\r\nLast-Modified: \x02\r\n\r\n"
    any_feed.site.on("/maple.ics", lambda handler: handler.raw(head.encode("latin-1") + BODY))
    assert any_feed.read().outcome == "taken"
    assert (any_feed.source().etag, any_feed.source().last_modified) == (None, None)
    assert any_feed.read().outcome == "unchanged"


def test_row_25_an_etag_that_stays_while_the_calendar_changes_hides_nothing_that_is_sent(feed: Feed) -> None:
    feed.site.says("/maple.ics", 200, BODY, ETag='"1"')
    feed.read()
    feed.site.says("/maple.ics", 200, calendar(*GOOD, vevent("more", "20261220T180000")), ETag='"1"')
    assert feed.read().outcome == "taken"
    assert feed.statuses()["more"] == "confirmed"


AWAY = {
    "a circle": "/maple.ics",
    "a private address": "http://10.0.0.1/maple.ics",
    "the cloud's inside": "http://169.254.169.254/latest/meta-data/",
    "this machine": "http://[::1]:80/maple.ics",
    "a file": "file:///etc/passwd",
    "no scheme": "//127.0.0.1/maple.ics",
    "a user name": "http://u:hunter2@127.0.0.1/maple.ics",
    "no address": "http://[127.0.0.1]/maple.ics",
    "another port": "http://maple.example:22/maple.ics",
    "nowhere": "",
}


@pytest.mark.parametrize("location", AWAY.values(), ids=AWAY.keys())
@pytest.mark.parametrize("status", [301, 302])
def test_row_26_a_redirect_that_leads_astray_is_not_followed(feed: Feed, status: int, location: str) -> None:
    survives(feed, says(status, BODY, Location=location), "redirects to" if location != "/maple.ics" else "without end")
    assert not any("hunter2" in one.message for one in feed.seen)


def test_row_26_an_address_that_moved_for_good_is_told_and_not_adopted(feed: Feed, sites: Callable[[], Site]) -> None:
    other = sites()
    new = other.says("/secret-of-the-school.ics", 200, BODY, ETag='"1"')
    feed.doors.fetcher = Fetcher(allow_hosts="127.0.0.1", clocks=feed.doors.clocks)
    old = feed.source().address
    feed.site.says("/maple.ics", 301, Location=new)
    taken = feed.read()
    assert (taken.outcome, len(feed.events())) == ("taken", 7)
    assert "moved for good" in taken.note
    assert "secret" not in taken.note
    assert feed.source().address == old
    other.says("/secret-of-the-school.ics", 304)
    assert "moved for good" in feed.read().note  # told for as long as it is so
    feed.site.says("/maple.ics", 302, Location=new)
    assert feed.read().note == ""


def test_row_26_a_password_stays_with_its_server(feed: Feed, sites: Callable[[], Site]) -> None:
    other = sites()
    away = other.says("/maple.ics", 200, BODY)
    feed.doors.fetcher = Fetcher(allow_hosts="127.0.0.1", clocks=feed.doors.clocks)
    feed.change(username="office", password_sealed=feed.vault.seal("hunter2"))
    feed.site.says("/maple.ics", 302, Location=away)
    assert feed.read().outcome == "taken"
    assert ["authorization" in headers for _, headers in (*feed.site.seen, *other.seen)] == [True, False]


ZEROS = gzip.compress(bytes(60_000_000))
BOMBS: dict[str, tuple[Act, str]] = {
    "packed": (says(200, ZEROS, Content_Encoding="gzip"), "larger than 20 MB"),
    "packed twice, told": (says(200, gzip.compress(ZEROS), Content_Encoding="gzip, gzip"), "packs its data"),
    "packed twice, not told": (says(200, gzip.compress(ZEROS), Content_Encoding="gzip"), "does not begin like"),
    "brotli": (says(200, b"\x5b\xff\xff\x03\x00", Content_Encoding="br"), "packs its data"),
    "zstd": (says(200, b"\x28\xb5\x2f\xfd", Content_Encoding="zstd"), "packs its data"),
    "deflate": (says(200, b"x\x9c", Content_Encoding="deflate"), "packs its data"),
    "in a redirect": (says(302, ZEROS, Content_Encoding="gzip", Location="/maple.ics"), "without end"),
    "in an error": (says(500, ZEROS, Content_Encoding="gzip"), "status 500"),
}


@pytest.mark.parametrize(("act", "told"), BOMBS.values(), ids=BOMBS.keys())
def test_row_27_a_packed_bomb_is_left_unexploded(feed: Feed, act: Act, told: str) -> None:
    survives(feed, act, told)
    assert {headers["accept-encoding"] for _, headers in feed.site.seen} == {"gzip"}

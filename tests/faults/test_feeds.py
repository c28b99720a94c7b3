"""Rows 20, 23 and 28 to 32: what a feed may hold, or no longer hold. From a real server to the rows of a real database.

Row 30, "moved between feeds": an event is known by its feed; in the other feed it is another event, and in the first
one it is missing until a person has said what that means.
"""

from __future__ import annotations

import resource
import time
from datetime import timedelta

import pytest

from connector.doors import Doors
from connector.fetch import Fetcher
from tests.calendars.malformed import WHOLE, hurt
from tests.connector.site import Handler
from tests.mirroring.feed import MOVED, WEEKLY, Feed, calendar, many, vevent
from tests.mirroring.test_apart import bomb

FAIR = vevent("fair", "20261208T180000", "LOCATION:Gym")
EMPTY = calendar()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


# --- 20


@pytest.mark.parametrize(
    "body",
    [b"", b"\r\n", b"\xef\xbb\xbf", EMPTY, EMPTY + EMPTY],
    ids=["0 bytes", "a line", "a mark", "0 events", "twice"],
)
def test_row_20_an_empty_feed_takes_nothing_away_however_often_it_comes(feed: Feed, body: bytes) -> None:
    feed.read(FAIR, *many(6))
    before = feed.everything()
    feed.site.says("/maple.ics", 200, body)
    for _ in range(3):
        empty = feed.read(later=DAY / 3)
        assert empty.outcome in ("held", "refused")
        assert empty.message
    assert feed.everything() == before
    assert feed.read(FAIR, *many(6)).outcome in ("taken", "unchanged")
    assert set(feed.statuses().values()) == {"confirmed"}


def test_row_20_a_feed_that_was_empty_from_the_start_is_an_ordinary_one(feed: Feed) -> None:
    feed.site.says("/maple.ics", 200, EMPTY)
    assert feed.read().outcome == "taken"
    assert feed.read(FAIR).outcome == "taken"


# --- 23


def padded(size: int) -> bytes:
    return calendar(FAIR, vevent("big", "20261208T180000", "DESCRIPTION:" + "x" * size))


@pytest.mark.parametrize("way", ["told", "not told"])
def test_row_23_a_feed_of_100_mb_is_left_after_20(feed: Feed, way: str) -> None:
    feed.read(FAIR, *many(6))
    before = feed.everything()
    sent = [0]

    def endless(handler: Handler) -> None:
        handler.close_connection = True
        length = b"Content-Length: 104857600\r\n" if way == "told" else b"Connection: close\r\n"
        try:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + length + b"\r\nBEGIN:VCALENDAR\r\n")
            while sent[0] < 100:
                handler.wfile.write(b"X-LINE:" + b"x" * 1048567 + b"\r\n")
                sent[0] += 1
        except OSError:
            pass

    feed.site.on("/maple.ics", endless)
    large = feed.read()
    assert "larger than 20 MB" in large.message
    assert sent[0] < 60  # what lies between us in buffers counts as sent
    assert feed.everything() == before


def test_row_23_a_feed_of_100_000_events_is_refused_before_one_is_read(feed: Feed) -> None:
    feed.read(FAIR, *many(6))
    before = feed.everything()
    few = b"BEGIN:VEVENT\r\nUID:%d\r\nDTSTART:20261208T180000Z\r\nEND:VEVENT\r\n"
    body = b"BEGIN:VCALENDAR\r\n" + b"".join(few % number for number in range(100_000)) + b"END:VCALENDAR\r\n"
    feed.site.says("/maple.ics", 200, body)
    begun = time.thread_time()
    refused = feed.read()
    assert (refused.outcome, "100,000 events" in refused.message) == ("refused", True)
    assert time.thread_time() - begun < 10
    assert feed.everything() == before


@pytest.mark.parametrize(
    "line", ["DESCRIPTION:", "X-UNKNOWN:", "SUMMARY:", "UID:", "LOCATION:", "CATEGORIES:", "URL:https://x.example/"]
)
def test_row_23_one_line_of_10_mb_costs_no_other_event(any_feed: Feed, line: str) -> None:
    any_feed.read(FAIR, *many(6))
    big = vevent("big", "20261215T180000", line + "x" * 10_000_000)
    if line == "UID:":
        big = big.replace("UID:big\r\n", "")
    begun = time.thread_time()
    assert any_feed.read(FAIR, *many(6), big).outcome == "taken"
    assert time.thread_time() - begun < 10
    assert len([one for one in any_feed.events() if one.status == "confirmed"]) >= 7


# --- 28

DAYS = [f"2026{1 + n % 336 // 28:02}{1 + n % 28:02}T{n // 336 % 24:02}{n // 8064 % 60:02}00" for n in range(20_000)]
BOMBS: dict[str, list[str]] = {
    "each second": [vevent("bomb", "20261209T180000", "RRULE:FREQ=SECONDLY")],
    "each minute": [vevent("bomb", "20261209T180000", "RRULE:FREQ=MINUTELY;COUNT=5")],
    "after no time": [vevent("bomb", "20261209T180000", "RRULE:FREQ=DAILY;INTERVAL=0")],
    "never": [vevent("bomb", "20261209T180000", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31")],
    "never, by seconds": [vevent("bomb", "20261209T180000", "RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30")],
    "since the year 1": [vevent("bomb", "10010101T000000", "RRULE:FREQ=DAILY")],
    "hourly for decades": [vevent("bomb", "19700101T000000", "RRULE:FREQ=HOURLY")],
    "every second of a day": [
        vevent("bomb", "20261209T180000", f"RRULE:FREQ=DAILY;BYSECOND={','.join(map(str, range(60)))};BYMINUTE=0,1,2,3")
    ],
    "20,000 RDATEs": [vevent("bomb", "20261209T180000", "RDATE:" + ",".join(DAYS))],
    "20,000 EXDATEs": [vevent("bomb", "20261209T180000", "RRULE:FREQ=DAILY;COUNT=9", "EXDATE:" + ",".join(DAYS))],
    "a count beyond all counting": [vevent("bomb", "20261209T180000", "RRULE:FREQ=DAILY;COUNT=99999999999")],
    "6,000 exceptions": [
        vevent("bomb", "20250101T090000", "RRULE:FREQ=DAILY"),
        *[vevent("bomb", "20261209T180000", f"RECURRENCE-ID;TZID=America/Chicago:{day}") for day in DAYS[:6000]],
    ],
    "a storm of events under one UID": bomb(),
    "ends in 99999": [vevent("bomb", "20261209T180000", "RRULE:FREQ=DAILY;UNTIL=999991231T000000Z")],
    "begins in 9999": [vevent("bomb", "99991231T235959", "RRULE:FREQ=DAILY")],
    "lasts for millennia": [vevent("bomb", "20261209T180000", "RRULE:FREQ=DAILY").replace("PT2H", "P1000000D")],
}


@pytest.mark.parametrize("events", BOMBS.values(), ids=BOMBS.keys())
def test_row_28_a_bomb_is_named_its_last_good_copy_stands_and_no_other_event_suffers(
    feed: Feed, events: list[str]
) -> None:
    feed.read(vevent("bomb", "20261209T180000", title="Concert"), *many(6))
    before, dates = feed.event("bomb"), feed.dates("bomb")
    begun = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    taken = feed.read(*events, *many(7))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_utime - begun < 10  # in this process; a child has 5 s for each
    assert taken.outcome == "taken"
    assert {problem.uid for problem in taken.problems} == {"bomb"}
    assert (feed.event("bomb"), feed.dates("bomb")) == (before, dates)
    assert feed.statuses()["e6"] == "confirmed"


@pytest.mark.parametrize(
    "event",
    [
        vevent("much", "20261209T180000", *["BEGIN:VALARM\r\nTRIGGER:-PT15M\r\nACTION:DISPLAY\r\nEND:VALARM"] * 20_000),
        vevent("much", "20261209T180000", "RRULE:FREQ=YEARLY;UNTIL=99991231T235959Z"),
        vevent("much", "20261209T180000", "ATTACH;ENCODING=BASE64;VALUE=BINARY:" + "QUJD" * 100_000),
        vevent("much", "20261209T180000", *[f"RRULE:FREQ=YEARLY;INTERVAL={n}" for n in range(1, 1000)]),
    ],
    ids=["20,000 alarms", "until 9999", "an attachment", "a thousand rules"],
)
def test_row_28_what_only_looks_like_a_bomb_is_read(feed: Feed, event: str) -> None:
    taken = feed.read(event, *many(6))
    assert (taken.outcome, taken.problems) == ("taken", ())
    assert feed.dates("much")[0] == "12-09 18:00"


# --- 29

ODD: dict[str, bytes] = {
    "not UTF-8": "Férié".encode("cp1252"),
    "half a character": "Féri".encode()[:-4] + b"\xc3",
    "a lone surrogate": b"a\xed\xa0\x80b",
    "beyond Unicode": b"a\xf4\x90\x80\x80b",
    "NUL": b"a\x00b",
    "bell and escape": b"a\x07\x1b[31mb",
    "right to left": "a\u202eb\u2066c".encode(),
    "a lone CR": b"a\rb",
    "a line separator": "a\u2028b".encode(),
    "a mark inside": "a\ufeffb".encode(),
    "a fold inside a character": "caf\u00e9".encode()[:-1] + b"\r\n " + "caf\u00e9".encode()[-1:],
}


@pytest.mark.parametrize(
    "name", ["SUMMARY", "LOCATION", "DESCRIPTION", "UID", "CATEGORIES", "URL", "X-ALT-DESC", "STATUS", "DTSTART;TZID"]
)
@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_row_29_odd_bytes_in_any_line_are_read_cleaned_and_kept(feed: Feed, name: str, odd: bytes) -> None:
    lines = vevent("odd", "20261209T180000").encode().split(b"\r\n")
    body = [line for line in lines if not line.startswith(name.encode())] + []
    value = b"https://x.example/" + odd if name == "URL" else odd
    line = b"DTSTART;TZID=" + odd + b":20261209T180000" if name == "DTSTART;TZID" else name.encode() + b":" + value
    body.insert(1, line)
    feed.site.says(
        "/maple.ics", 200, calendar(*many(6)).replace(b"BEGIN:VEVENT", b"\r\n".join(body) + b"\r\nBEGIN:VEVENT", 1)
    )
    assert feed.read().outcome == "taken"
    row = next(one for one in feed.events() if not one.uid.startswith("e"))
    shown = row.title + row.location + row.url + "".join(row.categories) + row.description.replace("\n", "")
    assert all(letter.isprintable() or letter == "\xa0" for letter in shown)
    assert "\x00" not in row.uid + row.ics


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_row_29_a_whole_feed_in_another_encoding_is_read_or_refused_and_takes_nothing_away(
    feed: Feed, encoding: str
) -> None:
    feed.read(FAIR, *many(6))
    feed.site.says("/maple.ics", 200, calendar(FAIR.replace("Gym", "Salón"), *many(6)).decode().encode(encoding))
    taken = feed.read()
    assert taken.outcome == ("refused" if encoding.startswith("utf-16") else "taken")
    assert set(feed.statuses().values()) == {"confirmed"}


def test_row_29_three_hundred_malformed_copies_delete_and_cancel_nothing(any_feed: Feed) -> None:
    any_feed.site.says("/maple.ics", 200, WHOLE)
    any_feed.read()
    heads = {one.id for one in any_feed.events() if not one.series}  # what stood before; what came hurt may merge later
    outcomes: dict[str, int] = {}
    for number in range(300):
        body = hurt(number)
        any_feed.site.says("/maple.ics", 200, body)
        taken = any_feed.read(later=timedelta(seconds=1))
        outcomes[taken.outcome] = outcomes.get(taken.outcome, 0) + 1
        found = {one.id: one.status for one in any_feed.events() if not one.series}
        assert heads <= found.keys(), number
        assert b"CANCEL" in body.upper() or "cancelled" not in found.values(), number
        if b"CANCEL" in body.upper():
            any_feed.site.says("/maple.ics", 200, WHOLE)
            any_feed.read(later=timedelta(seconds=1))
    assert outcomes["taken"] > 20 and outcomes["refused"] > 100, outcomes


# --- 30


def test_row_30_a_uid_that_is_used_twice_for_different_events_is_two_events(any_feed: Feed) -> None:
    any_feed.read(vevent("fair", "20261208T180000"), vevent("fair", "20261215T180000", title="Concert"))
    assert sorted(one.title for one in any_feed.events()) == ["Book fair", "Concert"]


def test_row_30_the_same_event_written_twice_is_one(feed: Feed) -> None:
    feed.read(FAIR, FAIR, *many(6))
    assert [one.uid for one in feed.events()].count("fair") == 1


def test_row_30_events_without_a_uid_keep_their_rows_from_reading_to_reading(feed: Feed) -> None:
    nameless = [one.replace(f"UID:e{n}\r\n", "") for n, one in enumerate(many(6))]
    feed.read(*nameless)
    before = {one.title: one.id for one in feed.events()}
    feed.read(FAIR, *nameless[::-1])
    assert {one.title: one.id for one in feed.events() if one.uid != "fair"} == before
    assert len(before) == 6


def test_row_30_a_sequence_that_goes_down_is_taken_as_the_feed_says_it(feed: Feed) -> None:
    feed.read(vevent("fair", "20261208T180000", "SEQUENCE:5"))
    first = feed.event("fair").id
    feed.read(vevent("fair", "20261209T180000", "SEQUENCE:2"))
    assert (feed.event("fair").id, feed.dates("fair")) == (first, ["12-09 18:00"])


@pytest.mark.parametrize("order", [1, -1])
def test_row_30_within_one_copy_the_higher_sequence_counts_in_any_order(feed: Feed, order: int) -> None:
    both = [vevent("fair", "20261208T180000", "SEQUENCE:1"), vevent("fair", "20261209T180000", "SEQUENCE:2")]
    feed.read(*both[::order])
    assert feed.dates("fair") == ["12-09 18:00"]


def test_row_30_a_uid_given_to_another_event_is_a_change_and_nothing_is_lost(feed: Feed) -> None:
    feed.read(FAIR, *many(6))
    taken = feed.read(vevent("fair", "20270115T180000", title="Concert"), *many(6))
    assert (taken.counts["added"], taken.counts["changed"], taken.counts["missing"]) == (0, 1, 0)


# --- 31


def test_row_31_when_much_vanishes_the_feed_is_held_told_and_released_by_a_person(any_feed: Feed) -> None:
    any_feed.read(*many(20))
    before = any_feed.everything()
    for _ in range(3):
        held = any_feed.read(*many(15), later=DAY)
        assert held.outcome == "held"
    assert "5 of 20" in held.message
    assert "Evening 15" in held.message  # a person can see what it is about
    assert "release calendar" in held.message
    assert any_feed.everything() == before
    any_feed.release()
    assert any_feed.read().outcome == "taken"
    assert sorted(any_feed.statuses().values()).count("missing") == 5  # and still nothing is deleted


@pytest.mark.parametrize(
    ("had", "left", "outcome"),
    [(20, 16, "taken"), (20, 15, "held"), (4, 1, "taken"), (4, 0, "held"), (9, 5, "held"), (1, 0, "held")],
)
def test_row_31_the_guard_stands_at_the_greater_of_three_and_a_fifth(
    feed: Feed, had: int, left: int, outcome: str
) -> None:
    feed.read(*many(had))
    assert feed.read(*many(left), vevent("old", "20261101T180000")).outcome == outcome


@pytest.mark.parametrize("how", ["all", "half"])
def test_row_31_new_uids_for_the_same_events_change_nothing_that_families_see(feed: Feed, how: str) -> None:
    feed.read(WEEKLY, MOVED, *many(10))
    before = {one.id: (one.title, one.starts_at, one.fingerprint, one.changed_at) for one in feed.events()}
    renamed = [one.replace("UID:", "UID:new-") for one in many(10)]
    taken = feed.read(WEEKLY, MOVED, *(renamed if how == "all" else renamed[:5] + many(10)[5:]))
    assert (taken.outcome, taken.counts["missing"], taken.counts["added"]) == ("taken", 0, 0)
    assert {one.id: (one.title, one.starts_at, one.fingerprint, one.changed_at) for one in feed.events()} == before


def test_row_31_other_events_in_place_of_all_are_held(feed: Feed) -> None:
    feed.read(*many(10))
    other = [vevent(f"x{n}", f"202701{10 + n}T090000", title=f"Board {n}") for n in range(10)]
    assert feed.read(*other).outcome == "held"


# --- 32


def test_row_32_a_host_that_is_gone_for_thirty_days_leaves_every_event_and_is_told_each_day(feed: Feed) -> None:
    feed.change(missing="3d")
    feed.read(FAIR, WEEKLY, MOVED, *many(6))
    feed.read(WEEKLY, MOVED, *many(6))  # one is missing, and its three days must not run out unread
    began = feed.now
    before = feed.everything()
    address = feed.source().address
    feed.change(address="http://127.0.0.1:9/maple.ics")
    feed.doors.fetcher = Fetcher(allow_hosts="127.0.0.1", clocks=feed.doors.clocks)
    for _ in range(30):
        failed = feed.read(later=DAY)
        assert failed.outcome == "failed"
        assert "cannot be reached" in failed.message
    assert feed.everything() == before
    assert (feed.source().failing_since, feed.source().read_at) == (began + DAY, began)
    feed.change(address=address)
    assert feed.read(FAIR, WEEKLY, MOVED, *many(6)).outcome == "taken"
    assert set(feed.statuses().values()) == {"confirmed"}


def test_row_32_a_name_that_is_gone_is_the_same(feed: Feed) -> None:
    feed.read(FAIR, *many(6))
    before = feed.everything()
    feed.change(address="https://maple.invalid/maple.ics")
    feed.doors = Doors()
    assert feed.read(later=30 * DAY).outcome == "failed"
    assert feed.everything() == before

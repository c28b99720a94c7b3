from __future__ import annotations

import random

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.lines import block_lines, blocks, body
from calendars.merge import merge
from calendars.standing import fingerprint
from calendars.write import center_object
from tests.calendars.feeds import calendar, dates, only, starts
from tests.calendars.test_write import STAMP

MASTER = "UID:a\nDTSTART:20261103T100000\nDTEND:20261103T110000\nSUMMARY:Club\nLOCATION:Gym\nRRULE:FREQ=WEEKLY;COUNT=4"
EXCEPTION = "UID:a\nRECURRENCE-ID:20261110T100000\nDTSTART:20261110T120000\nDTEND:20261110T130000\nSUMMARY:Club"


def ours(*vevents: str, sequence: int = 1, description: str = "Come!") -> bytes:
    return center_object(
        only(calendar(*vevents)), uid="x", description=description, url="https://s.example/e/1", sequence=sequence,
        stamped_at=STAMP,
    )  # fmt: skip


STANDS = ours(MASTER, EXCEPTION)


def put_right(theirs: bytes, mine: bytes) -> bytes:
    """As when an edit is taken back."""
    return merge(theirs, mine, [theirs])


def edited(theirs: bytes, *changes: tuple[str, str]) -> bytes:
    text = theirs.decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text.encode()


def added(line: str, theirs: bytes = STANDS) -> bytes:
    return edited(theirs, ("STATUS:CONFIRMED", f"STATUS:CONFIRMED\r\n{line}"))


@pytest.mark.parametrize(
    "change",
    [
        ("20261110T120000", "20261110T123000"),
        ("T110000", "T113000"),
        ("COUNT=4", "COUNT=5"),
        ("SUMMARY:Club", "SUMMARY:Clubs"),
        ("Come!", "Go!"),
        ("LOCATION:Gym", "LOCATION:Pool"),
        ("LOCATION:Gym\r\n", ""),
        ("STATUS:CONFIRMED", "STATUS:CANCELLED"),
        ("/e/1", "/e/2"),
        ("20261110T100000", "20261117T100000"),
        ("STATUS:", "CATEGORIES:PTA\r\nSTATUS:"),
        ("STATUS:", "EXDATE;TZID=America/Chicago:20261117T100000\r\nSTATUS:"),
    ],
)
def test_the_fingerprint_sees_what_a_reader_would(change: tuple[str, str]) -> None:
    assert fingerprint(edited(STANDS, change)) != fingerprint(STANDS)


@pytest.mark.parametrize(
    "change",
    [
        ("DTSTAMP:20261001T120000Z", "DTSTAMP:20261231T000000Z\r\nCREATED:20200101T000000Z"),
        ("LAST-MODIFIED:20261001T120000Z\r\n", ""),
        ("SEQUENCE:1", "SEQUENCE:7"),
        ("PRODID:-//pta-bridge//calendars//EN", "PRODID:-//other//EN"),
        ("DTEND;TZID=America/Chicago:20261103T110000", "DURATION:PT1H"),
        ("RRULE:FREQ=WEEKLY;COUNT=4", "RRULE:COUNT=4;INTERVAL=1;FREQ=WEEKLY"),
        ("SUMMARY:Club", "SUMMARY:Cl\r\n ub"),
        ("SUMMARY:Club", "SUMMARY;LANGUAGE=en:Club"),
        ("STATUS:CONFIRMED\r\n", ""),
        ("STATUS:CONFIRMED", "STATUS:CONFIRMED\r\nX-SERVER:1\r\nCOMMENT:room 4\r\nBEGIN:VALARM\r\nEND:VALARM"),
    ],
)
def test_the_fingerprint_ignores_what_servers_do_and_centers_add(change: tuple[str, str]) -> None:
    assert fingerprint(edited(STANDS, change)) == fingerprint(STANDS)


@settings(max_examples=50, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_fingerprint_ignores_order(order: random.Random) -> None:
    [root] = blocks(STANDS)
    order.shuffle(root.blocks)
    for part in root.blocks:
        order.shuffle(part.lines)
    lines = [line for part in root.blocks if part.name == "VTIMEZONE" for line in block_lines(part)]
    lines += [line for part in root.blocks if part.name == "VEVENT" for line in block_lines(part)]
    assert fingerprint(body(["BEGIN:VCALENDAR", *lines, "END:VCALENDAR"])) == fingerprint(STANDS)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=80))
def test_no_bytes_make_fingerprints_or_merging_fail(theirs: bytes) -> None:
    junk = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nRECURRENCE-ID:" + theirs + b"\nEND:VEVENT\nEND:VCALENDAR"
    for each in (theirs, junk):
        fingerprint(each)
        assert fingerprint(put_right(each, STANDS)) == fingerprint(STANDS)


@pytest.mark.parametrize(
    "line", ["COMMENT:room 4", "X-PARKING:Oak St", "RESOURCES:Room 4", "CONTACT:Ana", "ATTACH:https://c.example"]
)
def test_what_the_center_added_stays(line: str) -> None:
    merged = put_right(added(line), ours(MASTER.replace("T100000", "T090000"), sequence=2))
    assert merged.decode().count(f"\r\n{line}\r\n") == 1
    assert starts(merged)[0] == "2026-11-03 09:00"


def test_alarms_of_the_center_stay() -> None:
    alarm = "BEGIN:VALARM\r\nTRIGGER:-PT1H\r\nACTION:DISPLAY\r\nEND:VALARM"
    assert len(icalendar.Calendar.from_ical(put_right(added(alarm), ours(MASTER))).walk("VALARM")) == 1


@pytest.mark.parametrize("change", [("SUMMARY:Club", "SUMMARY:Ours"), ("LOCATION:Gym", "LOCATION:Attic"), ("T110000", "T150000"),
                                    ("Come!", "Stay!"), ("STATUS:CONFIRMED", "STATUS:TENTATIVE")])  # fmt: skip
def test_what_the_school_owns_is_the_schools_again_and_additions_stay(change: tuple[str, str]) -> None:
    merged = put_right(added("COMMENT:room 4", edited(STANDS, change)), STANDS)
    assert fingerprint(merged) == fingerprint(STANDS)
    assert b"COMMENT:room 4" in merged


def test_a_cancellation_goes_through_whatever_the_center_changed() -> None:
    cancelled = ours(MASTER + "\nSTATUS:CANCELLED", sequence=2)
    merged = put_right(added("COMMENT:room 4", edited(STANDS, ("SUMMARY:Club", "SUMMARY:Ours"))), cancelled)
    assert {date.status for date in dates(merged)[0]} == {"cancelled"}


def test_a_new_exception_takes_over_what_the_center_added_to_the_series() -> None:
    merged = put_right(added("COMMENT:room 4", ours(MASTER)), ours(MASTER, EXCEPTION))
    assert merged.count(b"COMMENT:room 4") == 2


def test_a_date_that_only_the_center_wrote_down_is_kept_as_the_school_says_it() -> None:
    theirs = edited(ours(MASTER), ("END:VEVENT", (
        "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:x\r\nRECURRENCE-ID;TZID=America/Chicago:20261117T100000\r\n"
        "DTSTART;TZID=America/Chicago:20261117T150000\r\nSUMMARY:Club\r\nCOMMENT:room 9\r\nEND:VEVENT")))  # fmt: skip
    merged = put_right(theirs, ours(MASTER))
    assert b"COMMENT:room 9" in merged
    assert starts(merged) == starts(ours(MASTER))
    assert dates(merged)[0][2].title == "Club"
    assert b"room 9" not in put_right(theirs, ours(MASTER.replace("T100000", "T103000"))), "the school moved the series"
    assert b"room 9" not in put_right(theirs, ours(MASTER + "\nEXDATE:20261117T100000"))
    assert put_right(edited(theirs, ("COMMENT:room 9\r\n", "")), ours(MASTER)).count(b"BEGIN:VEVENT") == 1


def test_sequence_never_falls_behind_the_centers_own_count() -> None:
    assert b"SEQUENCE:9" in put_right(edited(ours(MASTER), ("SEQUENCE:1", "SEQUENCE:9")), ours(MASTER, sequence=2))


def test_merging_twice_changes_nothing_more() -> None:
    once = put_right(added("COMMENT:room 4"), STANDS)
    assert put_right(once, STANDS) == once

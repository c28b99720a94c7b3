"""Three sides of one object: what the school said, what it says now, and what a person at the center made of it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.differences import differences
from calendars.merge import merge
from calendars.standing import fingerprint
from tests.calendars.feeds import dates, starts
from tests.calendars.test_standing import EXCEPTION, MASTER, STANDS, added, edited, ours

LATER = ours(MASTER.replace("T100000", "T090000"), EXCEPTION.replace("20261110T100000", "20261110T090000"), sequence=2)
ALONE = "UID:a\nDTSTART:20261103T100000\nDTEND:20261103T110000\nSUMMARY:Club\nLOCATION:Gym"
SINGLE = ours(ALONE)
TAKEN_OUT = ("STATUS:CONFIRMED", "EXDATE;TZID=America/Chicago:20261117T100000\r\nSTATUS:CONFIRMED")

OWN_DATE = (
    "END:VEVENT\r\nEND:VCALENDAR",
    "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:x\r\nRECURRENCE-ID;TZID=America/Chicago:20261117T100000\r\n"
    "DTSTART;TZID=America/Chicago:20261117T150000\r\nDTEND;TZID=America/Chicago:20261117T160000\r\nSUMMARY:Club night\r\n"
    "DESCRIPTION:Come!\r\nLOCATION:Gym\r\nURL:https://s.example/e/1\r\nSEQUENCE:4\r\nEND:VEVENT\r\nEND:VCALENDAR",
)

TEXTS = [
    ("title", ("SUMMARY:Club", "SUMMARY:Chess!"), "SUMMARY:Chess!"),
    ("location", ("LOCATION:Gym", "LOCATION:Room 4"), "LOCATION:Room 4"),
    ("description", ("Come!", "Bring a cake."), "DESCRIPTION:Bring a cake."),
    ("url", ("/e/1", "/e/9"), "URL:https://s.example/e/9"),
    ("categories", ("STATUS:", "CATEGORIES:Games\r\nSTATUS:"), "CATEGORIES:Games"),
]


@pytest.mark.parametrize(("what", "change", "line"), TEXTS)
def test_a_persons_words_stay_whatever_the_school_changes_and_are_told(
    what: str, change: tuple[str, str], line: str
) -> None:
    theirs = edited(SINGLE, change)
    new = ours(ALONE.replace("T100000", "T090000").replace("Club", "Game").replace("Gym", "Pool"), description="Now!")
    merged = merge(theirs, new, [SINGLE])
    assert line in merged.decode()
    assert starts(merged) == ["2026-11-03 09:00"]
    assert [(one.what, one.of) for one in differences(merged, [new])] == [(what, "")]
    assert [(one.what, one.of) for one in differences(theirs, [SINGLE])] == [(what, "")]


def test_what_a_person_took_away_stays_away() -> None:
    theirs = edited(SINGLE, ("LOCATION:Gym\r\n", ""))
    assert b"LOCATION" not in merge(theirs, SINGLE, [SINGLE])
    [found] = differences(theirs, [SINGLE])
    assert (found.school, found.center) == ("Gym", "")


def test_where_nothing_is_known_words_stay_and_times_are_the_schools() -> None:
    theirs = edited(SINGLE, ("SUMMARY:Club", "SUMMARY:Chess!"), ("20261103T100000", "20261103T103000"))
    merged = merge(theirs, SINGLE, [])
    assert b"SUMMARY:Chess!" in merged
    assert starts(merged) == ["2026-11-03 10:00"]


def test_what_is_taken_back_is_the_schools_again() -> None:
    theirs = edited(
        STANDS, ("SUMMARY:Club", "SUMMARY:Chess!"), ("LOCATION:Gym", "LOCATION:Room 4"), TAKEN_OUT, OWN_DATE
    )
    assert fingerprint(merge(theirs, STANDS, [theirs])) == fingerprint(STANDS)


def test_a_time_that_a_person_changed_stays_until_the_school_says_another() -> None:
    theirs = edited(SINGLE, ("20261103T100000", "20261103T120000"), ("T110000", "T130000"))
    assert starts(merge(theirs, ours(ALONE.replace("Club", "Game")), [SINGLE])) == ["2026-11-03 12:00"]
    [found] = differences(theirs, [SINGLE])
    assert found.school == "2026-11-03 10:00 to 11:00 (America/Chicago)"
    assert found.center == "2026-11-03 12:00 to 13:00 (America/Chicago)"
    assert starts(merge(theirs, ours(ALONE.replace("T100000", "T090000")), [SINGLE])) == ["2026-11-03 09:00"]


@pytest.mark.parametrize(
    "change", [("T100000", "T120000"), ("SUMMARY:Club", "SUMMARY:Chess!"), ("CONFIRMED", "TENTATIVE")]
)
def test_a_cancellation_goes_through_and_so_does_its_end(change: tuple[str, str]) -> None:
    theirs = edited(SINGLE, change)
    cancelled = ours(ALONE + "\nSTATUS:CANCELLED")
    merged = merge(theirs, cancelled, [SINGLE])
    assert b"STATUS:CANCELLED" in merged
    back = merge(edited(merged, ("SUMMARY:C", "SUMMARY:Our c")), SINGLE, [cancelled])
    assert b"STATUS:CONFIRMED" in back
    assert b"SUMMARY:Our c" in back


def test_the_same_change_on_both_sides_heals_silently() -> None:
    new = ours(ALONE.replace("Gym", "Room 4"))
    merged = merge(edited(SINGLE, ("LOCATION:Gym", "LOCATION:Room 4")), new, [SINGLE])
    assert fingerprint(merged) == fingerprint(new)
    assert differences(merged, [new]) == []


def test_what_a_server_made_of_it_is_no_persons_doing() -> None:
    kept = edited(SINGLE, ("URL:https://s.example/e/1\r\n", ""), ("SUMMARY:Club", "SUMMARY:CLUB"))
    assert differences(kept, [SINGLE, kept]) == []
    theirs = edited(kept, ("LOCATION:Gym", "LOCATION:Room 4"))
    assert [one.what for one in differences(theirs, [SINGLE, kept])] == ["location"]
    merged = merge(theirs, ours(ALONE.replace("Club", "Game")), [SINGLE, kept]).decode()
    assert "SUMMARY:Game" in merged
    assert "LOCATION:Room 4" in merged
    assert "/e/1" in merged


def test_what_was_tried_and_never_answered_is_no_persons_doing() -> None:
    tried = ours(ALONE.replace("Club", "Game"), sequence=2)
    newest = ours(ALONE.replace("Club", "Match"), sequence=3)
    for stands in (SINGLE, tried):
        assert fingerprint(merge(stands, newest, [SINGLE, tried])) == fingerprint(newest)


def test_one_date_that_a_person_moved_or_renamed_stays_so() -> None:
    theirs = edited(STANDS, ("20261110T120000", "20261110T150000"), ("T130000", "T160000"))
    merged = merge(theirs, ours(MASTER.replace("Gym", "Pool"), EXCEPTION, sequence=2), [STANDS])
    assert starts(merged) == ["2026-11-03 10:00", "2026-11-10 15:00", "2026-11-17 10:00", "2026-11-24 10:00"]
    [found] = differences(theirs, [STANDS])
    assert (found.what, found.of) == ("when", "2026-11-10T16:00:00+00:00")
    moved = ours(MASTER, EXCEPTION.replace("T120000", "T133000").replace("T130000", "T143000"), sequence=2)
    assert starts(merge(theirs, moved, [STANDS]))[1] == "2026-11-10 13:30"


def test_a_date_that_only_a_person_changed_stays_theirs_while_the_series_does() -> None:
    theirs = edited(STANDS, OWN_DATE)
    merged = merge(theirs, ours(MASTER.replace("Gym", "Pool"), EXCEPTION, sequence=2), [STANDS])
    assert starts(merged)[2] == "2026-11-17 15:00"
    third = dates(merged)[0][2]
    assert (third.title, third.location) == ("Club night", "Pool")
    assert {(one.what, one.of[:10]) for one in differences(theirs, [STANDS])} == {
        ("when", "2026-11-17"), ("title", "2026-11-17"),
    }  # fmt: skip
    assert starts(merge(theirs, LATER, [STANDS])) == starts(LATER)
    said_now = EXCEPTION.replace("20261110", "20261117").replace("T120000", "T140000").replace("T130000", "T150000")
    assert starts(merge(theirs, ours(MASTER, EXCEPTION, said_now), [STANDS]))[2] == "2026-11-17 14:00"


def test_a_date_that_a_person_took_out_stays_out_until_the_school_says_something_new_of_it() -> None:
    theirs = edited(STANDS, TAKEN_OUT)
    merged = merge(theirs, ours(MASTER.replace("Gym", "Pool"), EXCEPTION, sequence=2), [STANDS])
    assert len(starts(merged)) == 3
    assert b"LOCATION:Pool" in merged
    both = ours(MASTER + "\nEXDATE:20261124T100000", EXCEPTION, sequence=3)
    assert starts(merge(merged, both, [STANDS])) == ["2026-11-03 10:00", "2026-11-10 12:00"]
    said_now = EXCEPTION.replace("20261110", "20261117")
    assert "2026-11-17 12:00" in starts(merge(theirs, ours(MASTER, EXCEPTION, said_now, sequence=2), [STANDS]))
    assert len(starts(merge(theirs, LATER, [STANDS]))) == 4
    assert "without 2026-11-17 10:00" in differences(theirs, [STANDS])[0].center


def test_an_exception_of_the_schools_that_a_person_took_out_stays_out() -> None:
    theirs = edited(
        ours(MASTER), ("STATUS:CONFIRMED", "EXDATE;TZID=America/Chicago:20261110T100000\r\nSTATUS:CONFIRMED")
    )
    assert len(starts(merge(theirs, STANDS, [STANDS]))) == 3
    moved = ours(MASTER, EXCEPTION.replace("T120000", "T133000").replace("T130000", "T143000"), sequence=2)
    assert "2026-11-10 13:30" in starts(merge(theirs, moved, [STANDS]))


def test_a_whole_series_that_a_person_moved_stays_until_the_school_changes_any_time() -> None:
    theirs = edited(ours(MASTER), ("20261103T100000", "20261103T140000"), ("T110000", "T150000"))
    renamed = ours(MASTER.replace("Club", "Game"), sequence=2)
    assert starts(merge(theirs, renamed, [ours(MASTER)]))[0] == "2026-11-03 14:00"
    assert starts(merge(theirs, ours(MASTER, EXCEPTION, sequence=2), [ours(MASTER)])) == starts(STANDS)
    assert starts(merge(theirs, LATER, [ours(MASTER)])) == starts(LATER)


def test_a_new_exception_of_the_schools_takes_over_how_a_person_named_the_series() -> None:
    theirs = edited(ours(MASTER), ("SUMMARY:Club", "SUMMARY:Chess!"))
    merged = merge(theirs, STANDS, [ours(MASTER)])
    assert {date.title for date in dates(merged)[0]} == {"Chess!"}
    assert starts(merged)[1] == "2026-11-10 12:00"


def test_sequence_goes_above_theirs_only_where_something_changes() -> None:
    theirs = edited(SINGLE, ("SEQUENCE:1", "SEQUENCE:9"))
    assert b"SEQUENCE:9" in merge(theirs, ours(ALONE, sequence=2), [SINGLE])
    assert b"SEQUENCE:10" in merge(theirs, ours(ALONE.replace("Club", "Game"), sequence=2), [SINGLE])
    renamed = edited(theirs, ("SUMMARY:Club", "SUMMARY:Chess!"))
    assert b"SEQUENCE:9" in merge(renamed, ours(ALONE.replace("Club", "Game"), sequence=2), [SINGLE])


def test_bringing_together_again_changes_nothing_more() -> None:
    theirs = added("COMMENT:room 4", edited(STANDS, TAKEN_OUT, ("SUMMARY:Club", "SUMMARY:Chess!"), OWN_DATE))
    new = ours(MASTER.replace("Gym", "Pool"), EXCEPTION, sequence=2)
    once = merge(theirs, new, [STANDS])
    assert merge(once, new, [new]) == once
    assert fingerprint(merge(once, new, [STANDS])) == fingerprint(once)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=80))
def test_no_bytes_make_it_fail(theirs: bytes) -> None:
    junk = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nRECURRENCE-ID:" + theirs + b"\nEND:VEVENT\nEND:VCALENDAR"
    broken = STANDS.replace(b"20261110T120000", theirs)
    for each in (theirs, junk, broken):
        differences(each, [STANDS, each])
        differences(STANDS, [each])
        assert b"BEGIN:VEVENT" in merge(each, STANDS, [STANDS])

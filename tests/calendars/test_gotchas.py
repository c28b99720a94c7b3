"""What real feeds do that the standard does not foresee, as far as no other file here shows it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from icalendar import Calendar

from calendars.gates import check
from calendars.split import split
from calendars.write import center_object
from tests.calendars.feeds import calendar, dates, only, starts
from tests.calendars.test_read import CUSTOM

DENVER = CUSTOM.format(summer="-0600", winter="-0700")


@pytest.mark.parametrize("tzid", ["", " ", '""'])
def test_a_blank_zone_is_that_of_the_feed_and_sinks_nothing(tzid: str) -> None:
    head = "X-WR-TIMEZONE:America/Denver\n" + DENVER.replace("Customized Time Zone", tzid)
    body = calendar(f"UID:a\nDTSTART;TZID={tzid}:20261103T100000", "UID:b\nDTSTART:20261104T100000Z", head=head)
    check(body)
    found, problems = dates(body)
    assert found[0].starts_at.isoformat() == "2026-11-03T10:00:00-07:00"
    assert (len(found), problems) == (2, [])


def test_a_zone_of_a_number_is_what_the_file_describes_under_it() -> None:
    body = calendar("UID:a\nDTSTART;TZID=1:20261103T100000", head=DENVER.replace("Customized Time Zone", "1"))
    found, problems = dates(body)
    assert ([one.starts_at.isoformat() for one in found], problems) == (["2026-11-03T10:00:00-07:00"], [])


def test_an_unknown_zone_is_read_as_the_feeds_own_and_told() -> None:
    body = calendar("UID:a\nDTSTART;TZID=Planet/Mars:20261103T100000", head="X-WR-TIMEZONE:America/Denver")
    found, problems = dates(body)
    assert found[0].starts_at.isoformat() == "2026-11-03T10:00:00-07:00"
    assert [(one.problem, one.message[-15:]) for one in problems] == [("unknown-timezone", "America/Denver.")]


def test_a_description_that_contradicts_its_zones_name_is_told_once_and_the_name_counts() -> None:
    head = CUSTOM.format(summer="+0400", winter="+0300").replace("Customized Time Zone", "America/Denver")
    body = calendar(*(f"UID:{n}\nDTSTART;TZID=America/Denver:2026110{n}T100000" for n in (3, 4)), head=head)
    found, problems = dates(body)
    assert [one.starts_at.hour for one in found] == [10, 10]
    assert [(one.problem, one.uid) for one in problems] == [("zone-described-otherwise", "")]
    right = DENVER.replace("Customized Time Zone", "America/Denver")
    assert dates(calendar("UID:a\nDTSTART;TZID=America/Denver:20261103T100000", head=right))[1] == []


@pytest.mark.parametrize("year", ["0001", "1601", "1970"])
def test_a_zone_described_since_long_ago_costs_nothing(year: str) -> None:
    body = calendar(
        "UID:a\nDTSTART;TZID=Customized Time Zone:20261027T100000\nRRULE:FREQ=WEEKLY;COUNT=2",
        head=DENVER.replace("DTSTART:1601", f"DTSTART:{year}"),
    )
    found = [one.starts_at.isoformat() for one in dates(body)[0]]
    assert found == ["2026-10-27T10:00:00-06:00", "2026-11-03T10:00:00-07:00"]


@pytest.mark.parametrize("until", ["70000101T000000Z", "99991231", "99991231T235959Z"])
def test_a_series_until_the_year_7000_gives_the_dates_of_the_window(until: str) -> None:
    assert len(starts(calendar(f"UID:a\nDTSTART:20261103T180000\nRRULE:FREQ=MONTHLY;UNTIL={until}"))) == 8


def test_alarms_that_ring_for_ever_are_left_out_of_what_is_kept_and_written() -> None:
    alarm = "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT1M\nREPEAT:999999999\nDURATION:PT1S\nEND:VALARM"
    one = only(calendar(f"UID:a\nDTSTART:20261103T180000\nSUMMARY:Fair\n{alarm}"))
    stamp = datetime(2026, 11, 1, tzinfo=UTC)
    written = center_object(one, uid="a", description="", url="", sequence=0, stamped_at=stamp)
    assert "ALARM" not in one.ics
    assert b"ALARM" not in written


def test_a_header_that_is_no_duration_sinks_nothing() -> None:
    """As icalendar does with it: the whole feed, for one line of its head."""
    body = calendar("UID:a\nDTSTART:20261103T180000", head="REFRESH-INTERVAL;VALUE=DURATION:P1H\nX-PUBLISHED-TTL:soon")
    with pytest.raises(ValueError):
        Calendar.from_ical(body)["REFRESH-INTERVAL"].to_ical()
    assert starts(body) == ["2026-11-03 18:00"]


def test_without_a_stamp_of_its_own_an_event_is_read_like_any_other() -> None:
    stamped = calendar("UID:a\nDTSTAMP:20261101T000000Z\nDTSTART:20261103T180000")
    bare = calendar("UID:a\nDTSTART:20261103T180000")
    assert only(bare) == only(stamped)
    assert split(bare).groups["a"].digest == split(stamped).groups["a"].digest


def test_of_versions_with_one_sequence_the_latest_change_counts_else_the_latest_stamp() -> None:
    def version(words: str, *stamps: str) -> str:
        return "\n".join(["UID:a", "DTSTART:20261103T180000", f"DESCRIPTION:{words}", *stamps])

    changed = version("changed", "LAST-MODIFIED:20261002T000000Z", "DTSTAMP:20261001T000000Z")
    stamped = version("stamped", "LAST-MODIFIED:20261001T000000Z", "DTSTAMP:20261003T000000Z")
    master = only(calendar(stamped, changed, stamped)).master
    assert master is not None and master.description == "changed"
    by_stamp = only(
        calendar(version("later", "DTSTAMP:20261002T000000Z"), version("sooner", "DTSTAMP:20261001T000000Z"))
    )
    assert by_stamp.master is not None and by_stamp.master.description == "later"

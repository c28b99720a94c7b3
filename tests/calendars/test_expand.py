from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from calendars.expand import SeriesRefused, expand
from tests.calendars.feeds import BEGIN, CHICAGO, END, SAMPLES, calendar, dates, only, starts

WEEKLY = "UID:a\nDTSTART:20261103T180000\nDTEND:20261103T190000\nSUMMARY:Club\nRRULE:FREQ=WEEKLY;COUNT=4"


def test_a_sample_school_calendar_gives_its_dates() -> None:
    found, _ = dates((SAMPLES / "school.ics").read_bytes())
    assert [(date.starts_at.strftime("%m-%d %H:%M"), date.title, date.status) for date in found] == [
        ("09-08 18:30", "PTA meeting", "confirmed"),
        ("10-03 10:00", "Fall fair", "confirmed"),
        ("10-13 18:30", "PTA meeting", "confirmed"),
        ("11-12 19:00", "PTA meeting (Thursday this time)", "confirmed"),
        ("11-25 00:00", "No school: Thanksgiving", "confirmed"),
        ("01-12 18:30", "PTA meeting", "cancelled"),
        ("02-09 18:30", "PTA meeting", "confirmed"),
        ("03-09 18:30", "PTA meeting", "confirmed"),
        ("04-13 18:30", "PTA meeting", "confirmed"),
        ("05-11 18:30", "PTA meeting", "confirmed"),
    ]
    meeting = found[0]
    assert meeting.description == "Childcare & snacks.\n\nAgenda: here (https://example.org/agenda)"
    assert (meeting.categories, meeting.location, meeting.timezone) == (("PTA", "Families"), "Library", CHICAGO)
    assert found[3].recurrence_id == datetime.fromisoformat("2026-11-10T18:30-06:00")
    assert found[1].recurrence_id is None


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        ("RRULE:FREQ=WEEKLY;COUNT=3", ["11-03", "11-10", "11-17"]),
        ("RRULE:FREQ=WEEKLY;BYDAY=TU,TH;COUNT=3", ["11-03", "11-05", "11-10"]),
        ("RRULE:FREQ=MONTHLY;BYDAY=1TU;COUNT=3", ["11-03", "12-01", "01-05"]),
        ("RRULE:FREQ=MONTHLY;BYDAY=TU;BYSETPOS=-1;COUNT=2", ["11-03", "11-24", "12-29"]),
        ("RRULE:FREQ=DAILY;UNTIL=20261105", ["11-03", "11-04", "11-05"]),
        ("RRULE:FREQ=DAILY;UNTIL=20261105T180000", ["11-03", "11-04", "11-05"]),
        ("RRULE:FREQ=DAILY;UNTIL=20261106T000000Z", ["11-03", "11-04", "11-05"]),
        ("RRULE:FREQ=DAILY;UNTIL=20261105T235959Z", ["11-03", "11-04"]),
        ("RRULE:FREQ=DAILY;UNTIL=20261101", []),
        ("RRULE:freq=daily; count=2", ["11-03", "11-04"]),
        ("RRULE:FREQ=DAILY;COUNT=2\nRRULE:FREQ=WEEKLY;COUNT=2", ["11-03", "11-04", "11-10"]),
        ("RRULE:FREQ=DAILY;COUNT=2\nRRULE:FREQ=DAILY;COUNT=2", ["11-03", "11-04"]),
        ("RRULE:FREQ=DAILY;COUNT=3\nEXDATE:20261104T180000", ["11-03", "11-05"]),
        ("RRULE:FREQ=DAILY;COUNT=3\nEXDATE:20261105T000000Z", ["11-03", "11-05"]),
        ("RRULE:FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20261104", ["11-03", "11-05"]),
        ("RRULE:FREQ=DAILY;COUNT=3\nEXDATE:20261103T180000,20261105T180000", ["11-04"]),
        ("RRULE:FREQ=DAILY;COUNT=2\nRDATE:20261103T180000,20261120T180000", ["11-03", "11-04", "11-20"]),
        ("RDATE;VALUE=DATE:20261120", ["11-03", "11-20"]),
        ("RRULE:FREQ=DAILY;COUNT=-1;UNTIL=20261104", ["11-03", "11-04"]),
        ("RRULE:FREQ=DAILY;COUNT=2;X-MADE-BY=me;RSCALE=GREGORIAN", ["11-03", "11-04"]),
        ("RRULE:FREQ=DAILY;UNTIL=99991231T235959Z;BYMONTH=11;BYMONTHDAY=3,4", ["11-03", "11-04"]),
    ],
    ids=[
        "weekly",
        "two-weekdays",
        "nth-weekday",
        "set-position",
        "until-date",
        "until-local",
        "until-utc",
        "until-short",
        "until-before",
        "small-letters",
        "two-rules",
        "rule-twice",
        "exdate",
        "exdate-utc",
        "exdate-date",
        "exdate-list",
        "rdate",
        "rdate-date",
        "count-negative",
        "unknown-parts",
        "until-9999",
    ],
)
def test_rules_and_lists_give_the_dates_their_publisher_meant(rules: str, found: list[str]) -> None:
    body = calendar(f"UID:a\nDTSTART:20261103T180000\n{rules}")
    assert [start[5:10] for start in starts(body)] == found
    assert {start[11:] for start in starts(body)} <= {"18:00"}


def test_a_series_keeps_its_wall_time_when_the_clocks_change() -> None:
    body = calendar("UID:a\nDTSTART:20261027T180000\nDTEND:20261027T190000\nRRULE:FREQ=WEEKLY;COUNT=2")
    assert [date.starts_at.isoformat() for date in dates(body)[0]] == [
        "2026-10-27T18:00:00-05:00",
        "2026-11-03T18:00:00-06:00",
    ]


def test_a_series_in_utc_keeps_its_instant_when_the_clocks_change() -> None:
    body = calendar("UID:a\nDTSTART:20261027T230000Z\nRRULE:FREQ=WEEKLY;COUNT=2")
    assert starts(body) == ["2026-10-27 18:00", "2026-11-03 17:00"]


def test_a_date_in_the_hour_that_the_clock_skips_keeps_its_length() -> None:
    body = calendar("UID:a\nDTSTART:20270313T023000\nDTEND:20270313T033000\nRRULE:FREQ=DAILY;COUNT=3")
    found = [(date.starts_at.astimezone(UTC).strftime("%dT%H:%M"), date.ends_at.astimezone(UTC).strftime("%H:%M"))
             for date in dates(body)[0]]  # fmt: skip
    assert found == [("13T08:30", "09:30"), ("14T08:30", "09:30"), ("15T07:30", "08:30")]


def test_an_all_day_series_lies_between_local_midnights_on_every_date() -> None:
    body = calendar("UID:a\nDTSTART;VALUE=DATE:20261031\nDTEND;VALUE=DATE:20261102\nRRULE:FREQ=WEEKLY;COUNT=2")
    found = [(date.starts_at.isoformat(), date.ends_at.isoformat()) for date in dates(body)[0]]
    assert found == [("2026-10-31T00:00:00-05:00", "2026-11-02T00:00:00-06:00"),
                     ("2026-11-07T00:00:00-06:00", "2026-11-09T00:00:00-06:00")]  # fmt: skip


def test_a_period_brings_its_own_end() -> None:
    rdate = "RDATE;VALUE=PERIOD:20261110T180000/PT3H,20261117T180000/20261117T200000"
    found = dates(calendar(f"UID:a\nDTSTART:20261103T180000\nDTEND:20261103T190000\n{rdate}"))[0]
    assert [date.ends_at - date.starts_at for date in found] == [timedelta(hours=n) for n in (1, 3, 2)]


@pytest.mark.parametrize(
    "original",
    ["20261110T180000", "20261111T000000Z", "TZID=America/New_York:20261110T190000", "VALUE=DATE:20261110"],
    ids=["local", "utc", "another-zone", "date"],
)
def test_an_exception_replaces_its_date_however_that_is_written(original: str) -> None:
    name = f"RECURRENCE-ID{';' if '=' in original else ':'}{original}"
    body = calendar(WEEKLY, f"UID:a\n{name}\nDTSTART:20261112T120000\nSUMMARY:Moved")
    assert starts(body) == ["2026-11-03 18:00", "2026-11-12 12:00", "2026-11-17 18:00", "2026-11-24 18:00"]


@pytest.mark.parametrize(
    "original", ["20261110T000000Z", "TZID=America/Chicago:20261110T000000", "VALUE=DATE:20261110"]
)
def test_an_exception_of_an_all_day_series_may_be_written_as_a_time(original: str) -> None:
    name = f"RECURRENCE-ID{';' if '=' in original else ':'}{original}"
    body = calendar(
        "UID:a\nDTSTART;VALUE=DATE:20261103\nRRULE:FREQ=WEEKLY;COUNT=2", f"UID:a\n{name}\nDTSTART;VALUE=DATE:20261111"
    )
    assert starts(body) == ["2026-11-03 00:00", "2026-11-11 00:00"]


def test_exceptions_appear_where_they_moved_to_also_into_and_out_of_the_window() -> None:
    moved_in = "UID:a\nRECURRENCE-ID:20270802T180000\nDTSTART:20270601T180000\nSUMMARY:early"
    moved_out = "UID:a\nRECURRENCE-ID:20261110T180000\nDTSTART:20270901T180000\nSUMMARY:late"
    body = calendar("UID:a\nDTSTART:20261103T180000\nRRULE:FREQ=WEEKLY;UNTIL=20261117", moved_in, moved_out)
    assert starts(body) == ["2026-11-03 18:00", "2026-11-17 18:00", "2027-06-01 18:00"]


def test_cancelled_dates_appear_as_cancelled_and_excluded_ones_not_at_all() -> None:
    cancelled = "UID:a\nRECURRENCE-ID:20261110T180000\nSTATUS:CANCELLED"
    found = dates(calendar(f"{WEEKLY}\nEXDATE:20261117T180000", cancelled))[0]
    assert [(date.starts_at.day, date.status) for date in found] == [
        (3, "confirmed"),
        (10, "cancelled"),
        (24, "confirmed"),
    ]


def test_a_change_of_this_and_all_later_dates_shifts_them() -> None:
    later = (
        "UID:a\nRECURRENCE-ID;RANGE=THISANDFUTURE:20261110T180000\nDTSTART:20261110T190000\nDURATION:PT2H\nSUMMARY:Late"
    )
    found = dates(calendar(WEEKLY, later))[0]
    assert [(date.starts_at.strftime("%d %H"), date.title) for date in found] == [
        ("03 18", "Club"), ("10 19", "Late"), ("17 19", "Late"), ("24 19", "Late"),
    ]  # fmt: skip
    assert {date.ends_at - date.starts_at for date in found[1:]} == {timedelta(hours=2)}
    assert [date.recurrence_id.day for date in found if date.recurrence_id] == [3, 10, 17, 24]


def test_exceptions_without_a_master_stand_alone() -> None:
    body = calendar("UID:a\nRECURRENCE-ID:20261110T180000\nDTSTART:20261112T120000\nRRULE:FREQ=DAILY")
    assert starts(body) == ["2026-11-12 12:00"]


@pytest.mark.parametrize(
    ("times", "inside"),
    [
        ("DTSTART:20261103T090000\nDTEND:20261103T100000", False),
        ("DTSTART:20261103T090000\nDTEND:20261103T100001", True),
        ("DTSTART:20261103T100000", True),
        ("DTSTART:20261103T105959", True),
        ("DTSTART:20261103T110000", False),
        ("DTSTART:20261103T110000\nDTEND:20261103T120000", False),
        ("DTSTART:20260101T000000\nDTEND:20270101T000000", True),
        ("DTSTART:20261001T000000\nDTEND:20261103T103000\nRRULE:FREQ=MONTHLY;COUNT=1", True),
    ],
)
def test_overlap_counts_from_the_start_inclusive_to_the_end_exclusive(times: str, inside: bool) -> None:
    begin = datetime.fromisoformat("2026-11-03T10:00-06:00")
    assert bool(expand(only(calendar(f"UID:a\n{times}")), begin, begin + timedelta(hours=1))) is inside


def test_as_many_dates_as_the_limit_are_given_and_one_more_is_refused() -> None:
    series = only(calendar("UID:a\nDTSTART:20261103T180000\nRRULE:FREQ=DAILY;COUNT=20"))
    assert len(expand(series, BEGIN, END, limit=20)) == 20
    with pytest.raises(SeriesRefused, match="more than 19 dates"):
        expand(series, BEGIN, END, limit=19)


def test_what_is_refused_is_a_problem_and_the_rest_is_read() -> None:
    found, wrong = dates(calendar("UID:a\nDTSTART:20261103\nRRULE:FREQ=SECONDLY", "UID:b\nDTSTART:20261103"))
    assert [date.uid for date in found] == ["b"]
    assert [(problem.problem, problem.uid) for problem in wrong] == [("series-refused", "a")]


def test_a_series_that_ends_before_the_window_gives_nothing() -> None:
    assert expand(only(calendar("UID:a\nDTSTART:20200103T180000\nRRULE:FREQ=DAILY;COUNT=9")), BEGIN, END) == []


def test_a_series_that_began_long_ago_gives_its_dates_of_today() -> None:
    body = calendar("UID:a\nDTSTART;VALUE=DATE:19500903\nRRULE:FREQ=YEARLY")
    assert starts(body) == ["2026-09-03 00:00"]

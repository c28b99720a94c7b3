from __future__ import annotations

from datetime import UTC, datetime

import pytest

from calendars.read import read_group, restored
from calendars.split import split
from calendars.values import EventValue, Problem
from tests.calendars.feeds import CHICAGO, SAMPLES, calendar, dates, only, series


def event(vevent: str, head: str = "", zone: str = CHICAGO) -> EventValue:
    master = only(calendar(f"UID:a\n{vevent}", head=head), zone).master
    assert master is not None
    return master


def problems(body: bytes) -> list[tuple[str, str]]:
    return [(problem.problem, problem.uid) for problem in dates(body)[1]]


@pytest.mark.parametrize(
    ("times", "head", "zone", "start", "end"),
    [
        # floating: the feed's zone, else the zone asked for
        ("DTSTART:20261103T100000", "", CHICAGO, "2026-11-03T10:00-06:00", "2026-11-03T10:00-06:00"),
        ("DTSTART:20261103T100000", "X-WR-TIMEZONE:America/New_York", CHICAGO, "2026-11-03T10:00-05:00", "2026-11-03T10:00-05:00"),
        ("DTSTART:20261103T100000", "X-WR-TIMEZONE:Eastern Standard Time", CHICAGO,
         "2026-11-03T10:00-05:00", "2026-11-03T10:00-05:00"),
        # instants are shown in the feed's zone, and where that is UTC in the school's
        ("DTSTART:20261103T160000Z", "X-WR-TIMEZONE:America/New_York", CHICAGO, "2026-11-03T11:00-05:00", "2026-11-03T11:00-05:00"),
        ("DTSTART:20261103T160000Z", "X-WR-TIMEZONE:UTC", CHICAGO, "2026-11-03T10:00-06:00", "2026-11-03T10:00-06:00"),
        # names of zones
        ("DTSTART;TZID=Pacific Standard Time:20261103T100000", "", CHICAGO, "2026-11-03T10:00-08:00", "2026-11-03T10:00-08:00"),
        ('DTSTART;TZID="Europe/Berlin":20261103T100000', "", CHICAGO, "2026-11-03T10:00+01:00", "2026-11-03T10:00+01:00"),
        ("DTSTART;TZID=/vendor.example/x/Europe/Berlin:20261103T100000", "", CHICAGO,
         "2026-11-03T10:00+01:00", "2026-11-03T10:00+01:00"),
        ("DTSTART;TZID=america/denver:20261103T100000", "", CHICAGO, "2026-11-03T10:00-07:00", "2026-11-03T10:00-07:00"),
        ("DTSTART;TZID=:20261103T100000", "", CHICAGO, "2026-11-03T10:00-06:00", "2026-11-03T10:00-06:00"),
        ("DTSTART;TZID=Europe/Berlin:20261103T100000Z", "", CHICAGO, "2026-11-03T04:00-06:00", "2026-11-03T04:00-06:00"),
        # ends
        ("DTSTART:20261103T100000\nDTEND:20261103T113000", "", CHICAGO, "2026-11-03T10:00-06:00", "2026-11-03T11:30-06:00"),
        ("DTSTART:20261103T100000\nDURATION:PT90M", "", CHICAGO, "2026-11-03T10:00-06:00", "2026-11-03T11:30-06:00"),
        ("DTSTART;TZID=America/Chicago:20261103T100000\nDTEND;TZID=America/New_York:20261103T120000", "", CHICAGO,
         "2026-11-03T10:00-06:00", "2026-11-03T11:00-06:00"),
        ("DTSTART:20261103T2200\nDTEND:20261104T0100", "", CHICAGO, "2026-11-03T22:00-06:00", "2026-11-04T01:00-06:00"),
        ("DTSTART:20261031T220000\nDURATION:P1D", "", CHICAGO, "2026-10-31T22:00-05:00", "2026-11-01T22:00-06:00"),
        ("DTSTART:20261031T220000\nDURATION:PT24H", "", CHICAGO, "2026-10-31T22:00-05:00", "2026-11-01T21:00-06:00"),
        # the hour that the clock skips, and the one it repeats
        ("DTSTART:20270314T023000\nDTEND:20270314T033000", "", CHICAGO, "2027-03-14T03:30-05:00", "2027-03-14T04:30-05:00"),
        ("DTSTART:20270314T013000\nDTEND:20270314T033000", "", CHICAGO, "2027-03-14T01:30-06:00", "2027-03-14T03:30-05:00"),
        ("DTSTART:20261101T013000\nDTEND:20261101T023000", "", CHICAGO, "2026-11-01T01:30-05:00", "2026-11-01T02:30-06:00"),
    ],
    ids=[
        "floating-school", "floating-feed", "floating-windows", "utc-feed", "utc-utc", "windows-name",
        "quoted-name", "vendor-prefix", "any-case", "blank-zone", "zone-and-z", "end", "duration",
        "end-in-another-zone", "without-seconds", "a-day-over-the-change", "24-hours-over-the-change",
        "gap", "over-the-gap", "overlap",
    ],
)  # fmt: skip
def test_times_are_read_as_the_school_means_them(times: str, head: str, zone: str, start: str, end: str) -> None:
    found = event(times, head, zone)
    assert (found.starts_at.isoformat()[:16] + found.starts_at.isoformat()[19:]) == start
    assert found.ends_at.astimezone(UTC) == datetime.fromisoformat(end).astimezone(UTC)
    assert not found.all_day


@pytest.mark.parametrize(
    ("times", "head", "first", "end"),
    [
        ("DTSTART;VALUE=DATE:20261125\nDTEND;VALUE=DATE:20261128", "", "2026-11-25", "2026-11-28"),
        ("DTSTART;VALUE=DATE:20261125", "", "2026-11-25", "2026-11-26"),
        ("DTSTART:20261125", "", "2026-11-25", "2026-11-26"),
        ("DTSTART;VALUE=DATE:20261125\nDTEND;VALUE=DATE:20261125", "", "2026-11-25", "2026-11-26"),
        ("DTSTART;VALUE=DATE:20261125\nDURATION:P2D", "", "2026-11-25", "2026-11-27"),
        ("DTSTART;VALUE=DATE:20261031\nDTEND;VALUE=DATE:20261102", "", "2026-10-31", "2026-11-02"),
        ("DTSTART;VALUE=DATE:20261125\nDTEND:20261126T150000", "", "2026-11-25", "2026-11-27"),
        # dates are the school's, whatever zone the feed names
        ("DTSTART;VALUE=DATE:20261125", "X-WR-TIMEZONE:UTC", "2026-11-25", "2026-11-26"),
        (
            "DTSTART:20261125T000000\nDTEND:20261126T000000\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
            "",
            "2026-11-25",
            "2026-11-26",
        ),
        (
            "DTSTART:20261125T060000Z\nDTEND:20261126T060000Z\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
            "",
            "2026-11-25",
            "2026-11-26",
        ),
    ],
    ids=[
        "several-days",
        "end-missing",
        "not-marked-as-date",
        "end-equal",
        "in-days",
        "over-the-change",
        "end-with-a-time",
        "feed-in-utc",
        "outlook",
        "outlook-utc",
    ],
)
def test_all_day_events_go_from_local_midnight_to_an_exclusive_local_midnight(
    times: str, head: str, first: str, end: str
) -> None:
    found = event(times, head)
    assert found.all_day and found.timezone == CHICAGO
    assert (found.starts_at.isoformat()[:16], found.ends_at.isoformat()[:16]) == (f"{first}T00:00", f"{end}T00:00")


def test_midnight_to_midnight_alone_does_not_make_an_event_all_day() -> None:
    assert not event("DTSTART:20261125T000000\nDTEND:20261126T000000").all_day


@pytest.mark.parametrize("times", ["DTEND:20261103T090000", "DURATION:-PT1H"])
def test_an_event_that_ends_before_it_starts_keeps_its_start_and_is_told(times: str) -> None:
    body = calendar(f"UID:a\nDTSTART:20261103T100000\n{times}")
    master = only(body).master
    assert master is not None and master.starts_at == master.ends_at
    assert problems(body) == [("ends-before-start", "a")]


def test_an_unknown_zone_is_read_as_the_schools_and_told() -> None:
    body = calendar("UID:a\nDTSTART;TZID=Planet/Mars:20261103T100000")
    assert only(body).master == event("DTSTART:20261103T100000")
    assert problems(body) == [("unknown-timezone", "a")]


CUSTOM = """
    BEGIN:VTIMEZONE
    TZID:Customized Time Zone
    BEGIN:STANDARD
    DTSTART:16011104T020000
    RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11
    TZOFFSETFROM:{summer}
    TZOFFSETTO:{winter}
    END:STANDARD
    BEGIN:DAYLIGHT
    DTSTART:16010311T020000
    RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3
    TZOFFSETFROM:{winter}
    TZOFFSETTO:{summer}
    END:DAYLIGHT
    END:VTIMEZONE
"""


def test_a_vtimezone_that_counts_like_a_known_zone_is_that_zone() -> None:
    found = event("DTSTART;TZID=Customized Time Zone:20261103T100000", CUSTOM.format(summer="-0400", winter="-0500"))
    assert (found.timezone, found.starts_at.isoformat()) == ("America/New_York", "2026-11-03T10:00:00-05:00")


def test_a_vtimezone_like_no_known_zone_is_honoured_by_its_offsets_through_the_change_of_clocks() -> None:
    head = CUSTOM.format(summer="+0415", winter="+0315")
    body = calendar("UID:a\nDTSTART;TZID=Customized Time Zone:20261026T100000\nRRULE:FREQ=WEEKLY;COUNT=2", head=head)
    found = [date.starts_at.isoformat() for date in dates(body)[0]]
    assert found == ["2026-10-26T00:45:00-05:00", "2026-11-02T00:45:00-06:00"]
    assert only(body).master == restored(only(body).ics, CHICAGO).master


def test_a_vtimezone_never_overrules_a_zone_that_is_known_by_name() -> None:
    head = CUSTOM.format(summer="+0400", winter="+0300").replace("Customized Time Zone", "America/Denver")
    assert (
        event("DTSTART;TZID=America/Denver:20261103T100000", head).starts_at.isoformat() == "2026-11-03T10:00:00-07:00"
    )


def test_a_vtimezone_that_would_count_for_ever_is_left_out() -> None:
    head = CUSTOM.format(summer="+0400", winter="+0300").replace("FREQ=YEARLY", "FREQ=SECONDLY")
    body = calendar("UID:a\nDTSTART;TZID=Customized Time Zone:20261103T100000", head=head)
    assert problems(body) == [("unknown-timezone", "a")]


def test_one_bad_event_never_takes_others_along() -> None:
    found, wrong = dates((SAMPLES / "school.ics").read_bytes())
    assert [problem.uid for problem in wrong] == ["broken@sample"]
    assert {date.uid for date in found} == {"pta@sample", "no-school@sample", "fair@sample"}


@pytest.mark.parametrize(
    ("vevent", "problem"),
    [
        ("UID:a\nSUMMARY:x", "no-start"),
        ("UID:a\nDTSTART:soon", "bad-date"),
        ("UID:a\nDTSTART:20260230", "bad-date"),
        ("UID:a\nDTSTART:20261103T100000\nEXDATE:never\nRRULE:FREQ=DAILY", "bad-date"),
        ("UID:a\nDTSTART:00010101T000000\nDTEND;TZID=Asia/Tokyo:00010101T000000", "bad-date"),
        ("UID:a\nDTSTART:20261103\nRDATE;VALUE=DATE:" + "20261103," * 10_001, "too-many-dates"),
    ],
)
def test_what_cannot_be_read_is_a_problem_of_that_event(vevent: str, problem: str) -> None:
    feed = split(calendar(vevent))
    found, wrong = read_group(feed, feed.groups["a"], CHICAGO)
    assert found == [] and [each.problem for each in wrong] == [problem]
    assert wrong[0].message.endswith(".") and "\n" not in wrong[0].message


def test_a_storm_of_exceptions_is_refused_unread() -> None:
    feed = split(calendar(*["UID:a\nRECURRENCE-ID:20261103\nDTSTART:20261103"] * 5_001))
    found, wrong = read_group(feed, feed.groups["a"], CHICAGO)
    assert found == [] and [each.problem for each in wrong] == ["too-many-dates"]


@pytest.mark.parametrize("piece", ["<a ", "<!", "<!--", "</", "&#", "<p>", "<a href='", "<![CDATA["])
def test_endless_markup_is_cut_off(piece: str) -> None:
    assert len(event(f"DTSTART:20261103\nDESCRIPTION:<p>{piece * 1_000_000}").description) <= 30_000


def test_an_end_that_cannot_be_read_costs_only_the_end() -> None:
    body = calendar("UID:a\nDTSTART:20261103T100000\nDTEND:later")
    assert only(body).master == event("DTSTART:20261103T100000")
    assert problems(body) == [("bad-end", "a")]


def replaced(old: str, new: str, lines: str = "") -> str:
    vevent = f"UID:a\nDTSTART:20261103T100000\nSUMMARY:Story time\nLOCATION:North\n{lines}"
    return vevent.replace(old, new)


def test_a_higher_sequence_supersedes() -> None:
    body = calendar(replaced("North", "South", "SEQUENCE:2"), replaced("", "", "SEQUENCE:1"))
    master = only(body).master
    assert master is not None and (master.location, master.sequence) == ("South", 2)


@pytest.mark.parametrize("change", [("North", "South"), ("Story", "Craft"), ("T100000", "T110000")])
def test_the_same_uid_with_another_start_title_or_place_is_another_event(change: tuple[str, str]) -> None:
    found = series(calendar(replaced(*change), replaced("", "")))
    assert len({each.variant for each in found}) == 2 and found[0].variant == ""
    again = series(calendar(replaced("", ""), replaced(*change, "DESCRIPTION:new words")))
    assert [each.variant for each in again] == [each.variant for each in found]


def test_the_same_event_twice_is_one_and_the_latest_stamp_counts() -> None:
    older, newer = (
        replaced("", "", f"LAST-MODIFIED:2026{month}01T000000Z\nDESCRIPTION:{month}") for month in ("08", "09")
    )
    master = only(calendar(newer, older)).master
    assert master is not None and master.description == "09"


def test_exceptions_without_a_master_stand_alone() -> None:
    found = only(calendar("UID:a\nRECURRENCE-ID:20261103T100000\nDTSTART:20261104T100000\nSUMMARY:Moved"))
    assert found.master is None and found.rhythm is None
    assert [each.recurrence_id and each.recurrence_id.isoformat() for each in found.exceptions] == [
        "2026-11-03T10:00:00-06:00"
    ]


def test_of_two_versions_of_an_exception_the_higher_sequence_counts() -> None:
    exception = "UID:a\nRECURRENCE-ID:20261103T100000\nDTSTART:2026110{n}T100000\nSEQUENCE:{n}"
    body = calendar("UID:a\nDTSTART:20261103T100000\nRRULE:FREQ=WEEKLY", exception.format(n=5), exception.format(n=4))
    assert [each.starts_at.day for each in only(body).exceptions] == [5]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Childcare\\, snacks\\; fun\\nBring a friend", "Childcare, snacks; fun\nBring a friend"),
        ("<p>Hello<br>there</p><p>Bye &amp; thanks</p>", "Hello\nthere\n\nBye & thanks"),
        ('<ul><li>one</li><li>two</li></ul><style>p{}</style><a href="https://x.example/a">here</a>',
         "- one\n- two\nhere (https://x.example/a)"),
        ("Tom &amp; Ann&nbsp;Lee", "Tom & Ann Lee"),
        ("ages < 5 and > 3", "ages < 5 and > 3"),
        ("a\x00b\x07c\u202ed\u2066e", "abcde"),
        ("<script>alert(1)</script>safe", "safe"),
        ("one\\n\\n\\n\\n\\ntwo\\n", "one\n\ntwo"),
    ],
)  # fmt: skip
def test_descriptions_become_plain_text(written: str, read: str) -> None:
    assert event(f"DTSTART:20261103T100000\nDESCRIPTION:{written}").description == read


def test_the_other_properties_are_taken_over() -> None:
    found = event(
        "DTSTART:20261103T100000\nSUMMARY:Fall\\nfair\nLOCATION: Gym \nSTATUS:TENTATIVE\nCATEGORIES:PTA,Arts\\, crafts\n"
        "CATEGORIES:PTA\nURL:https://example.org/fair\nSEQUENCE:3"
    )
    assert (found.title, found.location, found.status, found.sequence) == ("Fall fair", "Gym", "tentative", 3)
    assert (found.categories, found.url) == (("PTA", "Arts, crafts"), "https://example.org/fair")


@pytest.mark.parametrize(
    ("status", "read"), [("CANCELLED", "cancelled"), ("Canceled", "cancelled"), ("NONSENSE", "confirmed")]
)
def test_status_is_one_of_three(status: str, read: str) -> None:
    assert event(f"DTSTART:20261103T100000\nSTATUS:{status}").status == read


def test_only_web_links_are_taken_as_links() -> None:
    assert event("DTSTART:20261103T100000\nURL:javascript:alert(1)").url == ""


@pytest.mark.parametrize(
    "vevent",
    [
        "DTSTART;VALUE=DATE:20261125\nRRULE:FREQ=WEEKLY;UNTIL=20270101T060000Z\nEXDATE;VALUE=DATE:20261202",
        "DTSTART;TZID=America/Denver:20261103T100000\nDTEND;TZID=America/Denver:20261103T113000\nRRULE:FREQ=DAILY;UNTIL=20261201",
        "DTSTART:20261103T160000Z\nDURATION:PT45M\nRDATE:20261110T160000Z\nRDATE;VALUE=PERIOD:20261111T160000Z/PT3H",
        "DTSTART:20270314T023000\nDTEND:20270314T033000\nSUMMARY:in the gap",
        "DTSTART:20261101T013000\nDURATION:PT45M\nSUMMARY:in the overlap",
        "DTSTART:20261103T100000\nRRULE:FREQ=WEEKLY;COUNT=9\nEXDATE;VALUE=DATE:20261110\nDESCRIPTION:a\\, b\\; c\\\\ d\\ne",
    ],
)
def test_a_series_kept_as_text_says_the_same_when_read_again(vevent: str) -> None:
    body = calendar(f"UID:a\n{vevent}", "UID:a\nRECURRENCE-ID;VALUE=DATE:20261109\nDTSTART;VALUE=DATE:20261109")
    first = only(body)
    assert restored(first.ics, CHICAGO) == first


def test_a_feed_of_problems_names_each_with_its_uid() -> None:
    wrong = dates(calendar("UID:a\nDTSTART:x", "UID:b\nDTSTART:y", "UID:c\nDTSTART:20261103"))[1]
    assert [(type(each), each.uid) for each in wrong] == [(Problem, "a"), (Problem, "b")]

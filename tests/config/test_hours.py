from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.hours import Hours, QuietHours, WorkingTime, closed_days, working_time

CHICAGO = "America/Chicago"
WEEKDAYS = "Mon-Fri 08:00-16:00"


def at(text: str, zone: str = CHICAGO, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


def school(hours: str = WEEKDAYS, *closed: str) -> WorkingTime:
    return working_time(hours, CHICAGO, closed)


EIGHT_TO_FOUR = ((480, 960),)


@pytest.mark.parametrize(
    ("text", "week"),
    [
        (WEEKDAYS, (EIGHT_TO_FOUR,) * 5 + ((), ())),
        ("monday – friday 8:00–16:00", (EIGHT_TO_FOUR,) * 5 + ((), ())),
        ("Mon-Thu 08:00-16:00, Fri 08:00-12:00", (EIGHT_TO_FOUR,) * 4 + (((480, 720),), (), ())),
        ("Mon-Thu 08:00-16:00;Fri 08:00-12:00", (EIGHT_TO_FOUR,) * 4 + (((480, 720),), (), ())),
        ("Mon, Wed 08:00-16:00", (EIGHT_TO_FOUR, (), EIGHT_TO_FOUR, (), (), (), ())),
        ("Tue 08:00-12:00, 13:00-16:00", ((), ((480, 720), (780, 960)), (), (), (), (), ())),
        ("Sat-Mon 08:00-16:00", (EIGHT_TO_FOUR, (), (), (), (), EIGHT_TO_FOUR, EIGHT_TO_FOUR)),
        ("Mon-Sun 00:00-23:59", (((0, 1440),),) * 7),
        ("Mon-Sun 00:00-24:00", (((0, 1440),),) * 7),
        ("Sun 22:00-06:00", (((0, 360),), (), (), (), (), (), ((1320, 1440),))),
        ("Mon 08:00-12:00, Mon 11:00-14:00", (((480, 840),), (), (), (), (), (), ())),
    ],
)
def test_hours_are_read_by_weekday(text: str, week: tuple[object, ...]) -> None:
    assert Hours.parse(text).week == week


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no hours are written"),
        ("always", "names no weekday"),
        ("Mon-Fri", "days without times"),
        ("08:00-16:00", "times without days"),
        ("Mon-Fri 08:00-16:00 Sat", "days without times"),
        ("Mon-Fri 8-16", "cannot be read"),
        ("Mon-Fri 08:00-25:00", "no time of day"),
        ("Mon-Fri 08:60-16:00", "no time of day"),
        ("Mon-Fri 08:00-08:00", "same time"),
        ("Mxn-Fri 08:00-16:00", "names no weekday"),
        ("Mon-Fri 08:00-16:00-18:00", "cannot be read"),
    ],
)
def test_hours_that_cannot_be_read_are_refused_with_the_mend(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=f"{words}.*; (write|use)"):
        Hours.parse(text)


def test_open_is_from_opening_up_to_closing() -> None:
    hours = school()
    assert not hours.is_open(at("2026-12-01T07:59:59"))
    assert hours.is_open(at("2026-12-01T08:00"))
    assert hours.is_open(at("2026-12-01T15:59:59"))
    assert not hours.is_open(at("2026-12-01T16:00"))
    assert not hours.is_open(at("2026-12-05T10:00"))


def test_open_asks_the_schools_clock_whatever_zone_the_time_comes_in() -> None:
    assert school().is_open(datetime(2026, 12, 1, 14, 0, tzinfo=UTC))
    assert not school().is_open(datetime(2026, 12, 1, 13, 59, tzinfo=UTC))


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        school().is_open(datetime(2026, 12, 1, 10, 0))


def test_always_is_open_at_every_minute_of_a_clock_change() -> None:
    always = school("Mon-Sun 00:00-23:59")
    start = datetime(2026, 10, 31, tzinfo=UTC)
    assert all(always.is_open(start + timedelta(minutes=30 * n)) for n in range(48 * 3))


def test_closed_days_are_not_open_and_both_ends_of_a_range_are_closed() -> None:
    hours = school(WEEKDAYS, "2026-12-21/2027-01-01")
    assert not hours.is_open(at("2026-12-21T10:00"))
    assert not hours.is_open(at("2027-01-01T10:00"))
    assert hours.next_open(at("2026-12-18T16:00")) == at("2027-01-04T08:00")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("21 December", "neither a day nor a range"),
        ("2026-12-21/", "neither a day nor a range"),
        ("2026-12-21 - 2027-01-03", "neither a day nor a range"),
        ("2026-02-30", "no day of the calendar"),
        ("2027-01-03/2026-12-21", "ends before it begins"),
        ("2026-01-01/2029-01-01", "more than a year"),
        ("9999-12-31", "far from our time"),
    ],
)
def test_closed_days_that_cannot_be_read_are_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=f"{words}.*; "):
        closed_days([text])


def test_closed_days_hold_single_days_and_whole_ranges() -> None:
    days = closed_days(["2026-11-26", "2026-12-30/2027-01-01"])
    assert days == {date(2026, 11, 26), date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1)}


def test_the_next_opening_of_an_open_moment_is_that_moment() -> None:
    assert school().next_open(at("2026-12-01T10:00")) == at("2026-12-01T10:00")
    assert school().next_open(at("2026-12-04T16:00")) == at("2026-12-07T08:00")


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-12-01T10:00:30", 1, "2026-12-02T10:00:30"),
        ("2026-12-04T10:00", 1, "2026-12-07T10:00"),
        ("2026-12-05T12:00", 1, "2026-12-08T08:00"),
        ("2026-12-01T20:00", 1, "2026-12-03T08:00"),
        ("2026-12-18T10:00", 2, "2027-01-05T10:00"),
        ("2026-12-01T10:00", 7, "2026-12-10T10:00"),
    ],
)
def test_a_day_is_a_working_day(start: str, days: int, due: str) -> None:
    hours = school(WEEKDAYS, "2026-12-21/2027-01-03")
    assert hours.add(at(start), timedelta(days=days)) == at(due)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-12-03T15:00", "2026-12-04T12:00"),
        ("2026-12-01T12:30", "2026-12-02T13:00"),
        ("2026-12-02T08:00", "2026-12-03T09:00"),
    ],
)
def test_a_clock_time_at_which_the_day_is_closed_moves_within_that_day(start: str, due: str) -> None:
    hours = school("Mon, Tue 08:00-16:00, Wed 08:00-12:00, 13:00-16:00, Thu 09:00-16:00, Fri 08:00-12:00")
    assert hours.add(at(start), timedelta(days=1)) == at(due)


@pytest.mark.parametrize(
    ("start", "span", "due"),
    [
        ("2026-12-01T10:00", timedelta(hours=2), "2026-12-01T12:00"),
        ("2026-12-01T15:00", timedelta(hours=2), "2026-12-02T09:00"),
        ("2026-12-04T15:30", timedelta(hours=9), "2026-12-08T08:30"),
        ("2026-12-01T08:00", timedelta(hours=8), "2026-12-01T16:00"),
        ("2026-12-04T15:00", timedelta(days=1, hours=2), "2026-12-08T09:00"),
        ("2026-12-05T03:00", timedelta(0), "2026-12-07T08:00"),
    ],
)
def test_hours_are_working_hours(start: str, span: timedelta, due: str) -> None:
    assert school().add(at(start), span) == at(due)


def test_less_than_no_time_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        school().add(at("2026-12-01T10:00"), timedelta(hours=-1))


def test_a_working_day_keeps_the_clock_time_over_a_clock_change() -> None:
    always = school("Mon-Sun 00:00-24:00")
    assert always.add(at("2026-03-07T12:00"), timedelta(days=1)) == at("2026-03-08T12:00")
    assert always.add(at("2026-10-31T12:00"), timedelta(days=1)) == at("2026-11-01T12:00")
    assert always.add(at("2026-10-31T20:00"), timedelta(hours=10)) == at("2026-10-31T20:00").astimezone(
        UTC
    ) + timedelta(hours=10)


def test_an_opening_that_a_clock_change_skips_is_just_after_it() -> None:
    early = school("Sun 02:30-09:00")
    assert early.next_open(at("2026-03-08T01:00")) == at("2026-03-08T03:30")


@settings(max_examples=60, deadline=None)
@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),
    st.timedeltas(timedelta(0), timedelta(days=9)),
    st.sampled_from([WEEKDAYS, "Mon-Sun 00:00-23:59", "Sat 22:00-03:00", "Tue 01:30-02:30, 12:00-12:30"]),
    st.sampled_from([CHICAGO, "America/Havana", "Australia/Lord_Howe", "Africa/Cairo"]),
)
def test_added_working_time_ends_in_hours_and_never_before_the_next_opening(
    start: datetime, span: timedelta, hours: str, zone: str
) -> None:
    time = WorkingTime(Hours.parse(hours), zone, frozenset({date(2026, 7, 4)}))
    due = time.add(start.replace(tzinfo=UTC), span)
    assert due >= time.next_open(start.replace(tzinfo=UTC))
    assert time.is_open(due) or time.is_open(due - timedelta(microseconds=1))


@pytest.mark.parametrize("text", ["21:00", "9pm-7am", "21:00-7", "25:00-07:00", "07:00-07:00", "00:00-24:00", "night"])
def test_quiet_hours_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match='; write two times of day, such as "21:00-07:00"'):
        QuietHours.parse(text)


@pytest.mark.parametrize(
    ("hours", "when", "ends"),
    [
        ("21:00-07:00", "2026-12-01T20:59:59", None),
        ("21:00-07:00", "2026-12-01T21:00", "2026-12-02T07:00"),
        ("21:00-07:00", "2026-12-02T00:00", "2026-12-02T07:00"),
        ("21:00-07:00", "2026-12-02T07:00", None),
        ("12:00-13:00", "2026-12-01T12:30", "2026-12-01T13:00"),
        ("12:00-13:00", "2026-12-01T13:00", None),
        ("21:00-24:00", "2026-12-01T23:30", "2026-12-02T00:00"),
        ("00:00-06:00", "2026-12-01T00:00", "2026-12-01T06:00"),
        ("21:00-07:00", "2026-03-07T23:00", "2026-03-08T07:00"),
        ("", "2026-12-01T03:00", None),
    ],
)
def test_what_falls_into_quiet_hours_waits_for_their_end(hours: str, when: str, ends: str | None) -> None:
    quiet = QuietHours.parse(hours)
    assert quiet.covers(at(when), CHICAGO) == (ends is not None)
    assert quiet.ends_after(at(when), CHICAGO) == at(ends or when)


def test_quiet_hours_end_later_than_now_in_the_hour_that_comes_twice() -> None:
    second_pass = at("2026-11-01T01:15", fold=1)
    ends = QuietHours.parse("21:00-01:30").ends_after(second_pass, CHICAGO)
    assert ends == datetime(2026, 11, 1, 7, 30, tzinfo=UTC)

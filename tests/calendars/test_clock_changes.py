"""Local times through both changes of clocks, in six zones: read, written for others, and read again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest

from calendars.expand import expand
from calendars.read import restored
from calendars.values import OccurrenceValue, Series
from calendars.write import FeedItem, center_object, feed
from tests.calendars.feeds import calendar, only

# zone -> a day before each change of 2027 (north: March and November; Lord Howe turns by half an hour; Phoenix never does)
ZONES = {
    "America/Chicago": ("2027-03-13", "2027-11-06"),
    "Europe/Berlin": ("2027-03-27", "2027-10-30"),
    "Australia/Sydney": ("2027-04-03", "2027-10-02"),
    "Australia/Lord_Howe": ("2027-04-03", "2027-10-02"),
    "Asia/Kolkata": ("2027-03-13", "2027-11-06"),
    "America/Phoenix": ("2027-03-13", "2027-11-06"),
}
BEGIN, END = datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
CHANGES = [(zone, day) for zone, days in ZONES.items() for day in days]


def stamp(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%S}"


def local(dates: list[OccurrenceValue]) -> list[tuple[str, str]]:
    return [(f"{one.starts_at:%m-%d %H:%M}", f"{one.ends_at:%m-%d %H:%M}") for one in dates]


def through(one: Series, zone: str) -> list[list[OccurrenceValue]]:
    """The dates as read, as kept, as a center gets them, and as subscribers do."""
    at = datetime(2027, 1, 1, tzinfo=UTC)
    kept = restored(one.ics, zone)
    center = center_object(one, uid="a", description="", url="", sequence=0, stamped_at=at)
    told = feed("School", zone, [FeedItem(one, "a", "", "", 0, at)])
    again = [only(body, zone) for body in (center, told)]
    return [expand(each, BEGIN, END) for each in (one, kept, *again)]


def wall(zone: str, text: str) -> str:
    """A local time as the clock shows it: one that it skips, by the offset before."""
    given = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    return f"{given.astimezone(UTC).astimezone(ZoneInfo(zone)):%m-%d %H:%M}"


@pytest.mark.parametrize(("zone", "day"), CHANGES)
@pytest.mark.parametrize("hour", [0, 1, 2, 3, 9, 18, 23])
def test_single_events_around_the_change_are_at_their_local_time(zone: str, day: str, hour: int) -> None:
    for ahead in (0, 1, 2):
        start = datetime.fromisoformat(day) + timedelta(days=ahead, hours=hour, minutes=15)
        one = only(calendar(f"UID:a\nDTSTART;TZID={zone}:{stamp(start)}\nDURATION:PT1H30M\nSUMMARY:x"), zone)
        for dates in through(one, zone):
            assert [f"{date.starts_at:%m-%d %H:%M}" for date in dates] == [wall(zone, start.isoformat())]
            assert dates[0].ends_at.astimezone(UTC) - dates[0].starts_at.astimezone(UTC) == timedelta(minutes=90)


@pytest.mark.parametrize(("zone", "day"), CHANGES)
def test_whole_days_around_the_change_are_those_days(zone: str, day: str) -> None:
    first = datetime.fromisoformat(day)
    last = first + timedelta(days=3)
    one = only(calendar(f"UID:a\nDTSTART;VALUE=DATE:{first:%Y%m%d}\nDTEND;VALUE=DATE:{last:%Y%m%d}\nSUMMARY:x"), zone)
    for dates in through(one, zone):
        assert local(dates) == [(f"{first:%m-%d} 00:00", f"{last:%m-%d} 00:00")]
        assert dates[0].all_day


@pytest.mark.parametrize(("zone", "day"), CHANGES)
@pytest.mark.parametrize("hour", [9, 18, 23])
def test_a_series_over_the_change_keeps_its_local_time(zone: str, day: str, hour: int) -> None:
    first = datetime.fromisoformat(day) + timedelta(days=-14, hours=hour, minutes=30)
    one = only(
        calendar(f"UID:a\nDTSTART;TZID={zone}:{stamp(first)}\nDURATION:PT45M\nRRULE:FREQ=DAILY;COUNT=30\nSUMMARY:x"),
        zone,
    )
    expected = [first + timedelta(days=n) for n in range(30)]
    for dates in through(one, zone):
        assert [f"{date.starts_at:%m-%d %H:%M}" for date in dates] == [f"{start:%m-%d %H:%M}" for start in expected]
        assert {date.ends_at.astimezone(UTC) - date.starts_at.astimezone(UTC) for date in dates} == {
            timedelta(minutes=45)
        }


@pytest.mark.parametrize(("zone", "day"), CHANGES)
def test_a_date_moved_over_the_change_is_where_it_moved_to_and_the_others_stay(zone: str, day: str) -> None:
    first = datetime.fromisoformat(day) + timedelta(days=-6, hours=18)
    second, third = first + timedelta(days=7), first + timedelta(days=14)
    moved = second + timedelta(days=-2, hours=1)  # from after the change to before it
    series = f"UID:a\nDTSTART;TZID={zone}:{stamp(first)}\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3\nSUMMARY:x"
    change = f"UID:a\nRECURRENCE-ID;TZID={zone}:{stamp(second)}\nDTSTART;TZID={zone}:{stamp(moved)}\nDURATION:PT1H\nSUMMARY:x"
    for dates in through(only(calendar(series, change), zone), zone):
        assert [f"{date.starts_at:%m-%d %H:%M}" for date in dates] == [
            f"{each:%m-%d %H:%M}" for each in (first, moved, third)
        ]


@pytest.mark.parametrize(("zone", "day"), CHANGES)
def test_another_reader_finds_the_same_instants_in_what_we_write(zone: str, day: str) -> None:
    start = datetime.fromisoformat(day) + timedelta(days=2, hours=18)
    one = only(calendar(f"UID:a\nDTSTART;TZID={zone}:{stamp(start)}\nDURATION:PT1H\nSUMMARY:x"), zone)
    body = center_object(one, uid="a", description="", url="", sequence=0, stamped_at=BEGIN)
    read = next(iter(icalendar.Calendar.from_ical(body).walk("VEVENT")))
    assert read.start.astimezone(UTC) == start.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)

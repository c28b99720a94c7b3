from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest

from calendars.vtimezone import vtimezone

CHICAGO_LIKE = ("America/Chicago", "Europe/London", "Australia/Sydney")
ODD = (
    "America/Phoenix", "Asia/Kolkata",  # no summer time
    "Europe/Dublin",  # winter is the exception
    "Australia/Lord_Howe",  # half an hour
    "America/Nuuk", "Asia/Gaza",  # the clock of their rule lies outside its day
    "America/Santiago",  # at midnight
    "Africa/Casablanca", "Africa/El_Aaiun",  # around Ramadan, by no rule
    "America/Asuncion",  # gave it up in 2024
    "Pacific/Chatham", "Antarctica/Troll",
)  # fmt: skip


@pytest.mark.parametrize("year", [2024, 2026, 2027, 2028, 2040, 2046])
@pytest.mark.parametrize("zone", [*CHICAGO_LIKE, *ODD])
def test_a_written_zone_has_the_offsets_of_the_real_one_all_through_a_year(zone: str, year: int) -> None:
    if zone in ("Africa/Casablanca", "Africa/El_Aaiun", "Asia/Gaza") and year > 2045:
        return  # nobody knows yet
    text = "\r\n".join(vtimezone(zone)).replace(f"TZID:{zone}", f"TZID:test-of-{zone}")
    written = icalendar.Timezone.from_ical(text).to_tz(lookup_tzid=False)
    begin = datetime(year, 1, 1, tzinfo=UTC)
    for hours in range(0, 366 * 24, 6):
        wall = (begin + timedelta(hours=hours)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert written.utcoffset(wall) == ZoneInfo(zone).utcoffset(wall), wall


def test_every_zone_there_is_can_be_written_and_nearly_all_by_their_rule_alone() -> None:
    by_date = set()
    for zone in zoneinfo.available_timezones():
        lines = vtimezone(zone)
        assert lines[1] == f"TZID:{zone}"
        assert not any("," in line for line in lines if line.startswith("RDATE")), "one date a line"
        if len(lines) > 17:
            by_date.add(zone)
    assert "Africa/Casablanca" in by_date and "America/Chicago" not in by_date
    assert len(by_date) < 12


def test_an_onset_is_the_wall_time_before_the_change() -> None:
    lines = vtimezone("America/Chicago")
    assert "DTSTART:19700308T020000" in lines and "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU" in lines

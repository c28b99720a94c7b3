from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest

from calendars.vtimezone import vtimezone


@pytest.mark.parametrize(
    "zone",
    [
        "America/Chicago",
        "Europe/London",
        "Australia/Sydney",
        "America/Phoenix",
        "Europe/Dublin",
        "America/Nuuk",
        "Asia/Gaza",
    ],
)
def test_a_written_zone_has_the_offsets_of_the_real_one_all_through_a_year(zone: str) -> None:
    text = "\r\n".join(vtimezone(zone)).replace(f"TZID:{zone}", f"TZID:test-of-{zone}")
    written = icalendar.Timezone.from_ical(text).to_tz(lookup_tzid=False)
    begin = datetime(2028, 1, 1, tzinfo=UTC)
    for hours in range(0, 366 * 24, 6):
        wall = (begin + timedelta(hours=hours)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert written.utcoffset(wall) == ZoneInfo(zone).utcoffset(wall), wall


def test_every_zone_there_is_can_be_written_without_lists_of_dates() -> None:
    for zone in zoneinfo.available_timezones():
        lines = vtimezone(zone)
        assert lines[1] == f"TZID:{zone}"
        assert not any(line.startswith("RDATE") for line in lines)
        assert len(lines) <= 17


def test_an_onset_is_the_wall_time_before_the_change() -> None:
    lines = vtimezone("America/Chicago")
    assert "DTSTART:19700308T020000" in lines and "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU" in lines

"""Rows 11 and 12: clocks that jump, and clocks that change for summer.

The clock of this program ticks by intervals, in UTC; what is due stands in rows (schedulers/clock.py). So a change for
summer makes no tick come twice or not at all; what it can touch is when a date is, and that is shown here. Leases:
a delivery left `sending` is only ever looked for, never sent at once, whatever the clock says (outbox/settle.py).
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from calendars.expand import expand
from calendars.read import read_group
from calendars.split import split
from connector.clocks import Clocks
from connector.doors import Doors
from rehearsal.facebook.towns import APP_ID, APP_SECRET
from schedulers.doubt import doubt
from tests.connector.site import Handler
from tests.faults.two_pages import EACH_ONCE, Town
from tests.mirroring.feed import Feed, calendar, many, vevent

HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)
NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
BODY = calendar(*many(6))


def dated(by: timedelta):  # type: ignore[no-untyped-def]
    """A server whose clock is so much ahead of this machine's: as if this machine's were so much behind."""

    def act(handler: Handler) -> None:
        date = format_datetime(datetime.now(UTC) + by, usegmt=True)
        head = f"HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Length: {len(BODY)}\r\n\r\n"
        handler.raw(head.encode() + BODY)

    return act


@pytest.mark.parametrize("by", [2 * HOUR, -2 * HOUR, YEAR, -YEAR])
def test_row_11_a_clock_that_neighbours_contradict_takes_nothing_in_and_nothing_runs_out(
    feed: Feed, by: timedelta
) -> None:
    feed.change(missing="3d")
    feed.read(*many(7))
    feed.read(*many(6))
    before, source = feed.everything(), repr(feed.source())
    feed.site.on("/maple.ics", dated(by))
    stopped = feed.read(later=YEAR)
    assert stopped.outcome == "failed"
    assert "set this machine's clock" in stopped.message
    assert (feed.everything(), repr(feed.source())) == (before, source)


@pytest.mark.parametrize("by", [HOUR / 2, -HOUR / 2])
def test_row_11_half_an_hour_is_no_reason_to_stop(feed: Feed, by: timedelta) -> None:
    feed.site.on("/maple.ics", dated(by))
    assert feed.read().outcome == "taken"


@pytest.mark.parametrize("jump", [-2 * HOUR, -YEAR, 25 * HOUR, YEAR])
def test_row_11_without_a_neighbours_word_a_jump_since_the_last_round_is_not_believed(jump: timedelta) -> None:
    assert "check the clock" in doubt(NOW + jump, NOW)
    assert doubt(NOW + HOUR, NOW) == doubt(NOW - HOUR / 2, NOW) == doubt(NOW + DAY, NOW) == ""


@pytest.mark.parametrize("by", [2 * HOUR, -2 * HOUR, YEAR, -YEAR])
def test_row_11_by_a_wrong_clock_nothing_is_planned_or_sent_and_by_the_right_one_it_stands_once(
    town: Town,
    by: timedelta,
) -> None:
    right = town.house
    doors = Doors(
        graph_url=town.facebook.url, app_id=APP_ID, app_secret=APP_SECRET,
        clocks=Clocks(wall=lambda: time.time() + by.total_seconds()),
    )  # fmt: skip
    town.house = replace(right, doors=doors, clock=lambda: right.clock() + by)
    assert any("set this machine's clock" in one for one in town.round().troubles)
    assert (town.standing(), town.owed("pta-page")) == ([], [])
    town.house = right
    assert town.round().troubles == []
    assert town.standing() == EACH_ONCE


ZONES = {  # zone: (the night the clock goes forward, the night it goes back)
    "America/Chicago": ("20270314", "20261101"),
    "America/New_York": ("20270314", "20261101"),
    "Europe/London": ("20270328", "20261025"),
    "Australia/Adelaide": ("20261004", "20270404"),
    "Australia/Lord_Howe": ("20261004", "20270404"),
    "America/Santiago": ("20260906", "20270404"),
}


@pytest.mark.parametrize("which", [0, 1], ids=["forward", "back"])
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("hour", ["0030", "0130", "0230", "1800", ""])
def test_row_12_each_day_around_a_change_has_one_date_at_the_hour_that_the_school_wrote(
    zone: str, which: int, hour: str
) -> None:
    change = datetime.strptime(ZONES[zone][which], "%Y%m%d")
    first = change - timedelta(days=3)
    start = f"DTSTART;TZID={zone}:{first:%Y%m%d}T{hour}00" if hour else f"DTSTART;VALUE=DATE:{first:%Y%m%d}"
    lines = ["BEGIN:VEVENT", "UID:one", start, "RRULE:FREQ=DAILY;COUNT=7", "SUMMARY:Walk", "END:VEVENT"]
    parts = split("\r\n".join(["BEGIN:VCALENDAR", *lines, "END:VCALENDAR"]).encode())
    [series], problems = read_group(parts, parts.groups["one"], zone)
    dates = expand(series, datetime(2026, 8, 1, tzinfo=UTC), datetime(2027, 8, 1, tzinfo=UTC))
    assert problems == []
    assert [date.starts_at.date() for date in dates] == [(first + timedelta(days=n)).date() for n in range(7)]
    assert len({date.starts_at.astimezone(UTC) for date in dates}) == 7
    told = [date.starts_at.strftime("%H%M") for date in dates]
    other = [at for at, date in zip(told, dates, strict=True) if date.starts_at.date() != change.date()]
    assert set(other) == {hour or "0000"}  # on the night itself an hour may not exist


def test_row_12_a_time_that_comes_twice_is_the_first_of_the_two_and_one_row(feed: Feed) -> None:
    feed.now = datetime(2026, 10, 20, 15, 0, tzinfo=UTC)
    night = vevent("night", "20261101T013000", hours=1)
    feed.read(night)
    feed.read(night, vevent("other", "20261108T013000"))
    [row] = [one for one in feed.events() if one.uid == "night"]
    assert row.starts_at == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert row.changed_at is None

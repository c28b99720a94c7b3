"""Row 12: the clocks change for summer and back, in whole rounds: what stands in the post, in the reminder and in the feed
out is the hour that the school wrote, and one tick has one effect, also one that runs twice.

The clock of this program ticks by intervals in UTC (schedulers/clock.py): no tick comes twice or falls away by itself.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from models.database import Database
from models.event import Event, Occurrence
from rehearsal.facebook.server import PretendFacebook
from tests.connector.site import Site
from tests.faults.machine import Machine
from web.families.calendar_files import feed_file

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Change:
    """The night in a zone, an hour's half that is skipped (forward) or comes twice (back), and how it is shown."""

    zone: str
    night: str
    forward: bool
    odd: str
    shown: str

    def local(self, clock: str, days: int = 0) -> datetime:
        day = datetime.strptime(self.night, "%Y%m%d") + days * DAY
        return day.replace(hour=int(clock[:2]), minute=int(clock[2:]), tzinfo=ZoneInfo(self.zone))


CHANGES = [
    Change("America/Chicago", "20270314", True, "0230", "3:30 AM"),
    Change("America/Chicago", "20261101", False, "0130", "1:30 AM"),
    Change("America/New_York", "20270314", True, "0230", "3:30 AM"),
    Change("America/New_York", "20261101", False, "0130", "1:30 AM"),
    Change("Europe/London", "20270328", True, "0130", "2:30 AM"),
    Change("Europe/London", "20261025", False, "0130", "1:30 AM"),
    Change("Australia/Adelaide", "20271003", True, "0230", "3:30 AM"),
    Change("Australia/Adelaide", "20270404", False, "0230", "2:30 AM"),
    Change("Australia/Lord_Howe", "20271003", True, "0215", "2:45 AM"),  # by half an hour
    Change("Australia/Lord_Howe", "20270404", False, "0145", "1:45 AM"),
    Change("America/Santiago", "20270905", True, "0030", "1:30 AM"),  # at midnight
    Change("America/Santiago", "20270403", False, "2330", "11:30 PM"),
]
EACH = pytest.mark.parametrize("change", CHANGES, ids=lambda one: f"{one.zone}-{'forward' if one.forward else 'back'}")


def event(change: Change, title: str, start: str, *more: str, days: int = 0) -> str:
    """`start`: 1800, or "" for all day."""
    at = change.local(start or "0000", days)
    first = f";TZID={change.zone}:{at:%Y%m%dT%H%M}00" if start else f";VALUE=DATE:{at:%Y%m%d}"
    lines = [f"UID:{title}", f"DTSTART{first}", *(["DURATION:PT15M"] if start else []), f"SUMMARY:{title}", *more]
    return "\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT"])


@pytest.fixture
def school(db: Database, site: Site, facebook: PretendFacebook, tmp_path: Path) -> Any:
    def made(change: Change, *vevents: str, days_before: int = 5, **rules: Any) -> Machine:
        begin = change.local("1200", -days_before).astimezone(UTC)
        machine = Machine(db, site, facebook, tmp_path, zone=change.zone, rules=rules, begin=begin)
        machine.serve(*vevents)
        return machine

    return made


def twice(machine: Machine, moment: datetime) -> None:
    """One tick that runs twice."""
    for _ in range(2):
        assert machine.at(moment.astimezone(UTC)).troubles == []


def live_through(machine: Machine, change: Change) -> None:
    """Ticks from four days before to three after: by day, and every hour and a half around the change itself."""
    for days in range(-4, 4):
        twice(machine, change.local("1900", days))
        if days == -1:
            start = change.local("2330", -1).astimezone(UTC)
            for quarter in range(0, 24, 6):
                twice(machine, start + quarter * 15 * MINUTE)


def feed_out(machine: Machine) -> str:
    heads = [one for one in machine.all(Event) if not one.series]
    return feed_file(machine.school(), "Maple", heads, {one.id: one.uid for one in heads}).decode()


def posts_of(machine: Machine, title: str) -> list[str]:
    return [text for text in machine.standing() if title in text]


@EACH
def test_row_12_every_date_keeps_the_hour_that_was_written_and_is_told_once(school: Any, change: Change) -> None:
    walk = event(change, "Walk", "1800", "RRULE:FREQ=DAILY;COUNT=6", days=-2)
    club = event(change, "Club", "0915", "RRULE:FREQ=WEEKLY;COUNT=3", days=-4)
    machine = school(change, walk, club, event(change, "Night", change.odd), event(change, "Holiday", ""))
    live_through(machine, change)
    a_daily_and_a_weekly_series_keep_their_hours(machine, change)
    an_hour_that_is_skipped_or_comes_twice_is_one_event(machine, change)
    all_day_is_that_one_day(machine, change)
    assert machine.written() == 13, "an announcement of each, and a reminder for each date that was to come"


def a_daily_and_a_weekly_series_keep_their_hours(machine: Machine, change: Change) -> None:
    walks, clubs = posts_of(machine, "Walk"), posts_of(machine, "Club")
    assert (len(walks), len(clubs)) == (7, 2)
    assert all("6:00" in text and "6:15" in text and "PM" in text for text in walks)
    assert all("9:15" in text and "9:30" in text and "AM" in text for text in clubs)
    days = Counter(re.findall(r"\b(?:October|November|March|April|September) \d+", "\n".join(walks[1:])))
    assert set(days.values()) == {1} and len(days) == 6
    for start in (f"{change.local('1800', -2):%Y%m%d}T180000", f"{change.local('0915', -4):%Y%m%d}T091500"):
        assert f"DTSTART;TZID={change.zone}:{start}" in feed_out(machine)


def an_hour_that_is_skipped_or_comes_twice_is_one_event(machine: Machine, change: Change) -> None:
    """What comes twice is the first of the two; what is skipped is as much later, since no clock shows it."""
    said = posts_of(machine, "Night")
    shown = change.shown.removesuffix(" AM").removesuffix(" PM")
    assert len(said) == 2
    assert all(re.search(rf"\b{shown}\b", text) for text in said), said
    assert change.local(change.odd).astimezone(UTC) in {date.starts_at for date in machine.all(Occurrence)}
    at = change.local(change.odd).astimezone(UTC).astimezone(ZoneInfo(change.zone))
    assert f"DTSTART;TZID={change.zone}:{at:%Y%m%dT%H%M}00" in feed_out(machine)


def all_day_is_that_one_day(machine: Machine, change: Change) -> None:
    said, day = posts_of(machine, "Holiday"), change.local("1200")
    assert len(said) == 2
    assert all(f"{day:%A, %B} {day.day}, {day.year}" in text for text in said), said
    assert not any(f"{(day + n * DAY):%B} {(day + n * DAY).day}," in text for text in said for n in (-1, 1))
    assert f"DTSTART;VALUE=DATE:{day:%Y%m%d}" in feed_out(machine)


@EACH
def test_row_12_quiet_hours_end_by_the_clock_on_the_wall(school: Any, change: Change) -> None:
    machine = school(
        change, event(change, "Fair", "1800", days=3), days_before=0, quiet_hours="21:00-07:00", announce="3d"
    )
    for clock in ("0001", "0659"):
        twice(machine, change.local(clock).replace(fold=1))
        assert machine.written() == 0
    twice(machine, change.local("0700"))
    assert machine.written() == 0  # three days before 18:00 it is not yet time
    twice(machine, change.local("2059"))
    twice(machine, change.local("2101"))
    assert machine.written() == 1


@pytest.mark.parametrize(("change", "named"), [*((one, True) for one in CHANGES), (CHANGES[0], False)])
def test_row_12_a_calendar_whose_rules_for_its_zone_are_out_of_date(school: Any, change: Change, named: bool) -> None:
    """Where the zone has a name that everybody knows, today's rules of it count and the hour as written stands.

    A name of its own means what the calendar says of it, and families read it on their clocks.
    """
    tzid, winter = change.zone if named else "School", -360
    zone = [
        "BEGIN:VTIMEZONE", f"TZID:{tzid}", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:-0600",
        "TZOFFSETTO:-0600", "END:STANDARD", "END:VTIMEZONE",
    ]  # fmt: skip
    vevent = event(change, "Fair", "1800", days=1).replace(f"TZID={change.zone}", f"TZID={tzid}")
    machine = school(change, "\r\n".join(zone), vevent)
    live_through(machine, change)
    fixed = change.local("1800", 1).replace(tzinfo=UTC) - winter * MINUTE
    at = change.local("1800", 1) if named else fixed.astimezone(ZoneInfo(change.zone))
    said = posts_of(machine, "Fair")
    assert (len(said), machine.written()) == (2, 2)
    assert all(f"{at:%-I:%M}" in text for text in said), said
    assert machine.all(Occurrence)[0].starts_at == at.astimezone(UTC)
    if named:
        assert f"DTSTART;TZID={change.zone}:{at:%Y%m%d}T180000" in feed_out(machine)

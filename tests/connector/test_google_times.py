"""Local times on their way to Google and back: six zones, both clock changes, timed, all-day, repeating and moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from calendars.expand import expand
from calendars.standing import fingerprint
from calendars.values import Series
from calendars.write import center_object
from connector.google import moments, rule
from connector.google.calendar import GoogleCalendar
from rehearsal.google import times
from rehearsal.google.calendar import Calendar
from rehearsal.google.server import PretendGoogle
from tests.calendars.feeds import BEGIN, END, SAMPLES, calendar, dates, series
from tests.connector.google_calendar import door, google, theirs

__all__ = ["door", "google", "theirs"]

STAMP = datetime(2026, 10, 1, 12, tzinfo=UTC)
CHANGES = {  # a day on which the clock goes forward, one on which it goes back
    "America/Chicago": ("20270314", "20261101"),
    "America/St_Johns": ("20270314", "20261101"),
    "Europe/Dublin": ("20270328", "20261025"),
    "Australia/Lord_Howe": ("20261004", "20270404"),
    "Pacific/Auckland": ("20260927", "20270404"),
    "America/Santiago": ("20260906", "20270404"),
}


def events_of(zone: str) -> list[str]:
    made = []
    for day in CHANGES[zone]:
        at, before = f"TZID={zone}:{day}T", datetime.strptime(day, "%Y%m%d") - timedelta(days=7)
        week = f"TZID={zone}:{before:%Y%m%d}T"
        made += [
            f"UID:night-{day}\nDTSTART;{at}013000\nDURATION:PT3H\nSUMMARY:Over the change",
            f"UID:gap-{day}\nDTSTART;{at}023000\nDURATION:PT1H\nSUMMARY:In the change",
            f"UID:day-{day}\nDTSTART;VALUE=DATE:{day}\nSUMMARY:All day",
            f"UID:daily-{day}\nDTSTART;VALUE=DATE:{before:%Y%m%d}\nRRULE:FREQ=WEEKLY;COUNT=3\nSUMMARY:Every week",
            f"UID:club-{day}\nDTSTART;{week}183000\nDURATION:PT90M\nRRULE:FREQ=WEEKLY;COUNT=3\nSUMMARY:Club",
            f"UID:club-{day}\nRECURRENCE-ID;{at}183000\nDTSTART;{at}200000\nDURATION:PT1H\nSUMMARY:Club",
            f"UID:until-{day}\nDTSTART;{week}090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL={day}T235900Z\n"
            f"EXDATE;{at}090000\nSUMMARY:Mornings",
        ]
    return made


def put(door: GoogleCalendar, one: Series, number: int) -> tuple[str, bytes]:
    body = center_object(one, uid=one.uid, description="", url="", sequence=0, stamped_at=STAMP)
    name = f"{number:06x}.ics"
    door.put(name, body, etag=None)
    return name, body


@pytest.mark.parametrize("zone", CHANGES)
def test_no_local_time_is_wrong_on_either_change(
    door: GoogleCalendar, theirs: Calendar, google: PretendGoogle, zone: str
) -> None:
    for number, one in enumerate(series(calendar(*events_of(zone)), zone)):
        name, body = put(door, one, number)
        stored = door.get(name)
        assert stored is not None
        assert fingerprint(stored.body) == fingerprint(body), one.uid
        expected = [(each.starts_at, each.ends_at) for each in expand(one, BEGIN, END)]
        assert expected
        found = [(each.starts_at, each.ends_at) for each in dates(stored.body, zone)[0]]
        assert found == expected, one.uid
        if one.master is not None and not one.master.all_day:
            assert instants(theirs, one.uid) == [start.astimezone(UTC) for start, _ in expected], one.uid


def instants(theirs: Calendar, uid: str) -> list[datetime]:
    """When Google itself would show it."""
    head = next(one for one in theirs.events.values() if one["iCalUID"] == uid and "recurringEventId" not in one)
    all_of_it = theirs.instances(head["id"]) if head.get("recurrence") else [head]
    return sorted(times.instant(one["start"]) for one in all_of_it if one["status"] != "cancelled")


def test_a_schools_whole_sample_reads_back_the_same(door: GoogleCalendar) -> None:
    told = series((SAMPLES / "school.ics").read_bytes())
    for number, one in enumerate(told):
        name, body = put(door, one, number)
        stored = door.get(name)
        assert stored is not None
        assert fingerprint(stored.body) == fingerprint(body), one.uid
    assert len(door.listing().etags) == len(told)


def test_a_zone_that_only_the_file_knows_is_told_in_utc(door: GoogleCalendar) -> None:
    [one] = series(
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VTIMEZONE\r\nTZID:Odd\r\nBEGIN:STANDARD\r\n"
        b"DTSTART:19700101T000000\r\nTZOFFSETFROM:+0413\r\nTZOFFSETTO:+0413\r\nRRULE:FREQ=YEARLY\r\nEND:STANDARD\r\n"
        b"END:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:odd\r\nDTSTART;TZID=Odd:20261208T120000\r\nDURATION:PT1H\r\nSUMMARY:Odd\r\n"
        b"END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    name, body = put(door, one, 1)
    stored = door.get(name)
    assert stored is not None
    assert b"DTSTART:20261208T074700Z" in stored.body
    assert fingerprint(stored.body) == fingerprint(body)


@pytest.mark.parametrize(
    ("lines", "day", "is_one"),
    [
        (["RRULE:FREQ=WEEKLY;COUNT=3"], "2026-12-15T18:00:00-06:00", True),
        (["RRULE:FREQ=WEEKLY;COUNT=3"], "2026-12-15T19:00:00-06:00", False),
        (["RRULE:FREQ=WEEKLY;COUNT=3"], "2026-12-29T18:00:00-06:00", False),
        (["RRULE:FREQ=DAILY;UNTIL=20261210T000000Z;INTERVAL=1"], "2026-12-09T18:00:00-06:00", True),
        (["RRULE:FREQ=DAILY;UNTIL=20261210T000000Z"], "2026-12-10T18:00:00-06:00", False),
        (["RRULE:FREQ=WEEKLY;COUNT=3", "RDATE:20270101T000000Z"], "2026-12-31T18:00:00-06:00", True),
        (["RRULE:FREQ=SECONDLY"], "2026-12-31T18:00:00-06:00", True),
    ],
)
def test_whether_a_date_is_one_of_its_series(lines: list[str], day: str, is_one: bool) -> None:
    head = {"start": {"dateTime": "2026-12-08T18:00:00-06:00", "timeZone": "America/Chicago"}, "recurrence": lines}
    assert rule.names(head, moments.of_google({"dateTime": day})) is is_one

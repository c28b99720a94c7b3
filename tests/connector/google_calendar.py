"""A stand-in of Google Calendar with one calendar, the door to it, and objects to put there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from connector.doors import Doors
from connector.google.calendar import GoogleCalendar
from rehearsal.google.calendar import Calendar
from rehearsal.google.server import PretendGoogle

ID = "center@group.calendar.google.com"
NAME = "0a1b2c.ics"


@pytest.fixture
def google() -> Iterator[PretendGoogle]:
    with PretendGoogle() as running:
        running.calendar(ID, zone="Europe/Berlin")  # answers come in the calendar's own zone, not in the school's
        yield running


@pytest.fixture
def theirs(google: PretendGoogle) -> Calendar:
    return google.calendars[ID]


@pytest.fixture
def door(google: PretendGoogle) -> GoogleCalendar:
    return open_door(google)


def open_door(google: PretendGoogle, credentials: str = "", language: str = "en", id: str = ID) -> GoogleCalendar:
    doors = Doors(google_url=google.url, cancelled={"en": "Cancelled", "es": "Cancelado"})
    credentials = credentials or google.accounts.service_account()
    return doors.google(id, credentials, language=language, subject="the calendar of Eastside")


def vevent(*more: str, uid: str = "fair@school", start: str = "20261208T180000", title: str = "Book fair") -> str:
    """In Chicago, an hour long."""
    end = f"{start[:9]}{int(start[9:11]) + 1:02}{start[11:]}"
    zone = "TZID=America/Chicago"
    lines = [
        f"UID:{uid}",
        "DTSTAMP:20261101T000000Z",
        f"DTSTART;{zone}:{start}",
        f"DTEND;{zone}:{end}",
        f"SUMMARY:{title}",
    ]
    status = [] if any(line.startswith("STATUS") for line in more) else ["STATUS:CONFIRMED"]
    return "\r\n".join(["BEGIN:VEVENT", *lines, *more, *status, "END:VEVENT"])


def ics(*vevents: str) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//EN", *vevents, "END:VCALENDAR", ""]).encode()


WEEKLY = "RRULE:FREQ=WEEKLY;COUNT=4"
MOVED = vevent("RECURRENCE-ID;TZID=America/Chicago:20261215T180000", "LOCATION:Library", start="20261216T180000")


def head(calendar: Calendar) -> dict[str, Any]:
    """The one event, or series, that is not deleted."""
    [only] = [one for one in calendar.events.values() if "recurringEventId" not in one and one["status"] != "cancelled"]
    return only


def own(title: str = "Yoga", start: str = "2026-12-08T18:30:00", **more: object) -> dict[str, Any]:
    """An event that the center's people put in themselves."""
    return {
        "summary": title,
        "start": {"dateTime": start, "timeZone": "America/Chicago"},
        "end": {
            "dateTime": start.replace(":00:00", ":45:00").replace(":30:00", ":45:00"),
            "timeZone": "America/Chicago",
        },
        **more,
    }

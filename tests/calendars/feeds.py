"""Small feeds for the tests beside this file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from calendars.expand import occurrences
from calendars.read import read_group
from calendars.split import split
from calendars.values import OccurrenceValue, Problem, Series

SAMPLES = Path(__file__).parent.parent / "samples" / "calendars"
CHICAGO = "America/Chicago"
BEGIN, END = datetime(2026, 8, 1, tzinfo=UTC), datetime(2027, 7, 1, tzinfo=UTC)


def calendar(*vevents: str, head: str = "") -> bytes:
    """A feed of VEVENTs given as their inner lines."""
    events = "".join(f"BEGIN:VEVENT\n{_trimmed(vevent)}\nEND:VEVENT\n" for vevent in vevents)
    body = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\n{_trimmed(head)}\n{events}END:VCALENDAR\n"
    return body.replace("\n\n", "\n").replace("\n", "\r\n").encode()


def _trimmed(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines())


def dates(
    body: bytes, zone: str = CHICAGO, begin: datetime = BEGIN, end: datetime = END
) -> tuple[list[OccurrenceValue], list[Problem]]:
    return occurrences(split(body), zone, begin, end)


def starts(body: bytes, zone: str = CHICAGO) -> list[str]:
    """Starts of all dates, as "2026-11-03 18:00", in the zone."""
    return [date.starts_at.strftime("%Y-%m-%d %H:%M") for date in dates(body, zone)[0]]


def series(body: bytes, zone: str = CHICAGO) -> list[Series]:
    feed = split(body)
    return [each for group in feed.groups.values() for each in read_group(feed, group, zone)[0]]


def only(body: bytes, zone: str = CHICAGO) -> Series:
    found = series(body, zone)
    assert len(found) == 1
    return found[0]

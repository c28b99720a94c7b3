"""A large school's feed, as publishers write them: whole days, series with dates left out, moved dates, folded letters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

ZONE = "America/Chicago"
_WORDS = (
    "Réunion des familles",
    "Họp phụ huynh",
    "Book fair",
    "Kulanka waalidiinta",
    "家长会",
    "Winter concert",
    "Open gym",
)
_TEXT = "Bring a friend\\; childcare and snacks are there. Traiga a un amigo: habrá cuidado de niños."
_HEAD = f"""\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Large District//Calendar//EN
CALSCALE:GREGORIAN
METHOD:PUBLISH
X-WR-CALNAME:Large District
X-WR-TIMEZONE:{ZONE}
BEGIN:VTIMEZONE
TZID:{ZONE}
BEGIN:DAYLIGHT
DTSTART:20070311T020000
TZOFFSETFROM:-0600
TZOFFSETTO:-0500
TZNAME:CDT
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:20071104T020000
TZOFFSETFROM:-0500
TZOFFSETTO:-0600
TZNAME:CST
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
END:STANDARD
END:VTIMEZONE"""


def feed(count: int, start: datetime, stamp: datetime) -> bytes:
    """`count` VEVENTs over a school year from `start` on: 35 % whole days, 15 % weekly series of twelve, of which a third
    leaves a date out and a third has one moved (5 %). All stamps are `stamp`."""
    lines = [*_HEAD.split("\n"), *_all_events(count, start, stamp), "END:VCALENDAR", ""]
    return b"\r\n".join(map(_folded, lines))


def _all_events(count: int, start: datetime, stamp: datetime) -> Iterator[str]:
    written = number = 0
    while written < count:
        begins = (start + timedelta(hours=number * 6_000 // count)).replace(minute=30, second=0, microsecond=0)
        moved = number % 20 == 7 and written + 1 < count
        yield from _event(number, begins, stamp)
        if moved:
            yield from _moved(number, begins, stamp)
        written += 1 + moved
        number += 1


def _event(number: int, begins: datetime, stamp: datetime) -> Iterator[str]:
    yield from ("BEGIN:VEVENT", f"UID:{number:06}@district.example", *_stamps(stamp))
    if number % 20 in (0, 3, 6, 9, 12, 15, 18):
        yield f"DTSTART;VALUE=DATE:{begins:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{begins + timedelta(days=1):%Y%m%d}"
    else:
        yield f"DTSTART;TZID={ZONE}:{begins:%Y%m%dT%H%M%S}"
        yield f"DTEND;TZID={ZONE}:{begins + timedelta(minutes=90):%Y%m%dT%H%M%S}"
    if number % 20 in (7, 11, 17):
        yield "RRULE:FREQ=WEEKLY;COUNT=12"
    if number % 20 == 11:
        yield f"EXDATE;TZID={ZONE}:{begins + timedelta(weeks=2):%Y%m%dT%H%M%S}"
    yield from _words(number)


def _moved(number: int, begins: datetime, stamp: datetime) -> Iterator[str]:
    third = begins + timedelta(weeks=3)
    yield from ("BEGIN:VEVENT", f"UID:{number:06}@district.example", *_stamps(stamp))
    yield f"RECURRENCE-ID;TZID={ZONE}:{third:%Y%m%dT%H%M%S}"
    yield f"DTSTART;TZID={ZONE}:{third + timedelta(hours=24):%Y%m%dT%H%M%S}"
    yield f"DTEND;TZID={ZONE}:{third + timedelta(hours=25):%Y%m%dT%H%M%S}"
    yield from _words(number)


def _stamps(stamp: datetime) -> Iterator[str]:
    yield f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}"
    yield f"LAST-MODIFIED:{stamp:%Y%m%dT%H%M%SZ}"


def _words(number: int) -> Iterator[str]:
    yield f"SUMMARY:{_WORDS[number % len(_WORDS)]} {number}"
    if number % 2:
        yield f"DESCRIPTION:{_TEXT}"
    yield f"LOCATION:Building {number % 40}\\, Room {number % 7}"
    yield from ("CATEGORIES:Families", "STATUS:CONFIRMED", f"SEQUENCE:{number % 3}", "END:VEVENT")


def _folded(line: str) -> bytes:
    """After 75 octets, wherever that falls: also inside a letter, as careless publishers do."""
    raw = line.encode()
    return b"\r\n ".join([raw[:75], *(raw[at : at + 74] for at in range(75, len(raw), 74))]) if len(raw) > 75 else raw

"""A small iCalendar writer, only as good as the sample school needs it: lines in, bytes out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from rehearsal.town.event import Event
from rehearsal.town.places import ZONE

_OCTETS = 75

_TIMEZONE = (
    "BEGIN:VTIMEZONE",
    f"TZID:{ZONE}",
    "BEGIN:DAYLIGHT",
    "DTSTART:20070311T020000",
    "TZOFFSETFROM:-0600",
    "TZOFFSETTO:-0500",
    "TZNAME:CDT",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU",
    "END:DAYLIGHT",
    "BEGIN:STANDARD",
    "DTSTART:20071104T020000",
    "TZOFFSETFROM:-0500",
    "TZOFFSETTO:-0600",
    "TZNAME:CST",
    "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU",
    "END:STANDARD",
    "END:VTIMEZONE",
)


def calendar(name: str, events: Iterable[bytes]) -> bytes:
    """A whole VCALENDAR, CRLF, with the one VTIMEZONE it needs. `events` are finished VEVENT blocks."""
    head = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Maple Street Elementary//School calendar//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
        f"X-WR-TIMEZONE:{ZONE}",
        *_TIMEZONE,
    )
    return written(head) + b"".join(events) + written(("END:VCALENDAR",))


def vevent(event: Event) -> bytes:
    """The event as a VEVENT block."""
    lines = ["BEGIN:VEVENT"]
    lines += [f"UID:{event.uid}"] if event.uid else []
    lines += [f"DTSTAMP:{event.stamped:%Y%m%dT%H%M%SZ}"] if event.stamped else []
    lines += [moment("DTSTART", event.starts, event.zone)]
    lines += [moment("DTEND", event.ends, event.zone)] if event.ends else []
    lines += [f"SUMMARY:{escaped(event.title)}"]
    lines += [f"LOCATION:{escaped(event.place)}"] if event.place else []
    lines += [f"DESCRIPTION:{escaped(event.text)}"] if event.text else []
    lines += [f"CATEGORIES:{','.join(map(escaped, event.categories))}"] if event.categories else []
    return written((*lines, *event.extra, "END:VEVENT"), careless=event.careless)


def moment(name: str, at: date | datetime, zone: str = ZONE) -> str:
    """A date or time as a property line: all-day, floating, UTC or with a TZID."""
    if not isinstance(at, datetime):
        return f"{name};VALUE=DATE:{at:%Y%m%d}"
    if not zone:
        return f"{name}:{at:%Y%m%dT%H%M%S}"
    if zone == "UTC":
        return f"{name}:{utc(at)}"
    return f"{name};TZID={zone}:{at:%Y%m%dT%H%M%S}"


def utc(at: datetime) -> str:
    """The school's wall time as a UTC stamp."""
    return f"{at.replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def written(lines: Iterable[str], *, careless: bool = False) -> bytes:
    """The lines as bytes, folded, each ended by CRLF."""
    return b"".join(_folded(line.encode(), careless) + b"\r\n" for line in lines)


def _folded(line: bytes, careless: bool) -> bytes:
    pieces = []
    room = _OCTETS
    while len(line) > room:
        cut = room if careless else _character_start(line, room)
        pieces.append(line[:cut])
        line = line[cut:]
        room = _OCTETS - 1  # the blank that marks a continuation counts
    return b"\r\n ".join([*pieces, line])


def _character_start(line: bytes, at: int) -> int:
    while line[at] & 0xC0 == 0x80:
        at -= 1
    return at

"""Writes calendars: one object for a center's calendar, and whole feeds for subscribers. Equal input gives equal bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from calendars.lines import Block, block_lines, blocks, body, escape, parse
from calendars.read import PRODID
from calendars.times import time_text
from calendars.values import Series
from calendars.vtimezone import vtimezone

_ALWAYS_UTC = "Etc/GMT"
_UTC = re.compile(r"((?:DTSTART|DTEND|EXDATE|RDATE|RECURRENCE-ID)(?:;[^:]*)?):(\d{8}T\d{6})Z")
_KEPT = {"RECURRENCE-ID", "DTSTART", "DTEND", "DURATION", "RRULE", "EXDATE", "RDATE", "LOCATION", "CATEGORIES"}


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One series as a feed or a center shows it. `title` None: the school's. `stamped_at`: its last real change."""

    series: Series
    uid: str
    description: str
    url: str
    sequence: int
    stamped_at: datetime
    title: str | None = None
    cancelled: bool = False


def center_object(
    series: Series,
    *,
    uid: str,
    title: str | None = None,
    description: str,
    url: str,
    sequence: int,
    stamped_at: datetime,
    cancelled: bool = False,
) -> bytes:
    """A VCALENDAR with one UID: master with its rule, its exceptions, and the VTIMEZONEs they name.

    Title and description are the master's; an exception that has words of its own keeps them. No alarms, no attendees.
    """
    item = FeedItem(series, uid, description, url, sequence, stamped_at, title, cancelled)
    calendar = _calendar(series)
    head = ["VERSION:2.0", PRODID, "CALSCALE:GREGORIAN"]
    return _body(head, _timezones([calendar]), _events(item, calendar))


def feed(name: str, zone: str, objects: Sequence[FeedItem], about: str = "") -> bytes:
    """A subscribed calendar, soonest first. Each UID is to come once."""
    ordered = sorted(objects, key=lambda item: (_starts_at(item.series).astimezone(UTC), item.uid))
    calendars = [_in_a_zone(_calendar(item.series)) for item in ordered]
    events = [event for item, calendar in zip(ordered, calendars, strict=True) for event in _events(item, calendar)]
    head = [
        "VERSION:2.0",
        PRODID,
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{escape(name)}",
        f"X-WR-CALNAME:{escape(name)}",
        *([f"X-WR-CALDESC:{escape(about)}"] if about else []),
        f"X-WR-TIMEZONE:{zone}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ]
    return _body(head, _timezones(calendars), events)


def _starts_at(series: Series) -> datetime:
    return (series.master or series.exceptions[0]).starts_at


def _calendar(series: Series) -> Block:
    return blocks(series.ics.encode())[0]


def _in_a_zone(calendar: Block) -> Block:
    """A series in UTC, as one in a zone whose clocks always show that. Programs that know X-WR-TIMEZONE take UTC for the
    clock of that zone, and would move the series by an hour with each change of it.
    """
    events = [part for part in calendar.blocks if part.name == "VEVENT"]
    if not any(part.named("RRULE", "RDATE") for part in events) or not any(_UTC.match(one) for one in _times(events)):
        return calendar
    zone = blocks("\n".join(vtimezone(_ALWAYS_UTC)).encode())[0]
    moved = [Block("VEVENT", [_UTC.sub(rf"\1;TZID={_ALWAYS_UTC}:\2", line) for line in part.lines]) for part in events]
    return Block(
        "VCALENDAR", calendar.lines, [zone, *(part for part in calendar.blocks if part.name != "VEVENT"), *moved]
    )


def _times(events: Iterable[Block]) -> Iterator[str]:
    return (line for part in events for line in part.lines)


def _body(head: list[str], timezones: list[Block], events: list[Block]) -> bytes:
    inside = [line for block in (*timezones, *events) for line in block_lines(block)]
    return body(["BEGIN:VCALENDAR", *head, *inside, "END:VCALENDAR"])


def _timezones(calendars: Iterable[Block]) -> list[Block]:
    found = {part.value("TZID"): part for calendar in calendars for part in calendar.blocks if part.name == "VTIMEZONE"}
    return [found[tzid] for tzid in sorted(found)]


def _events(item: FeedItem, calendar: Block) -> list[Block]:
    events = [part for part in calendar.blocks if part.name == "VEVENT"]
    return [_event(item, part, events[0]) for part in events]


def _event(item: FeedItem, part: Block, head: Block) -> Block:
    own = part is head
    stamp = f"{time_text(item.stamped_at.astimezone(UTC))}Z"
    title = part.value("SUMMARY") if item.title is None else escape(item.title)
    description = escape(item.description)
    if not own and part.value("SUMMARY") != head.value("SUMMARY"):
        title = part.value("SUMMARY")
    if not own and part.value("DESCRIPTION") != head.value("DESCRIPTION"):
        description = part.value("DESCRIPTION")
    lines = [f"UID:{escape(item.uid)}", f"DTSTAMP:{stamp}", f"LAST-MODIFIED:{stamp}", f"SEQUENCE:{item.sequence}"]
    lines += [line for line in part.lines if parse(line).name in _KEPT]
    texts = {"SUMMARY": title, "DESCRIPTION": description, "URL": item.url}
    lines += [f"{name}:{text}" for name, text in texts.items() if text]
    lines.append(f"STATUS:{'CANCELLED' if item.cancelled else part.value('STATUS')}")
    all_day = any(line.startswith("DTSTART;VALUE=DATE:") for line in part.lines)
    return Block("VEVENT", [*lines, *(["TRANSP:TRANSPARENT"] if all_day else [])])

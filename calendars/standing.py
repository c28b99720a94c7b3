"""What stands in a center's calendar: what of it the school says, property by property, date by date.

Ownership is per property. The school owns when, what, where, status and link; all else belongs to the center: comments,
rooms as resources, contacts, alarms, attachments, X- properties.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from calendars import times, vevent
from calendars.lines import Block, block_lines, blocks, parse
from calendars.recurring import Unreadable
from calendars.values import Split
from calendars.vevent import Written
from calendars.zones import Zones

LINES: Mapping[str, frozenset[str]] = {
    "when": frozenset({"DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "EXDATE", "RDATE"}),
    "title": frozenset({"SUMMARY"}),
    "description": frozenset({"DESCRIPTION", "X-ALT-DESC"}),
    "location": frozenset({"LOCATION"}),
    "status": frozenset({"STATUS"}),
    "url": frozenset({"URL"}),
    "categories": frozenset({"CATEGORIES"}),
}  # what the school owns, and the lines that say it
OWNED = frozenset({"RECURRENCE-ID"}).union(*LINES.values())
STAMPS = frozenset({"UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE"})


def fingerprint(body: bytes) -> str:
    """Digest of what the school says in an object, as a reader would notice it.

    The same for another order, folding, spelling of a rule or of an end, another DTSTAMP, LAST-MODIFIED, CREATED, SEQUENCE
    or PRODID, and whatever the center added that is not the school's.
    """
    told = sorted(_told(part, zones) for part, zones in _events(body))
    return hashlib.sha256("\n\n".join(told or [repr(body)]).encode()).hexdigest()


def _events(body: bytes) -> list[tuple[Block, Zones]]:
    return [
        (part, zones_of(calendar)) for calendar in blocks(body) for part in calendar.blocks if part.name == "VEVENT"
    ]


def zones_of(calendar: Block) -> Zones:
    parts = [part for part in calendar.blocks if part.name == "VTIMEZONE"]
    timezones = {part.value("TZID"): "\n".join(block_lines(part)).encode() for part in parts}
    return Zones(Split(None, "", timezones, {}), "UTC")


def _told(part: Block, zones: Zones) -> str:
    try:
        event = vevent.read("\n".join(part.lines), "", zones, [])
    except Unreadable:
        return "\n".join(sorted(line for line in part.lines if parse(line).name in OWNED))
    when = event.start.isoformat() if event.all_day else times.instant(event.start, event.zone).isoformat()
    rules = ["".join(sorted(_spelled(rule))) for rule in event.rules]
    left_out = sorted({*event.exdates, *event.exdays}, key=str)
    told = (
        _replaced(part, zones), event.this_and_future, event.all_day, when, event.zone.tzid if event.repeats else "",
        event.elapsed, sorted(rules), list(map(str, left_out)), list(map(str, event.rdates)), event.periods,
        event.title, event.description, event.location, event.url, event.status, sorted(event.categories),
    )  # fmt: skip
    return repr(told)


def _spelled(rule: str) -> list[str]:
    return [part for part in rule.split(";") if part not in ("INTERVAL=1", "WKST=MO")]


def _replaced(part: Block, zones: Zones) -> str:
    """Which date of its series an exception is of, as text; "" for a master."""
    line = next(iter(part.named("RECURRENCE-ID")), None)
    if line is None:
        return ""
    try:
        of = times.moment(line.value, line, zones)
        return times.date_text(of.wall) if of.date_only else times.instant(of.wall, of.zone or zones.utc).isoformat()
    except (ValueError, IndexError, OverflowError):
        return line.value


@dataclass(frozen=True, slots=True)
class Told:
    """One VEVENT: what it says of each property, so that two can be compared. `written` is None if it can't be read."""

    block: Block
    written: Written | None
    values: Mapping[str, object]

    @property
    def core(self) -> object:
        """When it is, apart from dates that are left out."""
        return self.values["when"]

    @property
    def left_out(self) -> frozenset[date]:
        """Wall times and days that the series leaves out."""
        return self.written.exdates | self.written.exdays if self.written else frozenset()

    @property
    def added(self) -> list[str]:
        """Lines that the school does not own."""
        return [line for line in self.block.lines if parse(line).name not in OWNED | STAMPS]


def told(block: Block, zones: Zones) -> Told:
    try:
        event = vevent.read("\n".join(block.lines), "", zones, [])
    except Unreadable:
        lines = [(parse(line).name, line) for line in block.lines]
        return Told(
            block, None, {what: sorted(line for name, line in lines if name in names) for what, names in LINES.items()}
        )
    values = {
        "when": _core(event), "title": event.title, "description": event.description, "location": event.location,
        "status": event.status, "url": event.url, "categories": sorted(event.categories),
    }  # fmt: skip
    return Told(block, event, values)


def _core(event: Written) -> object:
    when = event.start.isoformat() if event.all_day else times.instant(event.start, event.zone).isoformat()
    rules = sorted("".join(sorted(_spelled(rule))) for rule in event.rules)
    zone = event.zone.tzid if event.repeats else ""
    return event.all_day, when, zone, event.elapsed, rules, event.rdates, event.periods, event.this_and_future


@dataclass(frozen=True, slots=True)
class Document:
    """One calendar object. `dates`: "" is the series (or the single event), the others its exceptions by date."""

    calendar: Block
    zones: Zones
    dates: Mapping[str, Told] = field(default_factory=dict)

    def on(self, of: str, recurrence: Block) -> Told | None:
        """What it says of one date: by its exception, else by its series. None where the series leaves that date out.

        `recurrence` is an exception of that date, whoever wrote it: its RECURRENCE-ID is taken.
        """
        if of in self.dates:
            return self.dates[of]
        series = self.dates.get("")
        return _projected(series, recurrence, self.zones) if series and series.written else None


def document(body: bytes) -> Document | None:
    """None where there is no calendar in it."""
    calendar = next((block for block in blocks(body) if block.name == "VCALENDAR"), None)
    if calendar is None:
        return None
    zones = zones_of(calendar)
    parts = [part for part in calendar.blocks if part.name == "VEVENT"]
    return Document(calendar, zones, {_replaced(part, zones): told(part, zones) for part in parts})


_OF_THE_SERIES = LINES["when"] | {"RECURRENCE-ID"}


def _projected(series: Told, recurrence: Block, zones: Zones) -> Told | None:
    """One date of a series as an exception that differs in nothing."""
    now = series.written
    line = next(iter(recurrence.named("RECURRENCE-ID")), None)
    if now is None or line is None:
        return None
    try:
        of = times.moment(line.value, line, zones)
        original = times.in_kind(of, now.start, now.zone, now.all_day, zones)
    except (ValueError, IndexError, OverflowError):
        return None
    if now.leaves_out(original) or of.date_only != now.all_day:
        return None
    when = times.property_lines("RECURRENCE-ID", [original], now.zone, now.all_day)
    when += times.property_lines("DTSTART", [original], now.zone, now.all_day) + _duration(now.elapsed)
    said = [text for text in series.block.lines if parse(text).name not in _OF_THE_SERIES]
    return told(Block("VEVENT", [*said, *when], [*series.block.blocks]), zones)


def _duration(elapsed: timedelta) -> list[str]:
    if elapsed % times.DAY == timedelta():
        return [f"DURATION:P{elapsed // times.DAY}D"] if elapsed else []
    return [f"DURATION:PT{int(elapsed.total_seconds())}S"]

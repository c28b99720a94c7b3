"""What stands in a center's calendar beside what we wrote: told apart, and brought together.

Ownership is per property. The school owns when, what, where, status and link; all else belongs to the center: comments,
rooms as resources, contacts, alarms, attachments, X- properties.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from calendars import times, vevent
from calendars.lines import Block, Line, block_lines, blocks, body, parse
from calendars.recurring import Unreadable
from calendars.values import Split
from calendars.vevent import Written
from calendars.zones import Zones

OWNED = frozenset({
    "DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "EXDATE", "RDATE", "RECURRENCE-ID", "SUMMARY", "DESCRIPTION",
    "X-ALT-DESC", "LOCATION", "STATUS", "URL", "CATEGORIES",
})  # fmt: skip
_STAMPS = frozenset({"UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE"})


def fingerprint(body: bytes) -> str:
    """Digest of what the school says in an object, as a reader would notice it.

    The same for another order, folding, spelling of a rule or of an end, another DTSTAMP, LAST-MODIFIED, CREATED, SEQUENCE
    or PRODID, and whatever the center added that is not the school's.
    """
    told = sorted(_told(part, zones) for part, zones in _events(body))
    return hashlib.sha256("\n\n".join(told or [repr(body)]).encode()).hexdigest()


def _events(body: bytes) -> list[tuple[Block, Zones]]:
    return [(part, _zones(calendar)) for calendar in blocks(body) for part in calendar.blocks if part.name == "VEVENT"]


def _zones(calendar: Block) -> Zones:
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


def merge(theirs: bytes, ours: bytes) -> bytes:
    """Our object with all that the center added to it.

    A date that only the center wrote down (to add to it) is kept as the school says it, as long as the series repeats as
    the center knew it. A new exception of ours takes over what the center added to the series.
    """
    calendar = next(iter(blocks(ours)))
    other = next((block for block in blocks(theirs) if block.name == "VCALENDAR"), None)
    if other is None:
        return ours
    ours_by_date, theirs_by_date = _by_date(calendar), _by_date(other)
    events = [_merged(event, theirs_by_date.get(of), theirs_by_date.get("")) for of, event in ours_by_date.items()]
    events += _of_the_center(ours_by_date, theirs_by_date, _zones(calendar), _zones(other))
    head = calendar.lines + _added_lines(other.lines, calendar.lines, {"METHOD", "PRODID", "VERSION", "CALSCALE"})
    inside = [line for block in (*_timezones(calendar, other, events), *events) for line in block_lines(block)]
    return body(["BEGIN:VCALENDAR", *head, *inside, "END:VCALENDAR"])


def _by_date(calendar: Block) -> dict[str, Block]:
    zones = _zones(calendar)
    return {_replaced(part, zones): part for part in calendar.blocks if part.name == "VEVENT"}


def _merged(mine: Block, same: Block | None, series: Block | None) -> Block:
    center = same or series
    if center is None:
        return mine
    added = _additions(center)
    names = {parse(line).name for line in added}
    lines = [_with_sequence(line, center) for line in mine.lines if parse(line).name not in names]
    return Block("VEVENT", [*lines, *added], [*center.blocks])


def _additions(event: Block) -> list[str]:
    return [line for line in event.lines if parse(line).name not in OWNED | _STAMPS]


def _with_sequence(line: str, center: Block) -> str:
    """Never below what the center's own edits have counted up to: readers skip what seems older."""
    if parse(line).name != "SEQUENCE":
        return line
    counted = (each.strip() for each in (parse(line).value, center.value("SEQUENCE")))
    return f"SEQUENCE:{max(int(each) for each in counted if each.isascii() and each.isdigit())}"


def _added_lines(theirs: list[str], ours: list[str], left_out: set[str]) -> list[str]:
    names = {parse(line).name for line in ours} | left_out
    return [line for line in theirs if parse(line).name not in names]


def _of_the_center(ours: dict[str, Block], theirs: dict[str, Block], zones: Zones, their_zones: Zones) -> list[Block]:
    series, known = ours.get(""), theirs.get("")
    if series is None or known is None:
        return []
    try:
        now, then = (
            vevent.read("\n".join(part.lines), "", where, []) for part, where in ((series, zones), (known, their_zones))
        )
    except Unreadable:
        return []
    if not now.rules or (now.start, now.zone, now.rules) != (then.start, then.zone, then.rules):
        return []
    dates = (event for of, event in theirs.items() if of not in ours and _says_more(event, known))
    return [made for event in dates if (made := _as_the_school_says(event, series, now, their_zones))]


def _says_more(event: Block, series: Block) -> bool:
    volatile = {"CREATED", "TRANSP"}
    added, usual = ({line for line in _additions(part) if parse(line).name not in volatile} for part in (event, series))
    return bool(added - usual)


def _as_the_school_says(event: Block, series: Block, now: Written, zones: Zones) -> Block | None:
    """One date of the series with the center's additions, all else as in the series."""
    line = event.named("RECURRENCE-ID")[0]
    try:
        of = times.moment(line.value, line, zones)
    except (ValueError, IndexError):
        return None
    original = times.in_kind(of, now.start, now.zone, now.all_day, zones)
    if now.leaves_out(original) or of.date_only != now.all_day:
        return None
    when = times.property_lines("RECURRENCE-ID", [original], now.zone, now.all_day)
    when += times.property_lines("DTSTART", [original], now.zone, now.all_day) + _duration(now.elapsed)
    dates = {"DTSTART", "DTEND", "DURATION", "RRULE", "EXDATE", "RDATE"}
    said = [text for text in series.lines if parse(text).name not in dates]
    names = {parse(text).name for text in _additions(event)}
    kept = [text for text in said if parse(text).name not in names]
    return Block("VEVENT", [*kept, *when, *_additions(event)], [*event.blocks])


def _duration(elapsed: timedelta) -> list[str]:
    if elapsed % times.DAY == timedelta():
        return [f"DURATION:P{elapsed // times.DAY}D"] if elapsed else []
    return [f"DURATION:PT{int(elapsed.total_seconds())}S"]


def _timezones(calendar: Block, other: Block, events: list[Block]) -> list[Block]:
    """Ours, and theirs that a line of theirs still names."""
    ours = {part.value("TZID"): part for part in calendar.blocks if part.name == "VTIMEZONE"}
    named = {_tzid(parse(line)) for event in events for line in event.lines}
    added = {part.value("TZID"): part for part in other.blocks if part.name == "VTIMEZONE"}
    return [*ours.values(), *(part for tzid, part in added.items() if tzid in named - ours.keys())]


def _tzid(line: Line) -> str:
    return line.params.get("TZID", "")

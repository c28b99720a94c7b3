"""From the raw VEVENTs under one UID to series: which one counts, what is an exception of what, in which zone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from calendars import times, vevent, words
from calendars.clean import clean_lines
from calendars.lines import Block, block_lines, blocks, folded
from calendars.recurring import Unreadable
from calendars.rhythm import rhythm
from calendars.split import split
from calendars.values import EventValue, Group, Problem, Rhythm, Series, Split
from calendars.vevent import Written
from calendars.vtimezone import vtimezone
from calendars.zones import Zones

PRODID = "PRODID:-//pta-bridge//calendars//EN"
MOST_EXCEPTIONS = 5_000
_HEAD = folded(["BEGIN:VCALENDAR", "VERSION:2.0", PRODID])


def read_group(feed: Split, group: Group, zone: str) -> tuple[list[Series], list[Problem]]:
    """The series under one UID (more than one where different events share it), soonest first, and what was wrong.

    `zone` is the IANA zone of all-day dates, and of floating times when the feed names none. Never raises: an event
    that cannot be read is a problem, the others under the UID are fine.
    """
    if len(group.vevents) > MOST_EXCEPTIONS:
        message = f"More than {MOST_EXCEPTIONS:,} events share this UID; tell who publishes the calendar."
        return [], [Problem("too-many-dates", group.uid, message)]
    problems: list[Problem] = []
    zones = Zones(feed, zone)
    events = _events(group, zones, problems)
    masters = _masters(event for event in events if event.original is None)
    exceptions = [event for event in events if event.original is not None]
    if not masters:
        return ([_series("", None, exceptions, zones)] if exceptions else []), problems
    return [
        _series(_variant(master) if place else "", master, _of(master, masters, exceptions, zones), zones)
        for place, master in enumerate(masters)
    ], problems


def restored(ics: str, zone: str, variant: str = "") -> Series:
    """A series from its kept `ics`. `zone`: the one it was read with, or its master's."""
    feed = split(ics.encode())
    group = next(iter(feed.groups.values()))
    return replace(read_group(feed, group, zone)[0][0], variant=variant)


def reread(ics: str, zone: str) -> tuple[Written | None, list[tuple[datetime, Written]]]:
    """Master and exceptions (with the wall time in the master that each replaces) of a `Series.ics`."""
    calendar = blocks(ics.encode())[0]
    timezones = {
        part.value("TZID"): "\n".join(block_lines(part)).encode() for part in calendar.blocks if _is_zone(part)
    }
    zones = Zones(Split(None, "", timezones, {}), zone)
    parts = [part for part in calendar.blocks if part.name == "VEVENT"]
    events = [vevent.read("\n".join(part.lines), part.value("UID"), zones, []) for part in parts]
    master = next((event for event in events if event.original is None), None)
    exceptions = [(_replaced(event, master, zones), event) for event in events if event.original is not None]
    return master, exceptions


def shown(wall: datetime, event: Written) -> datetime:
    """A wall time of the event's zone as an aware time in the zone that people see."""
    if event.all_day:
        return wall.replace(tzinfo=event.zone.tz)
    return times.instant(wall, event.zone).astimezone(ZoneInfo(event.zone.name))


def ends(wall: datetime, event: Written) -> datetime:
    """The end, as people see it, when the event starts at `wall`."""
    if event.all_day:
        return shown(wall + event.elapsed, event)
    return (times.instant(wall, event.zone) + event.elapsed).astimezone(ZoneInfo(event.zone.name))


def value(event: Written, original: datetime | None) -> EventValue:
    """One VEVENT as people see it; `original` is the time it replaces in its series."""
    return EventValue(
        uid=event.uid,
        recurrence_id=original,
        title=event.title,
        description=event.description,
        location=event.location,
        url=event.url,
        starts_at=shown(event.start, event),
        ends_at=ends(event.start, event),
        all_day=event.all_day,
        timezone=event.zone.name,
        status=event.status,
        sequence=event.sequence,
        categories=event.categories,
    )


def _is_zone(part: Block) -> bool:
    return part.name == "VTIMEZONE"


def _events(group: Group, zones: Zones, problems: list[Problem]) -> list[Written]:
    found = []
    for raw in group.vevents:
        try:
            found.append(vevent.read(raw.decode("utf-8", "replace"), group.uid, zones, problems))
        except Unreadable as refused:
            problems.append(Problem(refused.problem, group.uid, str(refused)))
    return found


def _masters(events: Iterable[Written]) -> list[Written]:
    """The highest SEQUENCE counts; among equals, another start, title or place is another event, else the latest stamp."""
    events = list(events)
    highest = max((event.sequence for event in events), default=0)
    distinct: dict[tuple[datetime, str, str], Written] = {}
    for event in sorted((event for event in events if event.sequence == highest), key=lambda event: event.stamped):
        distinct[_likeness(event)] = event
    return [distinct[key] for key in sorted(distinct)]


def _likeness(event: Written) -> tuple[datetime, str, str]:
    start = times.instant(event.start, event.zone)
    return start, words.normal(event.title), words.normal(event.location)


def _variant(event: Written) -> str:
    start, title, place = _likeness(event)
    return hashlib.sha256(f"{start.isoformat()}\n{title}\n{place}".encode()).hexdigest()[:12]


def _of(master: Written, masters: list[Written], exceptions: list[Written], zones: Zones) -> list[Written]:
    """The exceptions of this master: where events share a UID, those of the last repeating one that began before them."""
    if len(masters) == 1:
        return exceptions
    owners = [each for each in masters if each.repeats] or masters[:1]

    def owner(exception: Written) -> Written:
        began = [each for each in owners if each.start <= _replaced(exception, each, zones)]
        return (began or owners[:1])[-1]

    return [exception for exception in exceptions if owner(exception) is master]


def _replaced(exception: Written, master: Written | None, zones: Zones) -> datetime:
    assert exception.original is not None
    series = master or exception
    return times.in_kind(exception.original, series.start, series.zone, series.all_day, zones)


def _series(variant: str, master: Written | None, exceptions: list[Written], zones: Zones) -> Series:
    latest: dict[datetime, Written] = {}
    for exception in sorted(exceptions, key=lambda event: (event.sequence, event.stamped)):
        latest[_replaced(exception, master, zones)] = exception
    ordered = sorted(latest.items())
    head = master or ordered[0][1]
    return Series(
        uid=head.uid,
        variant=variant,
        master=value(master, None) if master else None,
        exceptions=tuple(value(event, shown(original, master or event)) for original, event in ordered),
        rhythm=_rhythm(master) if master and master.repeats else None,
        ics=_ics(master, ordered),
    )


def _rhythm(master: Written) -> Rhythm:
    """Said in the zone that people see, though a rule whose start is in UTC counts there."""
    said = rhythm(
        "\n".join(master.rules), master.start.replace(tzinfo=UTC if master.zone.tz is UTC else master.zone.tz)
    )
    days_off = (shown(master.start, master).date() - master.start.date()).days
    if days_off == 0 or said.frequency in ("daily", "yearly", "other"):
        return said
    if said.frequency == "monthly":
        return Rhythm("other")
    weekdays = tuple(sorted((day + days_off) % 7 for day in said.weekdays))
    return Rhythm("weekly", said.interval, weekdays, until=said.until)


def _ics(master: Written | None, exceptions: list[tuple[datetime, Written]]) -> str:
    events = ([master] if master else []) + [event for _, event in exceptions]
    zones = sorted({event.zone.tzid: event.zone.block for event in events if _named(event)}.items())
    lines = clean_lines(master, None, master) if master else []
    for original, event in exceptions:
        lines += clean_lines(event, original, master or event)
    return _HEAD + "".join(_zone_text(*zone) for zone in zones) + folded([*lines, "END:VCALENDAR"])


@lru_cache(maxsize=256)
def _zone_text(tzid: str, block: str) -> str:
    return folded(block.split("\n") if block else vtimezone(tzid))


def _named(event: Written) -> bool:
    return not event.all_day and event.zone.tzid != "UTC"

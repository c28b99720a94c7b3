"""What a reader can know of an event or of one of its dates, how two versions differ, and the JSON that posts keep.

Only what a reader would notice counts: neither capitals nor spaces, neither `until` of a series nor its first date (its
dates are compared one by one), nor that it is tentative or missing (nobody is told that).
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal
from zoneinfo import ZoneInfo

from calendars.values import EventValue, Rhythm

ChangeKind = Literal["cancelled", "restored", "time", "rhythm", "place", "title", "text"]
_VERSION = "1"  # of fingerprints: another reading of the same event gets another digit


@dataclass(frozen=True, slots=True)
class Facts:
    """`timezone` is the zone in which times are told. `ends_at` is exclusive; all-day: both ends are local midnight.

    `rhythm` is set for a series as a whole, never for one of its dates. `status`: confirmed | tentative | cancelled |
    missing.
    """

    title: str
    description: str
    location: str
    starts_at: datetime
    ends_at: datetime
    all_day: bool
    timezone: str
    status: str
    rhythm: Rhythm | None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """`text` is what is edited in silence: description, link, or anything of an event that stays cancelled."""

    kind: ChangeKind


def changes(old: Facts, new: Facts) -> tuple[Change, ...]:
    """What a reader of `old` would notice in `new`, the gravest first. Empty exactly when the fingerprints are equal."""
    before, after = _noticed(old), _noticed(new)
    if before == after:
        return ()
    if before["cancelled"] and after["cancelled"]:
        return (Change("text"),)
    kinds: list[ChangeKind] = []
    if before["cancelled"] != after["cancelled"]:
        kinds.append("cancelled" if after["cancelled"] else "restored")
    kinds += [kind for kind in ("time", "rhythm", "place", "title", "text") if _differs(kind, before, after)]
    return tuple(Change(kind) for kind in kinds)


def fingerprint(facts: Facts) -> str:
    """A digest of what a reader would notice; its first character is the version of this reading."""
    noticed = json.dumps(_noticed(facts), ensure_ascii=True, sort_keys=True)
    return _VERSION + sha256(noticed.encode()).hexdigest()[:31]


def event_fingerprint(value: EventValue, rhythm: str) -> str:
    """The fingerprint of an event as a calendar says it; `rhythm` as JSON, "" for a single event."""
    return fingerprint(
        Facts(
            title=value.title,
            description=value.description,
            location=value.location,
            starts_at=value.starts_at,
            ends_at=value.ends_at,
            all_day=value.all_day,
            timezone=value.timezone,
            status=value.status,
            rhythm=rhythm_from_json(rhythm),
            url=value.url,
        )
    )


def to_json(facts: Facts) -> dict[str, Any]:
    """Plain JSON values; times ISO 8601 with offset."""
    return {
        "title": facts.title,
        "description": facts.description,
        "location": facts.location,
        "starts_at": facts.starts_at.isoformat(),
        "ends_at": facts.ends_at.isoformat(),
        "all_day": facts.all_day,
        "timezone": facts.timezone,
        "status": facts.status,
        "rhythm": _rhythm_values(facts.rhythm) if facts.rhythm else None,
        "url": facts.url,
    }


def from_json(values: Mapping[str, Any]) -> Facts:
    """The facts that `to_json` wrote."""
    return Facts(
        title=values["title"],
        description=values["description"],
        location=values["location"],
        starts_at=datetime.fromisoformat(values["starts_at"]),
        ends_at=datetime.fromisoformat(values["ends_at"]),
        all_day=values["all_day"],
        timezone=values["timezone"],
        status=values["status"],
        rhythm=_rhythm(values["rhythm"]) if values["rhythm"] else None,
        url=values.get("url", ""),
    )


def rhythm_to_json(rhythm: Rhythm | None) -> str:
    """The rhythm as JSON text, "" for none."""
    return json.dumps(_rhythm_values(rhythm), sort_keys=True) if rhythm else ""


def rhythm_from_json(text: str) -> Rhythm | None:
    return _rhythm(json.loads(text)) if text else None


def same_words(one: str, other: str) -> bool:
    """Whether two texts differ in nothing but capitals and spaces."""
    return _words(one) == _words(other)


def _rhythm_values(rhythm: Rhythm) -> dict[str, Any]:
    until = rhythm.until.isoformat() if rhythm.until else None
    return {**asdict(rhythm), "weekdays": list(rhythm.weekdays), "until": until}


def _rhythm(values: Mapping[str, Any]) -> Rhythm:
    until = datetime.fromisoformat(values["until"]) if values.get("until") else None
    return Rhythm(**{**values, "weekdays": tuple(values["weekdays"]), "until": until})


def _differs(kind: ChangeKind, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    if kind != "time":
        return bool(before[kind] != after[kind])
    if bool(before["rhythm"]) != bool(after["rhythm"]):
        return False  # a single event became a series, or the other way: the rhythm tells its times
    return bool(before["time"] != after["time"])


def _noticed(facts: Facts) -> dict[str, Any]:
    zone = ZoneInfo(facts.timezone)
    start, end = facts.starts_at.astimezone(zone), facts.ends_at.astimezone(zone)
    return {
        "title": _words(facts.title),
        "place": _words(facts.location),
        "text": [_words(facts.description), facts.url],
        "cancelled": facts.status == "cancelled",
        "rhythm": _rhythm_noticed(facts.rhythm, start) if facts.rhythm else None,
        "time": _series_time(facts, start, end) if facts.rhythm else _single_time(facts, start, end),
    }


def _words(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _single_time(facts: Facts, start: datetime, end: datetime) -> list[str]:
    if facts.all_day:
        return [start.date().isoformat(), end.date().isoformat()]
    return [start.isoformat(timespec="minutes"), end.isoformat(timespec="minutes")]


def _series_time(facts: Facts, start: datetime, end: datetime) -> list[Any]:
    """The time of day and how many nights it lasts: its dates are not part of what is noticed."""
    nights = (end.date() - start.date()).days
    if facts.all_day:
        return ["all day", nights]
    return [start.strftime("%H:%M"), end.strftime("%H:%M"), nights]


def _rhythm_noticed(rhythm: Rhythm, start: datetime) -> list[Any]:
    """The rule as words tell it, with what it leaves to its first date filled in."""
    weekdays = sorted(set(rhythm.weekdays))
    month_day = rhythm.month_day
    if rhythm.frequency == "weekly" or rhythm.position is not None:
        weekdays = weekdays or [start.weekday()]
    elif rhythm.frequency == "monthly" and not weekdays:
        month_day = month_day or start.day
    return [rhythm.frequency, rhythm.interval, weekdays, rhythm.position, month_day]

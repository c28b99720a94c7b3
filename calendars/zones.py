"""What a TZID means. IANA's rules win over a VTIMEZONE of the same name; a VTIMEZONE decides where IANA has no such name."""

from __future__ import annotations

import hashlib
import zoneinfo
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import cast
from zoneinfo import ZoneInfo

import icalendar
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from calendars.lines import Block, block_lines, blocks, parse
from calendars.values import Problem, Split


@dataclass(frozen=True, slots=True)
class Zone:
    """`tz` counts; `name` is the IANA zone in which its times are shown; `tzid` and `block` (the VTIMEZONE of a zone
    that IANA doesn't know, else "") are how it is written."""

    tz: tzinfo
    name: str
    tzid: str
    block: str = ""


class Zones:
    """The zones of one feed. `home` is where all-day dates and, unless the feed names another, floating times belong."""

    def __init__(self, feed: Split, home: str) -> None:
        self.home = Zone(ZoneInfo(home), home, home)
        self.doubts: dict[str, str] = {}  # TZID -> what was done about it
        self._timezones = feed.timezones
        self.floating_name = feed.zone or ""
        self.floating = self.home
        self._known: dict[str, Zone] = {"": self.home}
        self.floating = self._known[""] = self.of(self.floating_name)
        self.utc = Zone(UTC, self.floating.name, "UTC")

    def of(self, tzid: str) -> Zone:
        if tzid not in self._known:
            self._known[tzid] = self._find(tzid)
        return self._known[tzid]

    def _find(self, tzid: str) -> Zone:
        name = iana(tzid)
        if name == "UTC":
            return Zone(UTC, self.floating.name, "UTC")
        if name:
            return Zone(ZoneInfo(name), name, name)
        block = self._timezones.get(tzid)
        if block is not None and (zone := _own(block, self.home.name)):
            return zone
        self.doubts[tzid] = f"The time zone {tzid[:60]!r} is unknown; its times were read as {self.floating.name}."
        return self.floating


def contradictions(feed: Split) -> tuple[Problem, ...]:
    """Where the feed's own description of a zone counts otherwise than the zone of that name does: the zone wins."""
    found = []
    for tzid, block in feed.timezones.items():
        name = iana(tzid)
        if name and not _counts_like(block, name):
            message = (
                f"The feed describes the time zone {tzid[:60]!r} otherwise than the world does; it was read as {name}."
            )
            found.append(Problem("zone-described-otherwise", "", message))
    return tuple(found)


def iana(tzid: str) -> str | None:
    """The IANA name of a TZID: itself, with a vendor's prefix, by Windows' table. UTC in all its names is "UTC"."""
    tzid = tzid.strip()
    names = _names()
    parts = tzid.strip("/").split("/")
    for start in range(len(parts) if tzid.startswith("/") else 1):
        found = names.get("/".join(parts[start:]).casefold())
        if found:
            return "UTC" if found in _UTC else found
    return _windows().get(tzid.casefold())


_UTC = {"UTC", "Etc/UTC", "Etc/UCT", "UCT", "Zulu", "Etc/Zulu", "Universal", "Etc/Universal", "GMT", "Etc/GMT", "GMT0"}


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    left_out = {"localtime", "posixrules", "Factory"}
    return {name.casefold(): name for name in zoneinfo.available_timezones() - left_out} | {"z": "UTC"}


@lru_cache(maxsize=1)
def _windows() -> dict[str, str]:
    return {name.casefold(): "UTC" if zone in _UTC else zone for name, zone in WINDOWS_TO_OLSON.items()}


@lru_cache(maxsize=256)
def _own(block: bytes, home: str) -> Zone | None:
    """The zone that a VTIMEZONE describes: an IANA zone that counts alike if there is one (home first), else itself."""
    counted = _counted(block)
    if counted is None:
        return None
    tz, name, text, offsets = counted
    for likely in dict.fromkeys((home, *_COMMON, *WINDOWS_TO_OLSON.values())):
        if _offsets(ZoneInfo(likely)) == offsets:
            return Zone(ZoneInfo(likely), likely, likely)
    return Zone(tz, home, name, text)


@lru_cache(maxsize=256)
def _counts_like(block: bytes, name: str) -> bool:
    """One that cannot be counted contradicts nothing."""
    counted = _counted(block)
    return counted is None or counted[3] == _offsets(UTC if name == "UTC" else ZoneInfo(name))


def _counted(block: bytes) -> tuple[tzinfo, str, str, list[timedelta | None]] | None:
    """A VTIMEZONE as a zone, its name and text here, and its offsets all through two years."""
    found = [child for child in blocks(block) if child.name == "VTIMEZONE"]
    if not found or not _bearable(found[0]):
        return None
    name = f"custom-{hashlib.sha256(block).hexdigest()[:16]}"
    text = "\n".join(block_lines(_renamed(found[0], name)))
    try:
        tz = cast(icalendar.Timezone, icalendar.Timezone.from_ical(text)).to_tz(lookup_tzid=False)
        return tz, name, text, _offsets(tz)
    except Exception:  # a stranger's VTIMEZONE through two parsers: whatever they raise, it is not usable
        return None


def _offsets(tz: tzinfo) -> list[timedelta | None]:
    return [tz.utcoffset(day) for day in _SAMPLE]


_COMMON = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles", "America/Anchorage",
    "Pacific/Honolulu", "America/Toronto", "Europe/London", "Europe/Berlin",
)  # fmt: skip
_SAMPLE = [
    datetime(year, month, day, hour, 30)
    for year in (2026, 2027)
    for month in range(1, 13)
    for day in range(2, 29, 3)
    for hour in (0, 3, 12)
]


def _renamed(zone: Block, name: str) -> Block:
    """Under a name made of its content, since icalendar keeps zones by name for the whole process."""
    return Block("VTIMEZONE", [f"TZID:{name}"], [_plain(child) for child in zone.blocks])


def _plain(part: Block) -> Block:
    wanted = {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"}
    return Block(part.name, [line for line in part.lines if parse(line).name in wanted])


def _bearable(zone: Block) -> bool:
    """Only yearly rules, and not too many: others may count for ever."""
    rules = [line.value.upper() for part in zone.blocks for line in part.named("RRULE")]
    return 0 < len(zone.blocks) <= 150 and all("FREQ=YEARLY" in rule for rule in rules)

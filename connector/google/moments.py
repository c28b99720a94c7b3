"""Starts and ends between iCalendar and Google: Google writes times with an offset and an IANA zone, days as dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

When = Mapping[str, Any]

_KEYS = ("date", "dateTime", "timeZone")


def of_google(when: When) -> date | datetime:
    """A date, or a time in its own zone (UTC where none is told)."""
    if when.get("date"):
        return date.fromisoformat(when["date"])
    moment = datetime.fromisoformat(when["dateTime"])
    named = when.get("timeZone", "")
    zone = ZoneInfo(named) if named in _zones() and named not in ("UTC", "Etc/UTC") else UTC
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)


def to_google(moment: date | datetime) -> dict[str, str]:
    """A zone that IANA does not know is told in UTC."""
    if not isinstance(moment, datetime):
        return {"date": moment.isoformat()}
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    zone = zone_of(moment)
    shown = moment.astimezone(UTC).astimezone(ZoneInfo(zone))  # a time that a clock skips is told as the one shown
    return {"dateTime": shown.isoformat(), "timeZone": zone}


def zone_of(moment: date | datetime) -> str:
    """The IANA name of a time's zone; "UTC" where it has none that IANA knows."""
    key = getattr(getattr(moment, "tzinfo", None), "key", "")
    return key if key in _zones() else "UTC"


def in_a_patch(when: When) -> dict[str, str | None]:
    """Also takes away what another kind of time left there: patches merge."""
    return {key: when.get(key) for key in _KEYS}


def instant(moment: date | datetime) -> str:
    """What tells the dates of one series apart, however they are written."""
    return moment.astimezone(UTC).isoformat() if isinstance(moment, datetime) else moment.isoformat()


def same(one: When, other: When, *, zone_counts: bool) -> bool:
    mine, theirs = of_google(one), of_google(other)
    zones = not zone_counts or zone_of(mine) == zone_of(theirs)
    return isinstance(mine, datetime) == isinstance(theirs, datetime) and instant(mine) == instant(theirs) and zones


def later(moment: date | datetime, length: timedelta) -> date | datetime:
    """After so much time has really passed."""
    if isinstance(moment, datetime):
        return (moment.astimezone(UTC) + length).astimezone(moment.tzinfo)
    return moment + length


def length(start: date | datetime, end: date | datetime) -> timedelta:
    if isinstance(start, datetime) and isinstance(end, datetime):
        return end.astimezone(UTC) - start.astimezone(UTC)
    return timedelta(days=end.toordinal() - start.toordinal())


def line(name: str, moment: date | datetime) -> str:
    """One content line of iCalendar."""
    if not isinstance(moment, datetime):
        return f"{name};VALUE=DATE:{moment:%Y%m%d}"
    zone = zone_of(moment)
    return (
        f"{name}:{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        if zone == "UTC"
        else f"{name};TZID={zone}:{moment:%Y%m%dT%H%M%S}"
    )


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())

"""Google's start and end, and what a series' lines make of them. ValueError where the documents refuse it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from dateutil.rrule import rruleset, rrulestr  # type: ignore[import-untyped]

_KINDS = ("RRULE", "EXRULE", "RDATE", "EXDATE")
_MOST = 3000


def check(when: Any, *, recurring: bool) -> None:
    """EventDateTime: `date`, or `dateTime` with an offset unless `timeZone` says the zone; a series needs `timeZone`."""
    if not isinstance(when, Mapping) or when.keys() - {"date", "dateTime", "timeZone"}:
        raise ValueError("Invalid start or end.")
    if ("date" in when) == ("dateTime" in when):
        raise ValueError("Start and end times must either both be date or both be dateTime.")
    zone = when.get("timeZone")
    if zone is not None and zone not in available_timezones():
        raise ValueError("Invalid time zone definition for start or end time.")
    if "date" in when:
        date.fromisoformat(when["date"])
        return
    moment = datetime.fromisoformat(when["dateTime"])
    if moment.tzinfo is None and zone is None:
        raise ValueError("Missing time zone definition for start or end time.")
    if recurring and zone is None:
        raise ValueError("Missing time zone definition for start time.")


def instant(when: Mapping[str, str]) -> datetime:
    """In UTC; a date counts as its midnight there."""
    if "date" in when:
        return datetime.combine(date.fromisoformat(when["date"]), time(), UTC)
    moment = datetime.fromisoformat(when["dateTime"])
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(when["timeZone"]))).astimezone(UTC)


def shown(when: Mapping[str, str], zone: str) -> dict[str, str]:
    """As answers have it: `dateTime` in the zone of the calendar, with an offset; `timeZone` as it was given."""
    if "date" in when:
        return {"date": when["date"]}
    return {**when, "dateTime": instant(when).astimezone(ZoneInfo(zone)).isoformat()}


def kind(when: Mapping[str, str]) -> str:
    return "date" if "date" in when else "dateTime"


def moved(when: Mapping[str, str], to: datetime) -> dict[str, str]:
    """The same kind of time at another instant."""
    if "date" in when:
        return {"date": to.date().isoformat()}
    return {"dateTime": to.isoformat(), "timeZone": when.get("timeZone", "UTC")}


def starts(start: Mapping[str, str], lines: Sequence[str]) -> list[datetime]:
    """Every start of a series, in UTC. ValueError for lines that are not allowed, or no rule."""
    for line in lines:
        if not isinstance(line, str) or line.split(":")[0].split(";")[0] not in _KINDS:
            raise ValueError("Invalid recurrence rule.")  # also for DTSTART and DTEND
        if "COUNT=" in line and "UNTIL=" in line:
            raise ValueError("Invalid recurrence rule.")
    zone = ZoneInfo(start.get("timeZone", "UTC")) if "dateTime" in start else ZoneInfo("UTC")
    first = instant(start).astimezone(zone)
    rules = rruleset()
    rules.rdate(first.replace(tzinfo=None))
    for line in lines:
        _add(rules, line, first, zone)
    walls = islice(rules, _MOST)
    return sorted({wall.replace(tzinfo=zone).astimezone(UTC) for wall in walls})


def _add(rules: Any, line: str, first: datetime, zone: ZoneInfo) -> None:
    head, _, value = line.partition(":")
    name = head.split(";")[0]
    if name in ("RRULE", "EXRULE"):
        made = rrulestr(_local(value, zone), dtstart=first.replace(tzinfo=None))
        (rules.rrule if name == "RRULE" else rules.exrule)(made)
        return
    for text in value.split(","):
        (rules.rdate if name == "RDATE" else rules.exdate)(_wall(text.split("/")[0], head, first, zone))


def _local(rule: str, zone: ZoneInfo) -> str:
    """UNTIL in UTC as the zone's wall time: the rule is counted in wall times."""
    parts = []
    for part in rule.split(";"):
        name, _, value = part.partition("=")
        if name == "UNTIL" and value.endswith("Z"):
            until = datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).astimezone(zone)
            part = f"UNTIL={until:%Y%m%dT%H%M%S}"
        parts.append(part)
    return ";".join(parts)


def _wall(text: str, head: str, first: datetime, zone: ZoneInfo) -> datetime:
    if len(text) == 8:
        return datetime.combine(datetime.strptime(text, "%Y%m%d"), first.time())
    if text.endswith("Z"):
        moment = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    else:
        named = next((part[5:] for part in head.split(";") if part.startswith("TZID=")), str(zone))
        moment = datetime.strptime(text, "%Y%m%dT%H%M%S").replace(tzinfo=ZoneInfo(named))
    return moment.astimezone(zone).replace(tzinfo=None)


def length(event: Mapping[str, Any]) -> timedelta:
    return instant(event["end"]) - instant(event["start"])

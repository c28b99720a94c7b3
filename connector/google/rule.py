"""Is this a date of the series, by its rule? Only asked of dates that somebody took out: others tell it themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from dateutil.rrule import rruleset, rrulestr  # type: ignore[import-untyped]

from connector.google import moments

_COUNTABLE = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY")


def names(series: Mapping[str, Any], original: date | datetime) -> bool:
    """After a new time of the series, what was taken out before means nothing any more. True where it cannot be told."""
    start = moments.of_google(series["start"])
    lines = [line for line in series.get("recurrence", []) if not line.startswith(("EXDATE", "EXRULE"))]
    rules = [line.partition(":")[2] for line in lines if line.startswith("RRULE")]
    if len(rules) != len(lines) or not all(any(f"FREQ={one}" in rule.upper() for one in _COUNTABLE) for rule in rules):
        return True
    found, wall, first = rruleset(), _wall(original, start), _wall(start, start)
    try:
        for rule in rules:
            found.rrule(rrulestr(_in_wall_times(rule, start), dtstart=first))
        return wall == first or bool(found.between(wall, wall, inc=True))
    except (ValueError, OverflowError):
        return True


def _wall(moment: date | datetime, start: date | datetime) -> datetime:
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time())
    zone = start.tzinfo if isinstance(start, datetime) else moment.tzinfo
    return moment.astimezone(zone).replace(tzinfo=None)


def _in_wall_times(rule: str, start: date | datetime) -> str:
    """UNTIL is written in UTC, and the rule is counted in wall times."""
    head, mark, rest = rule.partition("UNTIL=")
    until, _, more = rest.partition(";")
    if not mark or not until.endswith("Z"):
        return rule
    moment = datetime.strptime(until.replace("Z", "+0000"), "%Y%m%dT%H%M%S%z")
    return f"{head}UNTIL={_wall(moment, start):%Y%m%dT%H%M%S}" + (f";{more}" if more else "")

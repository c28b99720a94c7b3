"""How a rule would be said: every second Tuesday, the last Friday of a month. What words cannot say is "other"."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from calendars.values import Rhythm

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_OTHER = Rhythm("other")
_SAID = {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "UNTIL", "COUNT", "WKST"}


def rhythm(rrule: str, starts_at: datetime) -> Rhythm:
    """The rhythm of one RRULE value. `starts_at`: the first date, in the zone that the rule counts in.

    "" (dates without a rule), several rules (one a line) and unusual parts give "other".
    """
    parts = dict(part.partition("=")[::2] for part in rrule.upper().replace(" ", "").split(";") if part)
    if "\n" in rrule.strip() or parts.keys() - _SAID:
        return _OTHER
    try:
        interval = int(parts.get("INTERVAL", "1"))
        until = _until(parts.get("UNTIL", ""), starts_at)
        said = _SAYERS.get(parts.get("FREQ", ""), _other)(parts, starts_at)
    except (ValueError, OverflowError):
        return _OTHER
    if said is None or interval < 1:
        return _OTHER
    frequency, weekdays, position, month_day = said
    if frequency == "weekly" and parts["FREQ"] == "DAILY" and interval > 1:
        return _OTHER
    return Rhythm(frequency, interval, weekdays, position, month_day, until)  # type: ignore[arg-type]


_Said = tuple[str, tuple[int, ...], int | None, int | None]


def _other(parts: dict[str, str], starts_at: datetime) -> _Said | None:
    return None


def _daily(parts: dict[str, str], starts_at: datetime) -> _Said | None:
    if parts.keys() & {"BYMONTHDAY", "BYMONTH", "BYSETPOS"}:
        return None
    if "BYDAY" not in parts:
        return "daily", (), None, None
    return _weekly(parts, starts_at)


def _weekly(parts: dict[str, str], starts_at: datetime) -> _Said | None:
    if parts.keys() & {"BYMONTHDAY", "BYMONTH", "BYSETPOS"}:
        return None
    days = parts.get("BYDAY", DAYS[starts_at.weekday()]).split(",")
    return "weekly", tuple(sorted({DAYS.index(day) for day in days})), None, None


def _monthly(parts: dict[str, str], starts_at: datetime) -> _Said | None:
    if "BYMONTH" in parts:
        return None
    if "BYDAY" in parts:
        return None if "BYMONTHDAY" in parts else _positioned("monthly", parts)
    if "BYSETPOS" in parts:
        return None
    day = int(parts.get("BYMONTHDAY", starts_at.day))
    return ("monthly", (), None, day) if day > 0 else None


def _yearly(parts: dict[str, str], starts_at: datetime) -> _Said | None:
    if int(parts.get("BYMONTH", starts_at.month)) != starts_at.month:
        return None
    if "BYDAY" in parts:
        if "BYMONTH" not in parts or "BYMONTHDAY" in parts:
            return None
        return _positioned("yearly", parts)
    if "BYSETPOS" in parts or int(parts.get("BYMONTHDAY", starts_at.day)) != starts_at.day:
        return None
    return "yearly", (), None, None


def _positioned(frequency: str, parts: dict[str, str]) -> _Said | None:
    found = re.fullmatch(r"([+-]?\d)?([A-Z]{2})", parts["BYDAY"])
    if not found or found[2] not in DAYS or bool(found[1]) == ("BYSETPOS" in parts):
        return None
    position = int(found[1] or parts["BYSETPOS"])
    return (frequency, (DAYS.index(found[2]),), position, None) if position in (1, 2, 3, 4, 5, -1) else None


_SAYERS = {"DAILY": _daily, "WEEKLY": _weekly, "MONTHLY": _monthly, "YEARLY": _yearly}


def _until(text: str, starts_at: datetime) -> datetime | None:
    if not text:
        return None
    wall = datetime.strptime(text.rstrip("Z"), "%Y%m%dT%H%M%S" if "T" in text else "%Y%m%d")
    if text.endswith("Z"):
        return wall.replace(tzinfo=UTC).astimezone(starts_at.tzinfo)
    return wall.replace(tzinfo=starts_at.tzinfo)

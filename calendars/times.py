"""Dates and times as iCalendar writes them: wall times with the zone they were written in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from calendars.lines import Line
from calendars.zones import Zone, Zones

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Moment:
    """A DATE or DATE-TIME value. `wall` is naive; `zone` is None for a date and for a floating time."""

    wall: datetime
    zone: Zone | None = None
    date_only: bool = False


def moment(text: str, line: Line, zones: Zones) -> Moment:
    """Reads one value of a line. Raises ValueError."""
    text = text.strip()
    day = datetime(int(text[:4]), int(text[4:6]), int(text[6:8]))
    if len(text) == 8:
        return Moment(day, None, True)
    if text[8] not in "Tt" or len(text.rstrip("Zz")) not in (13, 15):
        raise ValueError(text)
    if line.params.get("VALUE", "").upper() == "DATE":
        return Moment(day, None, True)
    wall = day.replace(hour=int(text[9:11]), minute=int(text[11:13]), second=min(int(text[13:15].strip("Zz") or 0), 59))
    if text[-1] in "Zz":
        return Moment(wall, zones.utc)
    tzid = line.params.get("TZID", "").strip()
    return Moment(wall, zones.of(tzid) if tzid else None)


def instant(wall: datetime, zone: Zone) -> datetime:
    """In UTC. A time that a clock skips counts with the offset before the change, one it repeats is the first."""
    return wall.replace(tzinfo=zone.tz).astimezone(UTC)


def wall_in(moment_utc: datetime, zone: Zone) -> datetime:
    return moment_utc.astimezone(zone.tz).replace(tzinfo=None, fold=0)  # text cannot say which of two


def exists(wall: datetime, zone: Zone) -> bool:
    """False in the hour that the clock skips in spring."""
    return wall_in(instant(wall, zone), zone) == wall


def hours(end: Moment, start: datetime, zone: Zone) -> timedelta:
    """Elapsed time; where the start is a time that the clock skips, what the wall times say."""
    if (end.zone is None or end.zone == zone) and not exists(start, zone):
        return end.wall - start
    return instant(end.wall, end.zone or zone) - instant(start, zone)


def in_kind(of: Moment, start: datetime, zone: Zone, all_day: bool, zones: Zones) -> datetime:
    """A RECURRENCE-ID, EXDATE or RDATE as a wall time of the series it speaks of, whatever it was written as.

    By instant where both have one; a date means that day's time; a time of an all-day series means its day.
    """
    if all_day:
        if of.date_only or of.zone is None or of.wall.time() == time():
            return datetime.combine(of.wall, time())
        return datetime.combine(wall_in(instant(of.wall, of.zone), zones.home), time())
    if of.date_only:
        return datetime.combine(of.wall, start.time())
    if of.zone is None or of.zone == zone:
        return of.wall
    return wall_in(instant(of.wall, of.zone), zone)


def date_text(wall: datetime) -> str:
    return f"{wall.year:04}{wall.month:02}{wall.day:02}"


def time_text(wall: datetime) -> str:
    return f"{date_text(wall)}T{wall.hour:02}{wall.minute:02}{wall.second:02}"


def property_lines(name: str, walls: list[datetime], zone: Zone, all_day: bool) -> list[str]:
    """`NAME;…:value` for each wall time: one a line, since not every reader takes lists."""
    if all_day:
        return [f"{name};VALUE=DATE:{date_text(wall)}" for wall in walls]
    if zone.tzid == "UTC":
        return [f"{name}:{time_text(wall)}Z" for wall in walls]
    return [f"{name};TZID={zone.tzid}:{time_text(wall)}" for wall in walls]

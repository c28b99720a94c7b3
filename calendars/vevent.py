"""One VEVENT, read into a `Written`: zones resolved, ends made sound, texts made plain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from icalendar.prop import vDuration

from calendars import times, words
from calendars.lines import parse, split_list, unescape
from calendars.recurring import Recurring, Sheet, Unreadable
from calendars.times import DAY, Moment
from calendars.values import Problem, Status
from calendars.zones import Zone, Zones

_LONGEST_URL = 2_000  # letters; what browsers take


@dataclass(frozen=True, slots=True)
class Written:
    """A VEVENT. `start` and `end` are naive wall times of `zone`, midnights when `all_day`; `elapsed` is what really
    passes between them (a nominal day count when `all_day`). Rules have UNTIL in UTC, or as a date when `all_day`.
    """

    uid: str
    title: str
    description: str
    location: str
    url: str
    status: Status
    sequence: int
    categories: tuple[str, ...]
    stamped: str
    all_day: bool
    zone: Zone
    start: datetime
    end: datetime
    elapsed: timedelta
    rules: tuple[str, ...] = ()
    exdates: frozenset[datetime] = frozenset()
    exdays: frozenset[date] = frozenset()  # an EXDATE that names a day of a series with times
    rdates: tuple[datetime, ...] = ()
    periods: tuple[tuple[datetime, timedelta], ...] = ()
    original: Moment | None = None  # RECURRENCE-ID
    this_and_future: bool = False

    @property
    def repeats(self) -> bool:
        return bool(self.rules or self.rdates or self.periods)

    def leaves_out(self, wall: datetime) -> bool:
        return wall in self.exdates or wall.date() in self.exdays


def read(raw: str, uid: str, zones: Zones, problems: list[Problem]) -> Written:
    """Reads the lines of one VEVENT. What can be mended is, and told in `problems`; raises Unreadable else."""
    lines = [parse(row) for row in raw.split("\n")]
    try:
        return _read(Sheet(lines), uid, zones, problems)
    except (ValueError, OverflowError, IndexError):
        raise Unreadable("bad-date", "A date of this event cannot be read; correct it in the calendar.") from None


def _read(sheet: Sheet, uid: str, zones: Zones, problems: list[Problem]) -> Written:
    original = _original(sheet, zones)
    begin = _start(sheet, zones, original)
    start, zone, all_day = _placed(begin, sheet, zones)
    finish, elapsed = _end(sheet, zones, start, zone, all_day, uid, problems)
    recurring = Recurring(sheet, zones, start, zone, all_day)
    _tell_doubts(sheet, zones, begin, uid, problems)
    if not (all_day or sheet.first("RRULE") or sheet.first("RDATE")):
        start = times.wall_in(times.instant(start, zone), zone)  # a time that the clock skips is said as the one shown
    description = words.plain(sheet.text("DESCRIPTION")) or words.plain(_html(sheet))
    return Written(
        uid=uid,
        title=words.one_line(sheet.text("SUMMARY")),
        description=description,
        location=words.one_line(sheet.text("LOCATION")),
        url=_url(sheet.text("URL")),
        status=_status(sheet.text("STATUS")),
        sequence=_whole_number(sheet.text("SEQUENCE")),
        categories=_categories(sheet),
        stamped=max(sheet.text("LAST-MODIFIED"), "") + "/" + sheet.text("DTSTAMP"),
        all_day=all_day,
        zone=zone,
        start=start,
        end=finish,
        elapsed=elapsed,
        rules=recurring.rules(),
        exdates=recurring.exdates,
        exdays=recurring.exdays,
        rdates=recurring.rdates,
        periods=recurring.periods,
        original=original,
        this_and_future=_ranges(sheet),
    )


def _original(sheet: Sheet, zones: Zones) -> Moment | None:
    line = sheet.first("RECURRENCE-ID")
    return times.moment(line.value, line, zones) if line else None


def _ranges(sheet: Sheet) -> bool:
    line = sheet.first("RECURRENCE-ID")
    return line is not None and line.params.get("RANGE", "").upper() == "THISANDFUTURE"


def _start(sheet: Sheet, zones: Zones, original: Moment | None) -> Moment:
    line = sheet.first("DTSTART")
    if line is not None:
        return times.moment(line.value, line, zones)
    if original is not None and _status(sheet.text("STATUS")) == "cancelled":
        return original
    raise Unreadable("no-start", "This event has no start (DTSTART), so it is on no date; correct it in the calendar.")


def _placed(begin: Moment, sheet: Sheet, zones: Zones) -> tuple[datetime, Zone, bool]:
    """Wall time, zone, all-day. Outlook marks all-day events that are written from midnight to midnight."""
    if not 1000 <= begin.wall.year <= 9000:  # so that no change of zone leads out of the calendar
        raise ValueError(begin.wall)
    if begin.date_only:
        return begin.wall, zones.home, True
    zone = begin.zone or zones.floating
    if sheet.text("X-MICROSOFT-CDO-ALLDAYEVENT").strip().upper() == "TRUE":
        wall = begin.wall if zone != zones.utc else times.wall_in(times.instant(begin.wall, zone), zones.floating)
        if wall.time() == time():
            return wall, zones.home, True
    return begin.wall, zone, False


def _end(
    sheet: Sheet, zones: Zones, start: datetime, zone: Zone, all_day: bool, uid: str, problems: list[Problem]
) -> tuple[datetime, timedelta]:
    """End as a wall time, and what elapses. Reversed or unreadable ends are told and give the shortest event."""
    shortest = DAY if all_day else timedelta()
    try:
        elapsed = _length(sheet, zones, start, zone, all_day)
    except (ValueError, OverflowError, IndexError):
        elapsed = None
        problems.append(Problem("bad-end", uid, "The end of this event cannot be read; it was taken as its start."))
    if elapsed is not None and elapsed < timedelta():
        problems.append(Problem("ends-before-start", uid, "This event ends before it starts; the start was kept."))
        elapsed = None
    if elapsed is None or (all_day and elapsed < DAY):
        elapsed = shortest
    if all_day:
        return start + elapsed, elapsed
    return times.wall_in(times.instant(start, zone) + elapsed, zone), elapsed


def _length(sheet: Sheet, zones: Zones, start: datetime, zone: Zone, all_day: bool) -> timedelta | None:
    line = sheet.first("DTEND")
    if line is not None:
        end = times.moment(line.value, line, zones)
        return _days(end, start, zones) if all_day else times.hours(end, start, zone)
    line = sheet.first("DURATION")
    if line is None:
        return None
    length: timedelta = vDuration.from_ical(line.value.strip().upper())
    if all_day:
        return timedelta(days=-(-length // DAY))
    nominal = length > timedelta() and bool(set("DW") & set(line.value.upper()))
    days = timedelta(days=length.days) if nominal else timedelta()
    return times.instant(start + days, zone) + (length - days) - times.instant(start, zone)


def _days(end: Moment, start: datetime, zones: Zones) -> timedelta:
    """From the first day to the exclusive last; a time of day on the last one counts as that whole day."""
    if end.date_only:
        return end.wall - start
    wall = end.wall
    if end.zone == zones.utc and wall.time() != time():
        wall = times.wall_in(times.instant(wall, zones.utc), zones.floating)
    last = datetime.combine(wall, time())
    return last - start + (DAY if wall != last else timedelta())


def _tell_doubts(sheet: Sheet, zones: Zones, begin: Moment, uid: str, problems: list[Problem]) -> None:
    if not zones.doubts:
        return
    named = {line.params.get("TZID", "").strip() for name in ("DTSTART", "DTEND") for line in sheet.all(name)}
    if not begin.date_only and begin.zone is None:
        named.add(zones.floating_name)
    problems += [Problem("unknown-timezone", uid, zones.doubts[tzid]) for tzid in sorted(named & zones.doubts.keys())]


def _html(sheet: Sheet) -> str:
    line = sheet.first("X-ALT-DESC")
    return unescape(line.value) if line else ""


def _url(text: str) -> str:
    text = text.strip()
    good = text.startswith(("http://", "https://")) and text.isprintable() and not set(text) & set(' "<>')
    return text if good and len(text) <= _LONGEST_URL else ""


def _status(text: str) -> Status:
    text = text.strip().upper()
    if text in ("CANCELLED", "CANCELED"):
        return "cancelled"
    return "tentative" if text == "TENTATIVE" else "confirmed"


def _whole_number(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _categories(sheet: Sheet) -> tuple[str, ...]:
    raw = (words.one_line(unescape(item)) for line in sheet.all("CATEGORIES") for item in split_list(line.value))
    return tuple(dict.fromkeys(name for name in raw if name))

"""How a VEVENT repeats: the dates it adds and leaves out, and its rules in one spelling."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from icalendar.prop import vDuration

from calendars import times
from calendars.lines import Line, unescape
from calendars.times import DAY, Moment
from calendars.zones import Zone, Zones

MOST_DATES = 10_000  # EXDATE and RDATE together


class Unreadable(Exception):
    """This VEVENT cannot be believed. `problem` is the kind, the message a sentence."""

    def __init__(self, problem: str, message: str) -> None:
        super().__init__(message)
        self.problem = problem


class Sheet:
    """The lines of a VEVENT by name."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.lines: dict[str, list[Line]] = {}
        for line in lines:
            self.lines.setdefault(line.name, []).append(line)

    def all(self, name: str) -> list[Line]:
        return self.lines.get(name, [])

    def first(self, name: str) -> Line | None:
        return next((line for line in self.all(name) if line.value.strip()), None)

    def text(self, name: str) -> str:
        line = self.first(name)
        return unescape(line.value) if line else ""


class Recurring:
    """The dates that a series adds and leaves out, as wall times of its start's zone."""

    def __init__(self, sheet: Sheet, zones: Zones, start: datetime, zone: Zone, all_day: bool) -> None:
        self.sheet, self.zones, self.start, self.zone, self.all_day = sheet, zones, start, zone, all_day
        self._refuse_too_many()
        left_out = [self._moment(text, line) for line in sheet.all("EXDATE") for text in _items(line)]
        self.exdates = frozenset(self._wall(of) for of in left_out if all_day or not of.date_only)
        self.exdays = frozenset(of.wall.date() for of in left_out if of.date_only and not all_day)
        added = [(text, line) for line in sheet.all("RDATE") for text in _items(line)]
        dates = [self._moment(text, line) for text, line in added if "/" not in text]
        self.rdates = tuple(sorted({self._wall(of) for of in dates} - {start}))
        self.periods = tuple(sorted(self._period(text, line) for text, line in added if "/" in text))

    def rules(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._rule(line.value) for line in self.sheet.all("RRULE") if line.value.strip()))

    def _refuse_too_many(self) -> None:
        lines = self.sheet.all("EXDATE") + self.sheet.all("RDATE")
        if sum(line.value.count(",") + 1 for line in lines) > MOST_DATES:
            raise Unreadable(
                "too-many-dates", f"This event lists more than {MOST_DATES:,} dates; give it a rule instead."
            )

    def _moment(self, text: str, line: Line) -> Moment:
        return times.moment(text, line, self.zones)

    def _wall(self, of: Moment) -> datetime:
        return times.in_kind(of, self.start, self.zone, self.all_day, self.zones)

    def _period(self, text: str, line: Line) -> tuple[datetime, timedelta]:
        first, _, last = text.partition("/")
        begin = self._wall(self._moment(first, line))
        if last.strip()[:1] in ("P", "p", "+", "-"):
            length: timedelta = vDuration.from_ical(last.strip().upper())
        else:
            end = self._wall(self._moment(last, line))
            length = times.instant(end, self.zone) - times.instant(begin, self.zone)
        return begin, max(length, DAY if self.all_day else timedelta())

    def _rule(self, text: str) -> str:
        """The rule in one spelling, parts sorted, UNTIL as the standard wants it."""
        parts = [part.partition("=")[::2] for part in text.upper().replace(" ", "").split(";") if part]
        told = dict(sorted(parts, key=lambda part: (part[0] != "FREQ", part[0])))
        if "UNTIL" in told:
            told["UNTIL"] = self._until(told["UNTIL"])
        return ";".join(f"{key}={value}" for key, value in told.items())

    def _until(self, text: str) -> str:
        of = times.moment(text, Line("UNTIL", {}, text), self.zones)
        if self.all_day:
            return times.date_text(self._wall(of))
        wall = datetime.combine(of.wall, time(23, 59, 59)) if of.date_only else of.wall
        if wall.year >= 9999:
            return times.time_text(wall) + "Z"
        return times.time_text(times.instant(wall, of.zone or self.zone).replace(tzinfo=None)) + "Z"


def _items(line: Line) -> list[str]:
    return [text for text in (item.strip() for item in line.value.split(",")) if text]

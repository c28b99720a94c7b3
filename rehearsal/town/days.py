"""The school year in days: when it begins and ends, its breaks, and the holidays on which no family wants a meeting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` up to, not including, `end`."""

    first: date
    end: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day < self.end


@dataclass(frozen=True, slots=True)
class SchoolYear:
    """The year that starts in the fall of `fall` and ends in June after it."""

    fall: int

    @property
    def spring(self) -> int:
        return self.fall + 1

    @property
    def first_day(self) -> date:
        return on_or_after(date(self.fall, 8, 17), MONDAY)

    @property
    def last_day(self) -> date:
        return on_or_after(date(self.spring, 6, 6), WEDNESDAY)

    @property
    def thanksgiving_break(self) -> Span:
        return span(nth(self.fall, 11, THURSDAY, 4) - timedelta(days=1), 5)

    @property
    def winter_break(self) -> Span:
        return span(on_or_after(date(self.fall, 12, 19), MONDAY), 14)

    @property
    def spring_break(self) -> Span:
        return span(on_or_after(date(self.spring, 3, 23), MONDAY), 7)

    def on_break(self, day: date) -> bool:
        """Within the year, and nobody at school."""
        return any(day in days for days in (self.thanksgiving_break, self.winter_break, self.spring_break))


def school_year(today: date) -> SchoolYear:
    """The year that `today` belongs to; July looks ahead to the coming one."""
    return SchoolYear(today.year if today.month >= 7 else today.year - 1)


def family_holiday(day: date) -> bool:
    """A day that families keep for themselves."""
    if (day.month, day.day) in {(1, 1), (6, 19), (7, 4), (12, 24), (12, 25), (12, 31)}:
        return True
    return day == nth(day.year, 11, THURSDAY, 4)


def span(first: date, days: int) -> Span:
    return Span(first, first + timedelta(days=days))


def on_or_after(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def nth(year: int, month: int, weekday: int, count: int) -> date:
    """The `count`-th such weekday of a month."""
    return on_or_after(date(year, month, 1), weekday) + timedelta(weeks=count - 1)


def last(year: int, month: int, weekday: int) -> date:
    """The last such weekday of a month."""
    fifth = nth(year, month, weekday, 5)
    return fifth if fifth.month == month else nth(year, month, weekday, 4)

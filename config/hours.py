"""Opening hours, working time and quiet hours, all in local wall time.

A time that a clock change skips is taken as the moment of the change or just after it; one that comes twice counts the
first time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from config.hours_text import Span, closed_days, quiet_span, week_of

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody is there, by weekday: seven tuples of spans, Monday first."""

    week: tuple[tuple[Span, ...], ...]

    @staticmethod
    def parse(text: str) -> Hours:
        """Hours of "Mon-Fri 08:00-16:00", of several such parts apart by `,` or `;`, or with several times a day.

        23:59, 24:00 and a closing 00:00 are the end of the day; a closing time before the opening time is that of the
        next day. Raises Mistake.
        """
        return Hours(week_of(text))

    @property
    def a_week(self) -> float:
        """How many hours that are in a week."""
        return sum(closes - opens for day in self.week for opens, closes in day) / 60


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """Hours in a zone, without the closed days: the time that counts towards an answer."""

    hours: Hours
    zone: str
    closed: frozenset[date] = frozenset()

    def is_open(self, at: datetime) -> bool:
        return any(opens <= at < closes for opens, closes in self._of(_local(at, self.zone).date()))

    def next_open(self, at: datetime) -> datetime:
        """`at` itself when open, else the next opening; UTC."""
        for opens, closes in self._from(at):
            if at < closes:
                return max(at.astimezone(UTC), opens)
        raise AssertionError("hours without any open day cannot be parsed")

    def add(self, start: datetime, span: timedelta) -> datetime:
        """The moment `span` of working time after `start`; UTC.

        Whole days of `span` are working days: one day after Friday 10:00 is Monday 10:00. (24 hours are a day, too.) A
        clock time at which that day is closed moves to its next opening, or to its last closing. The rest are hours of
        work. What starts out of hours starts at the next opening.
        """
        days, rest = divmod(span, _ONE_DAY)
        if days < 0:
            raise ValueError("a span of working time cannot be negative")
        return self._add_hours(self._add_days(self.next_open(start), days), rest)

    def spans(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The open spans that begin before `until`, from the local day of `since` on; UTC, the earliest first."""
        for opens, closes in self._from(since):
            if opens >= until:
                return
            yield opens, closes

    def _add_days(self, start: datetime, days: int) -> datetime:
        if not days:
            return start
        local = _local(start, self.zone)
        day = self._working_day_after(local.date(), days)
        wanted = _moment(day, _minutes(local), self.zone)
        wanted += timedelta(seconds=local.second, microseconds=local.microsecond)
        spans = self._of(day)
        return next((max(wanted, opens) for opens, closes in spans if wanted < closes), max(spans)[1])

    def _working_day_after(self, day: date, count: int) -> date:
        while count:
            day += _ONE_DAY
            count -= bool(self._of(day))
        return day

    def _add_hours(self, start: datetime, rest: timedelta) -> datetime:
        if not rest:
            return start
        for opens, closes in self._from(start):
            begin = max(start, opens)
            if begin + rest <= closes:
                return begin + rest
            rest -= max(closes - begin, timedelta())
        raise AssertionError("hours without any open day cannot be parsed")

    def _from(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The open spans from the local day of `at` on, without end."""
        day = _local(at, self.zone).date()
        while True:
            yield from self._of(day)
            day += _ONE_DAY

    def _of(self, day: date) -> list[tuple[datetime, datetime]]:
        """The open spans of one local day as moments."""
        if day in self.closed:
            return []
        spans = ((_moment(day, a, self.zone), _moment(day, b, self.zone)) for a, b in self.hours.week[day.weekday()])
        return [(opens, closes) for opens, closes in spans if opens < closes]


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When a page keeps silent, every day: minutes since local midnight, or None for never."""

    span: Span | None

    @staticmethod
    def parse(text: str) -> QuietHours:
        """Quiet hours of "21:00-07:00" (over midnight) or "" (none). Raises Mistake."""
        return QuietHours(quiet_span(text))

    def covers(self, at: datetime, zone: str) -> bool:
        if self.span is None:
            return False
        begin, end = self.span
        now = _minutes(_local(at, zone))
        return begin <= now < end if begin < end else now >= begin or now < end

    def ends_after(self, at: datetime, zone: str) -> datetime:
        """When something due at `at` may be said: `at` itself outside quiet hours, else their end (UTC)."""
        if self.span is None or not self.covers(at, zone):
            return at
        local, end = _local(at, zone), self.span[1]
        day = local.date() if _minutes(local) < end else local.date() + _ONE_DAY
        return _moment(day, end, zone, fold=local.fold)


def working_time(hours: str, zone: str, closed: Iterable[str]) -> WorkingTime:
    """Working time from the texts that a site file, or a row, holds. Raises Mistake."""
    return WorkingTime(Hours.parse(hours), zone, closed_days(closed))


def _local(at: datetime, zone: str) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time without a zone cannot be placed in a school's day")
    return at.astimezone(ZoneInfo(zone))


def _minutes(local: datetime) -> int:
    return local.hour * 60 + local.minute


def _moment(day: date, minute: int, zone: str, *, fold: int = 0) -> datetime:
    """The moment of a local wall time; minute 1440 is the next midnight."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    return wall.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)

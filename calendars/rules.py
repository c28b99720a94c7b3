"""Looks at a rule before it is expanded: refuses what would never end or never fire, and estimates the rest.

Rule engines search for the next date until the year 9999, so a rule is only handed to one after this. Costs of a look are
bounded: arithmetic for ordinary rules, a walk over days for odd ones.
"""

from __future__ import annotations

from calendar import isleap, monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from icalendar.prop import vRecur

from calendars.rhythm import DAYS

_KNOWN = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYSETPOS", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYDAY",
          "BYHOUR", "BYMINUTE", "BYSECOND"}  # fmt: skip
_HORIZON = 60 * 366  # days: 29 February on a given weekday comes every 28 to 40 years
_MOST_STEPS = 300_000  # periods from the first date to the window
_LENGTHS = {"HOURLY": timedelta(hours=1), "DAILY": timedelta(days=1), "WEEKLY": timedelta(weeks=1),
            "MONTHLY": timedelta(days=28), "YEARLY": timedelta(days=365)}  # fmt: skip


class SeriesRefused(Exception):
    """This series is not expanded; the message is one sentence for people. The last good copy of it stands."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Rule:
    """An RRULE taken apart; all parts are empty when not given. `text` is what a rule engine gets."""

    text: str
    frequency: str
    interval: int
    count: int | None
    months: tuple[int, ...]
    month_days: tuple[int, ...]
    year_days: tuple[int, ...]
    weeks: tuple[int, ...]
    week_days: tuple[tuple[int, int], ...]  # (which one, 0 for each; weekday, 0 Monday)
    positions: tuple[int, ...]
    hours: tuple[int, ...]
    minutes: tuple[int, ...]
    seconds: tuple[int, ...]
    week_start: int

    @property
    def daily_times(self) -> int:
        """How many times of day it names (hourly rules without hours: all that fit)."""
        hours = len(self.hours) or (max(1, 24 // self.interval) if self.frequency == "HOURLY" else 1)
        return hours * (len(self.minutes) or 1) * (len(self.seconds) or 1)


def take_apart(text: str) -> Rule:
    """Raises SeriesRefused for what is no rule, or one that nobody should expand."""
    parts = dict(part.partition("=")[::2] for part in text.split(";") if part)
    if parts.get("FREQ") in ("SECONDLY", "MINUTELY"):
        raise SeriesRefused("This event repeats every second or minute; correct its rule in the calendar.")
    if parts.get("RSCALE") == "GREGORIAN":
        parts.pop("RSCALE")
    parts = {key: value for key, value in parts.items() if not key.startswith("X-")}
    try:
        if parts.get("FREQ") not in _LENGTHS or parts.keys() - _KNOWN:
            raise ValueError(text)
        vRecur.from_ical(text)
        rule = _rule(parts)
    except ValueError:
        raise SeriesRefused(f"The rule {text[:80]!r} cannot be understood; correct it in the calendar.") from None
    if rule.interval < 1:
        raise SeriesRefused("This event repeats after no time at all (INTERVAL=0); correct its rule in the calendar.")
    return rule


def _rule(parts: dict[str, str]) -> Rule:
    count = int(parts["COUNT"]) if "COUNT" in parts else None
    if count is not None and count < 1:  # seen as "without end"
        count = None
        parts = {key: value for key, value in parts.items() if key != "COUNT"}
    return Rule(
        text=";".join(f"{key}={value}" for key, value in parts.items()),
        frequency=parts["FREQ"],
        interval=int(parts.get("INTERVAL", "1")),
        count=count,
        months=_numbers(parts, "BYMONTH", 1, 12),
        month_days=_numbers(parts, "BYMONTHDAY", -31, 31),
        year_days=_numbers(parts, "BYYEARDAY", -366, 366),
        weeks=_numbers(parts, "BYWEEKNO", -53, 53),
        week_days=tuple(_weekday(text) for text in parts["BYDAY"].split(",")) if "BYDAY" in parts else (),
        positions=_numbers(parts, "BYSETPOS", -366, 366),
        hours=_numbers(parts, "BYHOUR", 0, 23),
        minutes=_numbers(parts, "BYMINUTE", 0, 59),
        seconds=_numbers(parts, "BYSECOND", 0, 59),
        week_start=DAYS.index(parts.get("WKST", "MO")),
    )


def _numbers(parts: dict[str, str], name: str, least: int, most: int) -> tuple[int, ...]:
    numbers = sorted({int(text) for text in parts[name].split(",")}) if name in parts else []
    if any(number < least or number > most or (least < 0 and number == 0) for number in numbers):
        raise ValueError(name)
    return tuple(numbers)


def _weekday(text: str) -> tuple[int, int]:
    return int(text[:-2] or 0), DAYS.index(text[-2:])


def check(rule: Rule, first: datetime, begin: datetime, end: datetime, limit: int, spare: int = 0) -> bool:
    """Whether the rule may have dates from `begin` to `end` (naive, as `first`, the first date of the series).

    Raises SeriesRefused when it never fires, is too long under way, or may have more than `limit` (and `spare`) dates.
    """
    if end <= first:
        return False
    if (end - first) / (_LENGTHS[rule.frequency] * rule.interval) > _MOST_STEPS:
        raise SeriesRefused("This event has been repeating for too long to be counted; give it a newer start.")
    if not _ordinary(rule, first) and not _fires(rule, first.date()):
        raise SeriesRefused("The rule of this event never gives a date; correct it in the calendar.")
    if _at_most(rule, first, max(begin, first), end) > limit + spare:
        raise SeriesRefused(f"This event has more than {limit:,} dates in the time looked at; give its rule an end.")
    return True


def _ordinary(rule: Rule, first: datetime) -> bool:
    """Rules of one kind of part, which always fire: nearly all there are."""
    if rule.positions or rule.year_days or rule.weeks:
        return False
    match rule.frequency:
        case "DAILY" | "HOURLY":
            return not (rule.months or rule.month_days) and (not rule.week_days or rule.interval == 1)
        case "WEEKLY":
            return not (rule.months or rule.month_days)
        case "MONTHLY":
            days = rule.month_days or (() if rule.week_days else (first.day,))
            plain = all(abs(which) <= 4 for which, _ in rule.week_days) and all(abs(day) <= 28 for day in days)
            return plain and not rule.months and not (rule.month_days and rule.week_days)
        case _:
            return not (rule.month_days or rule.week_days) and first.day <= 28


def _at_most(rule: Rule, first: datetime, begin: datetime, end: datetime) -> float:
    """An upper bound of the dates from `begin` to `end`: cheap, or exact to the day where the cheap one is large."""
    span = max(end - begin, timedelta())
    periods = span / (_LENGTHS[rule.frequency] * rule.interval) + 2
    if rule.frequency == "WEEKLY" and not (rule.months or rule.month_days):
        most = periods * (len(rule.week_days) or 1) * rule.daily_times
    elif rule.frequency == "DAILY" and not (rule.months or rule.month_days or rule.week_days):
        most = periods * rule.daily_times
    else:
        days = _matching(rule, first.date(), begin.date(), span.days + 2)
        most = sum(1 for _ in days) * rule.daily_times
    if rule.positions:
        most = min(most, periods * len(rule.positions))
    return most if rule.count is None else min(most, rule.count)


def _fires(rule: Rule, first: date) -> bool:
    """Whether any period within the horizon has as many dates as the rule's positions ask for."""
    wanted = min((abs(position) for position in rule.positions), default=1)
    period, size = None, 0
    for day in _matching(rule, first, first, _HORIZON):
        if _period(rule, day) != period:
            period, size = _period(rule, day), 0
        size += rule.daily_times
        if size >= wanted:
            return True
    return False


def _period(rule: Rule, day: date) -> object:
    match rule.frequency:
        case "WEEKLY":
            return (day.toordinal() - 1 - rule.week_start) // 7
        case "MONTHLY":
            return day.year, day.month
        case "YEARLY":
            return day.year
        case _:
            return day


def _matching(rule: Rule, first: date, begin: date, days: int) -> Iterator[date]:
    """The days, of `days` ones from `begin` on, on which a rule that began on `first` can fall."""
    step = rule.interval if rule.frequency == "DAILY" else 1
    offset = -(begin - first).days % step
    ordinals = range(begin.toordinal() + offset, min(begin.toordinal() + days, date.max.toordinal()), step)
    return (day for day in map(date.fromordinal, islice(ordinals, days)) if _on(rule, first, day))


def _on(rule: Rule, first: date, day: date) -> bool:
    if rule.months and day.month not in rule.months:
        return False
    if not _in_turn(rule, first, day):
        return False
    if rule.month_days and not {day.day, day.day - monthrange(day.year, day.month)[1] - 1} & set(rule.month_days):
        return False
    if rule.year_days:
        number = day.timetuple().tm_yday
        if not {number, number - (367 if isleap(day.year) else 366)} & set(rule.year_days):
            return False
    if rule.weeks and not _in_weeks(rule, day):
        return False
    if rule.week_days:
        return any(_is_weekday(rule, day, which, weekday) for which, weekday in rule.week_days)
    return bool(rule.month_days or rule.year_days or rule.weeks) or _as_first(rule, first, day)


def _in_turn(rule: Rule, first: date, day: date) -> bool:
    """Whether the interval lets this day's week, month or year have dates (days: the caller steps)."""
    match rule.frequency:
        case "WEEKLY":
            weeks = (day.toordinal() - 1 - rule.week_start) // 7 - (first.toordinal() - 1 - rule.week_start) // 7
            return weeks % rule.interval == 0
        case "MONTHLY":
            return ((day.year - first.year) * 12 + day.month - first.month) % rule.interval == 0
        case "YEARLY":
            return (day.year - first.year) % rule.interval == 0
        case _:
            return True


def _as_first(rule: Rule, first: date, day: date) -> bool:
    """Without a day in the rule, the first date's holds."""
    match rule.frequency:
        case "WEEKLY":
            return day.weekday() == first.weekday()
        case "MONTHLY":
            return day.day == first.day
        case "YEARLY":
            return day.day == first.day and (bool(rule.months) or day.month == first.month)
        case _:
            return True


def _in_weeks(rule: Rule, day: date) -> bool:
    """ISO weeks; rules that start weeks on another day may be off by one, which an estimate can bear."""
    number = day.isocalendar().week
    last = date(day.isocalendar().year, 12, 28).isocalendar().week
    near = {number, number - last - 1}
    if rule.week_start:
        near |= {number + 1, number - 1, number - last, number - last - 2}
    return bool(near & set(rule.weeks))


def _is_weekday(rule: Rule, day: date, which: int, weekday: int) -> bool:
    if day.weekday() != weekday:
        return False
    if which == 0 or rule.frequency not in ("MONTHLY", "YEARLY"):
        return True
    if rule.frequency == "MONTHLY" or rule.months:
        place, length = day.day, monthrange(day.year, day.month)[1]
    else:
        place, length = day.timetuple().tm_yday, 366 if isleap(day.year) else 365
    return which in ((place - 1) // 7 + 1, -((length - place) // 7 + 1))

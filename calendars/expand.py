"""The dates of a series in a window. Rules are counted in wall time by the rule engine; zones and exceptions are ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import icalendar
import recurring_ical_events

from calendars import rules, times
from calendars.lines import body
from calendars.read import ends, read_group, reread, shown, value
from calendars.recurring import Unreadable
from calendars.rules import SeriesRefused
from calendars.times import DAY, time_text
from calendars.values import EventValue, OccurrenceValue, Problem, Series, Split
from calendars.vevent import Written
from calendars.zones import contradictions

__all__ = ["SeriesRefused", "expand", "occurrences"]

_FURTHEST = timedelta(days=3660)


def expand(series: Series, start: datetime, end: datetime, *, limit: int = 750) -> list[OccurrenceValue]:
    """Its dates that overlap `start` (inclusive) to `end` (exclusive), soonest first; aware times.

    A moved date appears where it moved to, a cancelled one as cancelled, an excluded one not at all. Raises SeriesRefused
    for rules that never end or never fire, and for more than `limit` dates.
    """
    repeats = series.master is not None and series.rhythm is not None
    found = _repeating(series, start, end, limit) if repeats else _singles(series)
    inside = [date for date in found if _overlaps(date, start, end)]
    if len(inside) > limit:
        raise SeriesRefused(f"This event has more than {limit:,} dates in the time looked at; give its rule an end.")
    return sorted(inside, key=_order)


def occurrences(
    split: Split, zone: str, start: datetime, end: datetime, limit: int = 4000
) -> tuple[list[OccurrenceValue], list[Problem]]:
    """All dates of a feed in a window, soonest first, and everything that was wrong with it."""
    found: list[OccurrenceValue] = []
    problems = [*split.problems, *contradictions(split)]
    for group in split.groups.values():
        all_series, wrong = read_group(split, group, zone)
        problems += wrong
        for series in all_series:
            try:
                found += expand(series, start, end, limit=limit)
            except SeriesRefused as refused:
                problems.append(Problem("series-refused", group.uid, refused.message))
    return sorted(found, key=_order), problems


def _order(date: OccurrenceValue) -> tuple[datetime, str, str, datetime]:
    return _utc(date.starts_at), date.uid, date.variant, _utc(date.recurrence_id or date.starts_at)


def _utc(moment: datetime) -> datetime:
    """For comparing: Python takes times of two zones in an hour that one of them repeats as never equal."""
    return moment.astimezone(UTC)


def _overlaps(date: OccurrenceValue, start: datetime, end: datetime) -> bool:
    begin = _utc(date.starts_at)
    return begin < end and (_utc(date.ends_at) > start or begin >= start)


def _singles(series: Series) -> list[OccurrenceValue]:
    """What doesn't repeat needs no rule engine. An exception of the only date stands in its place."""
    events = list(series.exceptions)
    replaced = {_utc(event.recurrence_id) for event in events if event.recurrence_id}
    if series.master and _utc(series.master.starts_at) not in replaced:
        events.append(series.master)
    return [_date(event, series.variant, event.recurrence_id, event.starts_at, event.ends_at) for event in events]


def _date(
    event: EventValue, variant: str, original: datetime | None, starts_at: datetime, ends_at: datetime
) -> OccurrenceValue:
    return OccurrenceValue(
        uid=event.uid,
        variant=variant,
        recurrence_id=original,
        title=event.title,
        description=event.description,
        location=event.location,
        starts_at=starts_at,
        ends_at=ends_at,
        all_day=event.all_day,
        timezone=event.timezone,
        status=event.status,
        categories=event.categories,
    )


def _repeating(series: Series, start: datetime, end: datetime, limit: int) -> list[OccurrenceValue]:
    assert series.master is not None
    try:
        master, exceptions = reread(series.ics, series.master.timezone)
    except Unreadable as refused:
        raise SeriesRefused(str(refused)) from None
    assert master is not None
    told = {_utc(each.recurrence_id): each for each in series.exceptions if each.recurrence_id}
    changes = [_change(original, event, told, master) for original, event in exceptions]
    replaced = {change.original for change in changes}
    later = [change for change in changes if change.event.this_and_future]
    found = [
        _date(change.value, series.variant, change.value.recurrence_id, change.value.starts_at, change.value.ends_at)
        for change in changes
        if not master.leaves_out(change.original)
    ]
    dates = _Dates(series, master, later)
    reach = _reach(master, later)
    walls = _walls(master, _wall(start, master) - reach, _wall(end, master) + reach, limit)
    return found + [dates.date(wall) for wall in walls if wall not in replaced]


@dataclass(frozen=True, slots=True)
class _Change:
    """An exception, the wall time of the master it stands for, and by how much it moves it."""

    original: datetime
    event: Written
    value: EventValue
    moved: timedelta


def _change(original: datetime, event: Written, told: dict[datetime, EventValue], master: Written) -> _Change:
    seen = shown(original, master)
    moved = times.wall_in(times.instant(event.start, event.zone), master.zone) - original
    return _Change(original, event, told.get(_utc(seen)) or value(event, seen), moved)


class _Dates:
    """Makes dates of the wall times that a rule gives; a change of this and all later dates holds from its date on."""

    def __init__(self, series: Series, master: Written, later: list[_Change]) -> None:
        assert series.master is not None
        self.variant, self.head, self.master, self.later = series.variant, series.master, master, later
        self.lengths = dict(master.periods)

    def date(self, wall: datetime) -> OccurrenceValue:
        original = shown(wall, self.master)
        change = next((change for change in reversed(self.later) if change.original < wall), None)
        if change is None:
            ends_at = ends(wall, self.master)
            if wall in self.lengths:
                ends_at = original + self.lengths[wall]
            return _date(self.head, self.variant, original, original, ends_at)
        moved = times.wall_in(times.instant(wall + change.moved, self.master.zone), change.event.zone)
        starts_at, ends_at = shown(moved, change.event), ends(moved, change.event)
        return _date(change.value, self.variant, original, starts_at, ends_at)


def _wall(moment: datetime, master: Written) -> datetime:
    return times.wall_in(moment, master.zone)


def _reach(master: Written, later: list[_Change]) -> timedelta:
    """How far from a window a date may originally stand and yet reach into it. Raises SeriesRefused beyond ten years."""
    lengths = [master.elapsed, *dict(master.periods).values()]
    lengths += [abs(change.moved) + change.event.elapsed for change in later]
    if max(lengths) > _FURTHEST:
        raise SeriesRefused(
            "A date of this event lasts, or was moved, more than ten years; correct it in the calendar."
        )
    return max(lengths) + DAY


def _walls(master: Written, begin: datetime, end: datetime, limit: int) -> list[datetime]:
    """The original starts from `begin` to `end`, without those the series leaves out."""
    spare = int((end - begin) / DAY)  # a look is rough, and what lies only within reach is not counted
    taken = map(rules.take_apart, master.rules)
    wanted = [rule for rule in taken if rules.check(rule, master.start, begin, end, limit, spare)]
    starts = {*master.rdates, *dict(master.periods)} | (set() if _over_before_start(master) else {master.start})
    starts = {wall for wall in starts if begin <= wall < end}
    if wanted:
        starts |= set(_counted(master, [rule.text for rule in wanted], begin, end))
    return sorted(wall for wall in starts if not master.leaves_out(wall))


def _over_before_start(master: Written) -> bool:
    """How some calendars write a series whose every date was taken away: UNTIL lies before its start."""
    until = [_until(rule, master) for rule in master.rules]
    return bool(until) and all(last is not None and last < master.start for last in until)


def _counted(master: Written, texts: list[str], begin: datetime, end: datetime) -> list[datetime]:
    """What the rule engine finds. It gets wall times without a zone: what it counts is dates on a calendar."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", "UID:series", f"DTSTART:{time_text(master.start)}"]
    lines += [f"RRULE:{_floating(text, master)}" for text in texts]
    calendar = icalendar.Calendar.from_ical(body([*lines, "END:VEVENT", "END:VCALENDAR"]))
    try:
        found = recurring_ical_events.of(calendar).between(begin, end)
    except (ValueError, TypeError):
        raise SeriesRefused("The rule of this event cannot be counted; correct it in the calendar.") from None
    return [event["DTSTART"].dt for event in found]


def _floating(text: str, master: Written) -> str:
    parts = [part for part in text.split(";") if not part.startswith("UNTIL=")]
    until = _until(text, master)
    return ";".join(parts if until is None else [*parts, f"UNTIL={time_text(until)}"])


def _until(text: str, master: Written) -> datetime | None:
    """The end of a rule, in wall time."""
    told = next((part.removeprefix("UNTIL=") for part in text.split(";") if part.startswith("UNTIL=")), None)
    if told is None:
        return None
    last = datetime.strptime(told, "%Y%m%dT%H%M%SZ" if told.endswith("Z") else "%Y%m%d")
    if master.all_day or last.year >= 9999:
        return last
    return times.wall_in(last.replace(tzinfo=UTC), master.zone)

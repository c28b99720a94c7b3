"""The calendar that Maple Street Elementary publishes: the school year around a day, and the same one changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from rehearsal.town.days import school_year
from rehearsal.town.event import Event
from rehearsal.town.ics import calendar, vevent
from rehearsal.town.oddities import hopeless_event, odd_events
from rehearsal.town.places import CENTER, SCHOOL
from rehearsal.town.series import series_events
from rehearsal.town.weekly import weekly_events
from rehearsal.town.yearly import year_events

_NOTICE = timedelta(days=2)  # changes leave the next day alone, so that a reminder already sent stays true


@dataclass(frozen=True, slots=True)
class Changes:
    """What `changed` does to the calendar: both events as they stood before, and the moved one as it stands after."""

    before: Event
    moved: Event
    cancelled: Event


def school_calendar(today: date) -> bytes:
    """The .ics file of the school year that holds `today` (July: the coming one). The same day gives the same bytes."""
    return published(today, events(today))


def changed(today: date) -> bytes:
    """The same calendar later that day: `changes(today)` were made to two events of the coming days."""
    made = changes(today)
    stamp = datetime.combine(today, time(12, 0))
    revised = {
        event.uid: replace(event, stamped=stamp, extra=(*event.extra, f"LAST-MODIFIED:{stamp:%Y%m%dT%H%M%SZ}"))
        for event in (made.moved, made.cancelled)
    }
    return published(today, [revised.get(event.uid, event) for event in events(today)])


def events(today: date) -> list[Event]:
    """All that can be read in the calendar of that day, in order of time."""
    year = school_year(today)
    found = (*year_events(year), *series_events(year), *odd_events(year), *weekly_events(today))
    return sorted(found, key=lambda event: (event.starts.isoformat(), event.uid))


def published(today: date, told: Iterable[Event]) -> bytes:
    """These events as the school's calendar of that day."""
    year = school_year(today)
    return calendar(f"{SCHOOL} {year.fall}-{year.spring}", (*map(vevent, told), hopeless_event(year)))


def changes(today: date) -> Changes:
    """Of the one-off events from the day after tomorrow on, the first moves by two hours, the second is cancelled."""
    moved, cancelled = [event for event in weekly_events(today) if _day(event) >= today + _NOTICE][:2]
    return Changes(
        before=moved,
        moved=_later(moved, timedelta(hours=2)),
        cancelled=replace(cancelled, extra=("STATUS:CANCELLED", "SEQUENCE:1")),
    )


def _later(event: Event, by: timedelta) -> Event:
    return replace(
        event,
        starts=event.starts + by,
        ends=event.ends and event.ends + by,
        place=f"{CENTER}, Upstairs Hall",
        extra=("SEQUENCE:1",),
    )


def _day(event: Event) -> date:
    return event.starts.date() if isinstance(event.starts, datetime) else event.starts

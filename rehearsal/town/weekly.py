"""What happens at Maple Street every week of the year: a parent coffee, a family night and a community Saturday.

Each is an event of its own with its own subject. They follow the calendar week, not `today`, so that a calendar written
tomorrow tells the same events again.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from rehearsal.town.days import family_holiday, school_year
from rehearsal.town.event import Event
from rehearsal.town.programs import SLOTS, Program, Slot

_WEEKS_BACK, _WEEKS_AHEAD = 1, 2  # two whole weeks ahead hold any 14 days after today


def weekly_events(today: date) -> tuple[Event, ...]:
    """The one-off events of the weeks around `today`, soonest first: last week's, this week's, the next two weeks'."""
    monday = today - timedelta(days=today.weekday())
    weeks = (monday + timedelta(weeks=n) for n in range(-_WEEKS_BACK, _WEEKS_AHEAD + 1))
    return tuple(_event(slot, week) for week in weeks for slot in SLOTS)


def _event(slot: Slot, monday: date) -> Event:
    day = _kept_free(monday + timedelta(days=slot.weekday))
    program = _program(slot, day)
    starts = datetime.combine(day, slot.starts)
    return Event(
        uid=f"{slot.slug}-{monday:%Y%m%d}@maple.example",
        title=program.title,
        starts=starts,
        ends=starts + timedelta(minutes=slot.minutes),
        place=program.place,
        text=program.text,
        categories=("PTA", slot.category),
    )


def _kept_free(day: date) -> date:
    """The day itself, or the nearest one before it that is no holiday."""
    return _kept_free(day - timedelta(days=1)) if family_holiday(day) else day


def _program(slot: Slot, day: date) -> Program:
    """Whose turn it is: the weeks are counted through, so that a subject comes back only after all others."""
    turns = _season(slot, day)
    return turns[day.toordinal() // 7 % len(turns)]


def _season(slot: Slot, day: date) -> tuple[Program, ...]:
    year = school_year(day)
    if not year.first_day <= day <= year.last_day:
        return slot.summer
    return slot.breaks if year.on_break(day) else slot.term

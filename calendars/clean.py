"""A VEVENT written again in one clean form, that of `Series.ics`: read again it says the same, whoever wrote the original."""

from __future__ import annotations

from datetime import datetime, timedelta

from calendars import times
from calendars.lines import escape
from calendars.times import Moment
from calendars.vevent import Written


def clean_lines(event: Written, original: datetime | None, series: Written) -> list[str]:
    """The VEVENT in one clean form. `original` is a wall time of `series`, the master that this is an exception of."""
    lines = ["BEGIN:VEVENT", f"UID:{escape(event.uid)}"]
    if original is not None:
        name = "RECURRENCE-ID;RANGE=THISANDFUTURE" if event.this_and_future else "RECURRENCE-ID"
        lines += times.property_lines(name, [original], series.zone, series.all_day)
    lines += times.property_lines("DTSTART", [event.start], event.zone, event.all_day)
    lines += _end_lines(event)
    lines += [f"RRULE:{rule}" for rule in event.rules]
    lines += times.property_lines("EXDATE", _left_out(event), event.zone, event.all_day)
    lines += times.property_lines("RDATE", list(event.rdates), event.zone, event.all_day)
    lines += [_period_line(event, *period) for period in event.periods]
    lines += [f"{name}:{escape(text)}" for name, text in _texts(event) if text]
    lines += [f"CATEGORIES:{','.join(map(escape, event.categories))}"] if event.categories else []
    lines += [f"URL:{event.url}"] if event.url else []
    return [*lines, f"STATUS:{event.status.upper()}", f"SEQUENCE:{event.sequence}", "END:VEVENT"]


def _end_lines(event: Written) -> list[str]:
    """DTEND, but in the hours around a clock change, where it would be read as another length, DURATION."""
    if event.all_day:
        return times.property_lines("DTEND", [event.end], event.zone, True)
    if not event.elapsed:
        return []
    if times.hours(Moment(event.end), event.start, event.zone) == event.elapsed:
        return times.property_lines("DTEND", [event.end], event.zone, False)
    return [f"DURATION:PT{int(event.elapsed.total_seconds())}S"]


def _texts(event: Written) -> list[tuple[str, str]]:
    return [("SUMMARY", event.title), ("DESCRIPTION", event.description), ("LOCATION", event.location)]


def _left_out(event: Written) -> list[datetime]:
    days = (datetime.combine(day, event.start.time()) for day in event.exdays)
    return sorted({*event.exdates, *days})


def _period_line(event: Written, begin: datetime, length: timedelta) -> str:
    minutes = int(length.total_seconds())
    return times.property_lines("RDATE;VALUE=PERIOD", [begin], event.zone, False)[0] + f"/PT{minutes}S"

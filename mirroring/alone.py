"""One date whose series is not in the feed, as an event of its own: calendar servers refuse exceptions without a series."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from calendars.lines import Block, block_lines, blocks, body, parse
from calendars.values import Series


def alone(series: Series, date: datetime) -> Series:
    """`series` has no master; `date` is the recurrence id of one of its exceptions."""
    wanted = date.astimezone(UTC)
    dates = [one.recurrence_id.astimezone(UTC) for one in series.exceptions if one.recurrence_id]
    calendar = blocks(series.ics.encode())[0]
    event = [part for part in calendar.blocks if part.name == "VEVENT"][dates.index(wanted)]
    single = Block("VEVENT", [line for line in event.lines if parse(line).name != "RECURRENCE-ID"])
    zones = [part for part in calendar.blocks if part.name == "VTIMEZONE"]
    inside = [line for part in (*zones, single) for line in block_lines(part)]
    text = body(["BEGIN:VCALENDAR", *calendar.lines, *inside, "END:VCALENDAR"]).decode()
    exception = series.exceptions[dates.index(wanted)]
    return replace(series, master=replace(exception, recurrence_id=None), exceptions=(), ics=text)

"""`read`: what a calendar says, and what is wrong with it. Touches no database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from calendars.expand import occurrences
from calendars.split import split
from calendars.values import FeedRefused, OccurrenceValue, Problem
from commands.outside import open_doors
from commands.telling import Json, aside, out, say_json, table
from config import site_checks as check
from config.mistake import Mistake
from config.settings import read_settings
from connector.errors import OutsideError
from upkeep.reading import read_calendar

app = typer.Typer()

LIMIT = 4000  # dates of one series
YEARS = 10


@app.command("read")
def read(
    place: Annotated[
        str, typer.Argument(metavar="FILE_OR_URL", help="An .ics file or a list of events (CSV), or its address.")
    ],
    timezone: Annotated[
        str, typer.Option("--timezone", metavar="ZONE", help="Where the file names none; also of what is shown.")
    ],
    start: Annotated[str, typer.Option("--from", metavar="DATE", help="The first day, like 2026-12-01.")],
    end: Annotated[str, typer.Option("--to", metavar="DATE", help="The day after the last.")],
    as_json: Json = False,
) -> None:
    """What a calendar says in a window of time, and what is wrong with it. The database is not touched.

    Ends with 0 when it was read, even if single events were refused; with 1 when the whole calendar was.
    """
    zone = ZoneInfo(check.timezone(timezone))
    begin, until = _window(start, end, zone)
    try:
        fetcher = open_doors(read_settings()).fetcher
        body, wrong = read_calendar(place, fetcher, subject="the calendar", zone=timezone)
    except (OutsideError, FeedRefused) as refused:
        reason = str(refused)
        aside(reason[:1].upper() + reason[1:])
        raise typer.Exit(1) from None
    found, problems = occurrences(split(body), timezone, begin, until, LIMIT)
    _tell([_date(one, zone) for one in found], [_problem(one) for one in (*problems, *wrong)], as_json)


def _window(start: str, end: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Local midnights. Mistake when it is no window of at most ten years."""
    first, after = _day(start, "--from"), _day(end, "--to")
    if after <= first:
        raise Mistake(f"--to {end} is not after --from {start}", "--to is the day after the last one that counts")
    if (after.year - YEARS, after.month, after.day) > (first.year, first.month, first.day):
        raise Mistake(f"{start} to {end} is more than {YEARS} years", "ask for less at once")
    return datetime.combine(first, time(), zone), datetime.combine(after, time(), zone)


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Mistake(f"{option} {text} is no date", "write it like 2026-12-01") from None


def _date(one: OccurrenceValue, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "uid": one.uid,
        "recurrence_id": _shown(one.recurrence_id, one.all_day, zone) if one.recurrence_id else None,
        "title": one.title,
        "location": one.location,
        "starts_at": _shown(one.starts_at, one.all_day, zone),
        "ends_at": _shown(one.ends_at, one.all_day, zone),
        "all_day": one.all_day,
        "status": one.status,
    }


def _shown(moment: datetime, all_day: bool, zone: ZoneInfo) -> str:
    """A day is the same day everywhere: its local midnight is meant, whatever zone it was read in."""
    if all_day and moment.time() == time():
        return datetime.combine(moment.date(), time(), zone).isoformat()
    return moment.astimezone(zone).isoformat()


def _problem(one: Problem) -> dict[str, Any]:
    return {"problem": one.problem, "uid": one.uid, "message": one.message}


def _tell(dates: Sequence[Mapping[str, Any]], problems: Sequence[Mapping[str, Any]], as_json: bool) -> None:
    if as_json:
        for line in (*dates, *problems):
            say_json(line)
        return
    if dates:
        out().print(table(dates, ("starts_at", "ends_at", "title", "location", "status")))
    else:
        aside("Nothing in this window.")
    if problems:
        out().print(table(problems, ("problem", "uid", "message"), title="What is wrong with it"))

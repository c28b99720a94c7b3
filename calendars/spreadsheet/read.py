"""A whole list, read: every line that can be becomes a VEVENT, every other one a sentence with its number and column."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from calendars import times
from calendars.gates import MOST_EVENTS
from calendars.lines import body, escape
from calendars.split import MADE_UP
from calendars.spreadsheet.days import Order, order_of
from calendars.spreadsheet.letters import text_of
from calendars.spreadsheet.table import Row, is_list, rows_of
from calendars.spreadsheet.when import BadCell, When, days_in, when
from calendars.values import FeedRefused, Problem
from calendars.words import normal, one_line
from config.columns import column_words, normal_form

_HEAD = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//pta-bridge//spreadsheet//EN")


@dataclass(frozen=True, slots=True)
class Lost:
    """What is known of a line that could not be read: of the events we know it means those with this id, else those
    with this title, else those on this day ("" and None = not known). They are not missing."""

    id: str = ""
    title: str = ""
    starts_at: datetime | None = None  # naive, of the school


@dataclass(frozen=True, slots=True)
class EventList:
    """`ics` is the list as iCalendar, with floating times: they are the school's."""

    ics: bytes = field(repr=False)
    problems: tuple[Problem, ...]
    lost: tuple[Lost, ...]


def read_list(content: bytes, zone: str) -> EventList:
    """Raises FeedRefused, one sentence, when this is no list of events, or most of its lines cannot be read."""
    text, problems = text_of(content)
    rows = rows_of(text)
    if len(rows) > MOST_EVENTS:
        raise FeedRefused(f"The list has {len(rows):,} lines, more than {MOST_EVENTS:,}; split it into several lists.")
    order, guessed = order_of((day for row in rows for day in days_in(row)), zone)
    problems += [_guess(order)] if guessed else []
    found: list[tuple[Row, When]] = []
    lost: list[Lost] = []
    for row in rows:
        try:
            found.append((row, _understood(row, order, zone)))
        except BadCell as wrong:
            problems.append(_problem(row, wrong.column, str(wrong)))
            lost.append(_lost(row, order, zone))
    if len(lost) > 3 and len(lost) * 2 > len(rows):
        raise FeedRefused(f"{len(lost):,} of its {len(rows):,} lines cannot be read; the first: {_first_of(problems)}")
    problems += [problem for row, at in found for problem in _doubts(row, at)]
    uids = _uids(found)
    events = [line for (row, at), uid in zip(found, uids, strict=True) for line in _vevent(row, at, uid)]
    return EventList(body([*_HEAD, *events, "END:VCALENDAR"]), tuple(problems), tuple(lost))


def looks_like_list(content: bytes) -> bool:
    """Has it a header that is understood?"""
    try:
        return is_list(text_of(content)[0])
    except FeedRefused:
        return False


def _understood(row: Row, order: Order, zone: str) -> When:
    if not one_line(row.cell("title")):
        raise BadCell("title", "is empty; say what the event is called")
    return when(row, order, zone)


# --- what is told


def _guess(order: Order) -> Problem:
    said = "the month first" if order == "month-first" else "the day first"
    message = (
        f"No day in the list shows whether days or months come first; it was read with {said}: "
        "write days like 2026-12-31 to be sure."
    )
    return Problem("order-guessed", "", message)


def _problem(row: Row, column: str, message: str) -> Problem:
    return Problem("bad-cell", _clean_id(row), f"Line {row.number:,}, column “{row.name(column)}”: {message}.")


def _first_of(problems: Sequence[Problem]) -> str:
    return next(problem.message for problem in problems if problem.problem == "bad-cell")


def _doubts(row: Row, at: When) -> list[Problem]:
    column, message = at.doubt
    found = [_problem(row, column, message)] if message else []
    if _status(row) is None:
        message = f"“{row.cell('status')[:40]}” is no status that is understood; it was read as confirmed"
        found.append(_problem(row, "status", message))
    return found


def _lost(row: Row, order: Order, zone: str) -> Lost:
    try:
        starts_at = when(row, order, zone).start
    except BadCell:
        starts_at = None
    return Lost(_clean_id(row), normal(one_line(row.cell("title"))), starts_at)


# --- who is who


def _uids(found: Sequence[tuple[Row, When]]) -> list[str]:
    """The id column; else title and day, and the whole of it where that is said twice."""
    named = [_digest(_title(row), at.start.date().isoformat()) for row, at in found]
    often = Counter(named)
    return [
        _clean_id(row)
        or (
            name
            if often[name] == 1
            else _digest(_title(row), at.start.isoformat(), normal(one_line(row.cell("place"))))
        )
        for (row, at), name in zip(found, named, strict=True)
    ]


def _digest(*told: str) -> str:
    return MADE_UP + hashlib.sha256("\n".join(told).encode()).hexdigest()[:24]


def _title(row: Row) -> str:
    return normal(one_line(row.cell("title")))


def _clean_id(row: Row) -> str:
    return one_line(row.cell("id"))


# --- iCalendar


def _vevent(row: Row, at: When, uid: str) -> list[str]:
    texts = {
        "SUMMARY": row.cell("title"), "LOCATION": row.cell("place"), "DESCRIPTION": row.cell("description"),
    }  # fmt: skip
    categories = [name for name in row.cell("category").replace(";", ",").split(",") if name.strip()]
    lines = ["BEGIN:VEVENT", f"UID:{escape(uid)}", _time("DTSTART", at.start, at.all_day)]
    lines += [_time("DTEND", at.end, at.all_day)] if at.end is not None else []
    lines += [f"{name}:{escape(text)}" for name, text in texts.items() if text]
    lines += [f"CATEGORIES:{','.join(escape(name.strip()) for name in categories)}"] if categories else []
    lines += [f"URL:{escape(row.cell('url'))}"] if row.cell("url") else []
    return [*lines, f"STATUS:{_status(row) or 'CONFIRMED'}", "END:VEVENT"]


def _time(name: str, wall: datetime, all_day: bool) -> str:
    """Without a zone: it is the school's, whatever that is."""
    return f"{name};VALUE=DATE:{times.date_text(wall)}" if all_day else f"{name}:{times.time_text(wall)}"


def _status(row: Row) -> str | None:
    """None for a word that is not understood."""
    words = column_words().words
    if normal_form(row.cell("cancelled")) in words["yes"] | words["is_cancelled"]:
        return "CANCELLED"
    said = normal_form(row.cell("status"))
    for kind, status in (("is_cancelled", "CANCELLED"), ("is_tentative", "TENTATIVE"), ("is_confirmed", "CONFIRMED")):
        if said in words[kind]:
            return status
    return None if said else "CONFIRMED"

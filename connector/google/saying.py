"""From an iCalendar object to what Google's events should say. Pure.

Google shows nothing of an event that it calls cancelled. So a cancelled event stays as it is, with a word before its title, and
as free time. The link stands as the last line of the text, where people find it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from icalendar import Calendar

from connector.google import marks, moments

_RULES = ("RRULE", "EXRULE", "RDATE", "EXDATE")


Component = Any  # icalendar's types name every kind of value at every place


class Unsayable(ValueError):
    """Google has no way to say this; the rest of a sentence with the mend."""


@dataclass(frozen=True, slots=True)
class Saying:
    """One event, or one date of a series, as far as the school owns it. `marks`: None takes one away."""

    texts: Mapping[str, str]
    start: Mapping[str, str]
    end: Mapping[str, str]
    recurrence: tuple[str, ...]
    status: str  # confirmed | tentative
    marks: Mapping[str, str | None]

    @property
    def is_cancelled(self) -> bool:
        return bool(self.marks[marks.CANCELLED])

    @property
    def is_free(self) -> bool:
        return self.is_cancelled or "date" in self.start


@dataclass(frozen=True, slots=True)
class Wanted:
    """One object. `dates` and `left_out` by the instant at which a date of the series would begin."""

    uid: str
    sequence: int
    event: Saying
    dates: Mapping[str, Saying]
    originals: Mapping[str, date | datetime]
    left_out: frozenset[str]


def read(body: bytes, word: str) -> Wanted:
    """`word` goes before the title of what is cancelled. Unsayable for what Google cannot hold."""
    events: list[Component] = list(Calendar.from_ical(body).walk("VEVENT"))
    lines = _rules_of_each(body)
    heads = [number for number, one in enumerate(events) if "RECURRENCE-ID" not in one]
    if len(heads) != 1:
        raise Unsayable(
            "cannot hold a date of a series without its series: ask the school's office to put the series in"
        )
    head = events[heads[0]]
    dated = [one for one in events if "RECURRENCE-ID" in one]
    if any(one["RECURRENCE-ID"].params.get("RANGE") for one in dated):
        raise Unsayable(
            "cannot change all later dates of a series at once: ask the school's office to end it and to begin a new one"
        )
    originals = {moments.instant(one["RECURRENCE-ID"].dt): one["RECURRENCE-ID"].dt for one in dated}
    return Wanted(
        uid=str(head["UID"]),
        sequence=int(head.get("SEQUENCE", 0)),
        event=_said(head, word, lines[heads[0]]),
        dates={moments.instant(one["RECURRENCE-ID"].dt): _said(one, word, (), date=True) for one in dated},
        originals=originals,
        left_out=_left_out(head),
    )


def whole(saying: Saying, marked: Mapping[str, str]) -> dict[str, Any]:
    """All fields of a new event."""
    told = {name: value for name, value in {**marked, **saying.marks}.items() if value}
    said: dict[str, Any] = {name: text for name, text in saying.texts.items() if text}
    said |= {"start": dict(saying.start), "end": dict(saying.end), "status": saying.status}
    said |= {"recurrence": list(saying.recurrence)} if saying.recurrence else {}
    said |= {"transparency": "transparent"} if saying.is_free else {}
    return {**said, "extendedProperties": {"private": told}}


def again(saying: Saying, marked: Mapping[str, str]) -> dict[str, Any]:
    """The same for one that was deleted: Google may have kept what it said then, so everything is said, also what is empty."""
    said: dict[str, Any] = {**saying.texts, "status": saying.status}
    said |= {"start": moments.in_a_patch(saying.start), "end": moments.in_a_patch(saying.end)}
    said["transparency"] = "transparent" if saying.is_free else "opaque"
    if marks.DATE not in saying.marks:  # a date of a series has no rule
        said["recurrence"] = list(saying.recurrence) or None
    return {**said, "extendedProperties": {"private": {**marked, **saying.marks}}}


def changes(event: Mapping[str, Any], saying: Saying) -> dict[str, Any]:
    """What of an event must change to say this; {} if it does. All else is the center's and is not named."""
    changed: dict[str, Any] = {name: text for name, text in saying.texts.items() if event.get(name, "") != text}
    for name, when in (("start", saying.start), ("end", saying.end)):
        if not moments.same(event[name], when, zone_counts=bool(saying.recurrence)):
            changed[name] = moments.in_a_patch(when)
    if sorted(event.get("recurrence", [])) != sorted(saying.recurrence):
        changed["recurrence"] = list(saying.recurrence) or None
    if event.get("status") != saying.status:
        changed["status"] = saying.status
    return changed | _changed_marks(event, saying)


def _changed_marks(event: Mapping[str, Any], saying: Saying) -> dict[str, Any]:
    stands = marks.private(event)
    if all(stands.get(name) == value for name, value in saying.marks.items()):
        return {}
    changed: dict[str, Any] = {"extendedProperties": {"private": {**stands, **saying.marks}}}
    if bool(stands.get(marks.CANCELLED)) != saying.is_cancelled:
        changed["transparency"] = "transparent" if saying.is_free else "opaque"
    return changed


def as_its_series(series: Saying, original: date | datetime) -> Saying:
    """A date of which the school says nothing of its own."""
    length = moments.length(moments.of_google(series.start), moments.of_google(series.end))
    return Saying(
        series.texts,
        moments.to_google(original),
        moments.to_google(moments.later(original, length)),
        (),
        series.status,
        {**series.marks, marks.DATE: None},
    )


def _said(event: Component, word: str, lines: tuple[str, ...], *, date: bool = False) -> Saying:
    start: Any = event["DTSTART"].dt
    cancelled, tentative = (str(event.get("STATUS", "")).upper() == status for status in ("CANCELLED", "TENTATIVE"))
    if lines and isinstance(start, datetime) and not _has_a_known_zone(event):
        raise Unsayable("knows no time zone like that of this series: ask the school's office to use a usual one")
    summary, link = str(event.get("SUMMARY", "")), str(event.get("URL", ""))
    categories = _categories(event)
    return Saying(
        texts={
            "summary": f"{word}: {summary}" if cancelled else summary,
            "description": "\n\n".join(part for part in (str(event.get("DESCRIPTION", "")), link) if part),
            "location": str(event.get("LOCATION", "")),
        },
        start=moments.to_google(start),
        end=moments.to_google(_end(event, start)),
        recurrence=lines,
        status="tentative" if tentative else "confirmed",
        marks={
            marks.LINK: "1" if link else None,
            marks.CATEGORIES: categories if categories and len(categories) <= marks.LONGEST else None,
            marks.CANCELLED: word if cancelled else None,
            **({marks.DATE: "1"} if date else {}),
        },
    )


def _end(event: Component, start: Any) -> date | datetime:
    if "DTEND" in event:
        end: date | datetime = event["DTEND"].dt
        return end
    if "DURATION" in event:
        return moments.later(start, event["DURATION"].dt)
    return start if isinstance(start, datetime) else moments.later(start, timedelta(days=1))


def _has_a_known_zone(event: Component) -> bool:
    start = event["DTSTART"]
    return "TZID" not in start.params or moments.zone_of(start.dt) == start.params["TZID"]


def _categories(event: Component) -> str:
    """As the line's value, still escaped."""
    said: Any = event.get("CATEGORIES")
    if said is None:
        return ""
    return ",".join(one.to_ical().decode() for one in (said if isinstance(said, list) else [said]))


def _left_out(head: Component) -> frozenset[str]:
    said: Any = head.get("EXDATE", [])
    dates = [one.dt for each in (said if isinstance(said, list) else [said]) for one in each.dts]
    return frozenset(map(moments.instant, dates))


def _rules_of_each(body: bytes) -> list[tuple[str, ...]]:
    """The lines of each VEVENT that say when it repeats, as they are written."""
    unfolded = body.decode().replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "").split("\n")
    found: list[list[str]] = []
    for line in unfolded:
        if line.upper() == "BEGIN:VEVENT":
            found.append([])
        elif found and line.partition(":")[0].partition(";")[0].upper() in _RULES:
            found[-1].append(line)
    return [tuple(lines) for lines in found]

"""From Google's events to an iCalendar object: what stands there of what the school owns. Pure.

What a center adds (guests, colours, reminders, attachments, calls) has no line here: it is never written, so it stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from connector.google import marks, moments, rule

Event = Mapping[str, Any]

_HEAD = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//pta-bridge//google//EN", "CALSCALE:GREGORIAN")


def body(head: Event | None, exceptions: Sequence[Event]) -> bytes:
    """One object: the event or series, and the dates of it that differ. A date that was taken out is an EXDATE."""
    said = [one for one in exceptions if one.get("status") != "cancelled" and (head is None or _differs(one, head))]
    gone = [one for one in exceptions if one.get("status") == "cancelled" and head is not None and _counts(one, head)]
    lines = _event(head, gone) if head is not None else []
    for one in sorted(said, key=_original):
        lines += _event(one, [])
    return "".join(_folded(line) + "\r\n" for line in (*_HEAD, *lines, "END:VCALENDAR")).encode()


def _original(event: Event) -> str:
    return moments.instant(moments.of_google(event["originalStartTime"]))


def _counts(gone: Event, head: Event) -> bool:
    return rule.names(head, moments.of_google(gone["originalStartTime"]))


def _differs(event: Event, head: Event) -> bool:
    """Does a date say anything that its series does not?"""
    if marks.private(event).get(marks.DATE) or _said(event) != _said(head):
        return True
    moved = not moments.same(event["start"], event["originalStartTime"], zone_counts=False)
    return moved or _length(event) != _length(head)


def _said(event: Event) -> tuple[object, ...]:
    return tuple(event.get(name, "") for name in ("summary", "description", "location", "status"))


def _length(event: Event) -> timedelta:
    return moments.length(moments.of_google(event["start"]), moments.of_google(event["end"]))


def _event(event: Event, gone: Iterable[Event]) -> list[str]:
    description, link = _text_and_link(event)
    title, status = _title_and_status(event)
    texts = {"SUMMARY": title, "DESCRIPTION": description, "LOCATION": event.get("location", "")}
    free = event.get("transparency") == "transparent"
    return [
        "BEGIN:VEVENT",
        f"UID:{_escaped(str(event.get('iCalUID', event['id'])))}",
        *_stamps(event),
        f"SEQUENCE:{event.get('sequence', 0)}",
        *_when(event, gone),
        *(f"{name}:{_escaped(text)}" for name, text in texts.items() if text),
        *([f"URL:{link}"] if link else []),
        *([f"CATEGORIES:{marks.private(event)[marks.CATEGORIES]}"] if marks.CATEGORIES in marks.private(event) else []),
        f"STATUS:{status}",
        *(["TRANSP:TRANSPARENT"] if free else []),
        "END:VEVENT",
    ]


def _stamps(event: Event) -> list[str]:
    updated = event.get("updated")
    moment = datetime.fromisoformat(updated) if updated else datetime(1970, 1, 1, tzinfo=UTC)
    return [moments.line(name, moment.astimezone(UTC)) for name in ("DTSTAMP", "LAST-MODIFIED")]


def _when(event: Event, gone: Iterable[Event]) -> list[str]:
    start, end = moments.of_google(event["start"]), moments.of_google(event["end"])
    said = []
    if "originalStartTime" in event:
        said.append(moments.line("RECURRENCE-ID", moments.of_google(event["originalStartTime"])))
    said += [moments.line("DTSTART", start), _end(start, end), *event.get("recurrence", [])]
    said += [moments.line("EXDATE", moments.of_google(one["originalStartTime"])) for one in sorted(gone, key=_original)]
    return [line for line in said if line]


def _end(start: Any, end: Any) -> str:
    """DURATION where the hour of the end is there twice, so that no reader takes the wrong one."""
    if not isinstance(start, datetime):
        return moments.line("DTEND", end)
    end = end.astimezone(start.tzinfo)
    if end.fold:
        return f"DURATION:PT{int(moments.length(start, end).total_seconds())}S"
    return moments.line("DTEND", end) if end != start else ""


def _text_and_link(event: Event) -> tuple[str, str]:
    text = str(event.get("description", ""))
    if not marks.private(event).get(marks.LINK):
        return text, ""
    before, _, last = text.rpartition("\n")
    return (before.rstrip("\n"), last) if last.startswith(("http://", "https://")) else (text, "")


def _title_and_status(event: Event) -> tuple[str, str]:
    """Where somebody took our word away from the title, nobody can see any more that it is cancelled."""
    title, word = str(event.get("summary", "")), marks.private(event).get(marks.CANCELLED)
    if word and title.startswith(f"{word}: "):
        return title.removeprefix(f"{word}: "), "CANCELLED"
    return title, "TENTATIVE" if event.get("status") == "tentative" else "CONFIRMED"


def _escaped(text: str) -> str:
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n"), ("\r", "")):
        text = text.replace(plain, written)
    return text


def _folded(line: str) -> str:
    """At 75 octets, between characters."""
    parts, size = [""], 0
    for char in line:
        width = len(char.encode())
        if size + width > 74:
            parts.append(" ")
            size = 1
        parts[-1] += char
        size += width
    return "\r\n".join(parts)

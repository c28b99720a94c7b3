"""The gates a feed passes before anything in it is believed: is it a calendar, and is it whole."""

from __future__ import annotations

import re

from calendars.lines import BOM, boundary, joined
from calendars.values import FeedRefused

LARGEST = 20 * 1024 * 1024
MOST_EVENTS = 60_000
_EDGES = re.compile(rb"^(?:BEGIN|END):.*$", re.MULTILINE | re.IGNORECASE)
DEEPEST = 16  # components inside components; calendars use four


def check(body: bytes) -> None:
    """Raises FeedRefused, one sentence, when the body is not one whole calendar (or several) of a bearable size."""
    if len(body) > LARGEST:
        raise FeedRefused("The feed is larger than 20 MB; publish fewer past years, or split it into two calendars.")
    text = body.removeprefix(BOM).strip()
    if not text:
        raise FeedRefused("The feed is empty; check that the calendar is still published at this address.")
    if text[:15].upper() != b"BEGIN:VCALENDAR":
        raise FeedRefused(_instead(text))
    _whole(text)


def _instead(text: bytes) -> str:
    start = text[:1000].lower()
    if text[:1] == b"<" or b"<html" in start or b"<!doctype" in start:
        return (
            "The address gives a web page instead of a calendar; it may ask for a sign-in, or the calendar has moved: "
            "copy its .ics address again."
        )
    if text[:1] in b"{[":
        return "The address gives JSON instead of a calendar; copy the calendar's .ics address again."
    return "What the address gives does not begin like a calendar (BEGIN:VCALENDAR); copy its .ics address again."


def _whole(text: bytes) -> None:
    if text.rsplit(b"\n", 1)[-1].rsplit(b"\r", 1)[-1].strip().upper() != b"END:VCALENDAR":
        raise FeedRefused("The feed is cut off: it does not end with END:VCALENDAR; the next reading may be whole.")
    path: list[bytes] = []
    events = 0
    for word, name in filter(None, map(boundary, _EDGES.findall(joined(text)))):
        if word == b"BEGIN":
            path.append(name)
            if len(path) > DEEPEST:
                raise FeedRefused(
                    "The feed is damaged: its parts lie inside each other without end; tell its publisher."
                )
            events += name == b"VEVENT"
        elif not path or path.pop() != name:
            raise FeedRefused(f"The feed is damaged: END:{_shown(name)} has no BEGIN; tell who publishes the calendar.")
    if path:
        raise FeedRefused(f"The feed is damaged: BEGIN:{_shown(path[-1])} has no END; tell who publishes the calendar.")
    if events > MOST_EVENTS:
        raise FeedRefused(
            f"The feed has {events:,} events, more than {MOST_EVENTS:,}; split it into several calendars."
        )


def _shown(name: bytes) -> str:
    return name[:40].decode("ascii", "replace")

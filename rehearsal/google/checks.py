"""What an event may say: https://developers.google.com/workspace/calendar/api/v3/reference/events

The live service forgives some of what is refused here: a client that passes this asks for nothing that is not documented.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rehearsal.google import times
from rehearsal.google.refusals import invalid

WRITABLE = {
    "attendees", "colorId", "conferenceData", "description", "end", "extendedProperties", "guestsCanInviteOthers",
    "guestsCanModify", "guestsCanSeeOtherGuests", "location", "recurrence", "reminders", "sequence", "source", "start",
    "status", "summary", "transparency", "visibility",
}  # fmt: skip
AT_IMPORT = WRITABLE | {"iCalUID", "organizer"}
AT_INSERT = WRITABLE | {"id", "iCalUID"}
_TEXTS = {"description", "location", "summary", "colorId", "iCalUID", "id"}
_WORDS = {
    "status": {"confirmed", "tentative", "cancelled"},
    "transparency": {"opaque", "transparent"},
    "visibility": {"default", "public", "private", "confidential"},
}


def asked(body: Any, allowed: set[str]) -> Mapping[str, Any]:
    """The body of a request: known fields of the right kind only."""
    if not isinstance(body, Mapping):
        raise invalid("Parse Error", "parseError")
    if unknown := sorted(body.keys() - allowed):
        raise invalid(f"Unknown or read-only field: {unknown[0]}")
    for name in _TEXTS & body.keys():
        if body[name] is not None and not isinstance(body[name], str):
            raise invalid(f"Invalid value for: {name}")
    for name, words in _WORDS.items():
        if body.get(name) is not None and body[name] not in words:
            raise invalid(f"Invalid value for: {name}")
    return body


def whole(event: Mapping[str, Any]) -> None:
    """The event as it would stand."""
    for name in ("start", "end"):
        if name not in event:
            raise invalid(f"Missing {name} time.", "required")
    try:
        recurring = bool(event.get("recurrence"))
        times.check(event["start"], recurring=recurring)
        times.check(event["end"], recurring=recurring)
        if times.kind(event["start"]) != times.kind(event["end"]):
            raise ValueError("Start and end times must either both be date or both be dateTime.")
        if recurring:
            times.starts(event["start"], event["recurrence"])
    except (ValueError, TypeError) as wrong:
        raise invalid(str(wrong)) from None
    length = times.length(event)
    if length.total_seconds() < 0 or ("date" in event["start"] and not length):
        raise invalid("The specified time range is empty.", "timeRangeEmpty")
    _properties(event)


def _properties(event: Mapping[str, Any]) -> None:
    """https://developers.google.com/workspace/calendar/api/guides/extended-properties: sizes of keys and values."""
    for kind, properties in event.get("extendedProperties", {}).items():
        if kind not in ("private", "shared"):
            raise invalid("Invalid extended properties.")
        for name, value in properties.items():
            if len(name) > 44 or not isinstance(value, str) or len(value) > 1024:
                raise invalid("Invalid extended property.")

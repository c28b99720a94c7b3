"""The methods of the Calendar API that are played: https://developers.google.com/workspace/calendar/api/v3/reference

list, get, instances, import, insert, patch, delete. Parameters that no document names are refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rehearsal.google import checks, times
from rehearsal.google.calendar import Calendar, Event, within
from rehearsal.google.refusals import Refusal, invalid

Query = Mapping[str, list[str]]

_LIST = {
    "iCalUID", "maxResults", "pageToken", "privateExtendedProperty", "showDeleted", "singleEvents", "syncToken",
    "timeMax", "timeMin", "fields",
}  # fmt: skip
_NOT_WITH_TOKEN = {"iCalUID", "privateExtendedProperty", "timeMin", "timeMax"}
_INSTANCES = {"maxResults", "originalStart", "pageToken", "showDeleted", "timeMax", "timeMin"}
_MAY_READ = {"reader", "writer", "owner"}
_MAY_WRITE = {"writer", "owner"}


def events_list(calendar: Calendar, role: str, query: Query) -> dict[str, Any]:
    _only(query, _LIST)
    if _flag(query, "singleEvents"):
        raise invalid("The stand-in does not play singleEvents.")
    token = _one(query, "syncToken")
    if token is not None and (_NOT_WITH_TOKEN & query.keys() or _one(query, "showDeleted") == "false"):
        raise invalid("Sync token cannot be combined with other query restrictions.")
    if token is not None:
        found = calendar.since(token)
    else:
        found = [one for one in calendar.events.values() if _flag(query, "showDeleted") or _is_told(calendar, one)]
    found = [one for one in found if _matches(calendar.shown(one), query)]
    page, following = _page(within(found, *_bounds(query)), query, calendar.largest_page)
    items = [calendar.shown(one) for one in page]
    if role == "freeBusyReader":
        items = [{"id": one["id"], "status": one["status"]} for one in items]
    head = {"kind": "calendar#events", "etag": '"1"', "summary": "Center", "timeZone": calendar.zone}
    ends = {"nextPageToken": following} if following else {"nextSyncToken": calendar.token()}
    return {
        **head,
        "updated": "2026-01-01T00:00:00Z",
        "accessRole": role,
        "defaultReminders": [],
        "items": items,
        **ends,
    }


def events_instances(calendar: Calendar, id: str, query: Query) -> dict[str, Any]:
    _only(query, _INSTANCES)
    found = [one for one in calendar.instances(id) if _flag(query, "showDeleted") or one["status"] != "cancelled"]
    wanted = _one(query, "originalStart")
    if wanted is not None:
        found = [one for one in found if _same(one["originalStartTime"], wanted)]
    page, following = _page(within(found, *_bounds(query)), query, calendar.largest_page)
    ends = {"nextPageToken": following} if following else {}
    return {"kind": "calendar#events", "items": [calendar.shown(one) for one in page], **ends}


def events_get(calendar: Calendar, id: str, query: Query) -> dict[str, Any]:
    _only(query, set())
    return calendar.shown(calendar.find(id))


def events_import(calendar: Calendar, body: Any, query: Query, by: str) -> dict[str, Any]:
    """Documents say that it adds a copy; people report that an iCalUID that is there is refused, deleted or not."""
    _only(query, set())
    asked = checks.asked(body, checks.AT_IMPORT)
    if not asked.get("iCalUID"):
        raise invalid("Missing iCalUID.", "required")
    organizer = asked.get("organizer", {}).get("email")
    if organizer not in (None, calendar.id):
        message = "The owner of the calendar must either be the organizer or an attendee of an event that is imported."
        raise Refusal(400, "participantIsNeitherOrganizerNorAttendee", message, domain="calendar")
    return calendar.shown(calendar.add(asked, by))


def events_insert(calendar: Calendar, body: Any, query: Query, by: str) -> dict[str, Any]:
    _only(query, {"sendUpdates"})
    asked = checks.asked(body, checks.AT_INSERT)
    if "id" in asked and "iCalUID" in asked:
        raise invalid("Only one of id and iCalUID may be given.")
    id = asked.get("id", "00000")
    if not 5 <= len(id) <= 1024 or set(id) - set("0123456789abcdefghijklmnopqrstuv"):
        raise invalid("Invalid resource id value.")
    return calendar.shown(calendar.add(asked, by))


def events_patch(calendar: Calendar, id: str, body: Any, query: Query, if_match: str | None) -> dict[str, Any]:
    _only(query, {"sendUpdates"})
    return calendar.shown(calendar.patch(id, checks.asked(body, checks.WRITABLE), if_match))


def events_delete(calendar: Calendar, id: str, query: Query, if_match: str | None) -> None:
    _only(query, {"sendUpdates"})
    calendar.delete(id, if_match)


def may(role: str, *, write: bool) -> None:
    if write and role not in _MAY_WRITE:
        raise Refusal(403, "requiredAccessLevel", "You need to have writer access to this calendar.", domain="calendar")
    if not write and role not in _MAY_READ | {"freeBusyReader"}:
        raise Refusal(403, "forbidden", "Forbidden")


def _is_told(calendar: Calendar, event: Event) -> bool:
    """Deleted events are not; cancelled dates of a series that stands are."""
    if event["status"] != "cancelled":
        return True
    series = calendar.events.get(event.get("recurringEventId", ""))
    return series is not None and series["status"] != "cancelled"


def _matches(event: Event, query: Query) -> bool:
    if _one(query, "iCalUID") not in (None, event.get("iCalUID", _one(query, "iCalUID"))):
        return False
    private = event.get("extendedProperties", {}).get("private", {})
    pairs = (one.partition("=") for one in query.get("privateExtendedProperty", []))
    return all(private.get(name) == value for name, _, value in pairs)


def _page(events: list[Event], query: Query, most: int) -> tuple[list[Event], str]:
    size = int(_one(query, "maxResults") or 250)
    if not 1 <= size <= 2500:
        raise invalid("Invalid value for maxResults.")
    size = min(size, most)
    start = int((_one(query, "pageToken") or "page-0").removeprefix("page-"))
    ordered = sorted(events, key=lambda one: str(one["id"]))
    following = f"page-{start + size}" if len(ordered) > start + size else ""
    return ordered[start : start + size], following


def _bounds(query: Query) -> tuple[datetime | None, datetime | None]:
    low, high = (
        (datetime.fromisoformat(text) if text else None) for text in (_one(query, "timeMin"), _one(query, "timeMax"))
    )
    if any(one is not None and one.tzinfo is None for one in (low, high)):
        raise invalid("Bad Request: a time zone offset is mandatory.")
    return low, high


def _same(original: Mapping[str, str], wanted: str) -> bool:
    if "date" in original:
        return original["date"] == wanted
    return times.instant(original) == datetime.fromisoformat(wanted)


def _only(query: Query, known: set[str]) -> None:
    if unknown := sorted(query.keys() - known):
        raise invalid(f"Unknown parameter: {unknown[0]}")


def _one(query: Query, name: str) -> str | None:
    return query[name][-1] if name in query else None


def _flag(query: Query, name: str) -> bool:
    if (said := _one(query, name)) not in (None, "true", "false"):
        raise invalid(f"Invalid value for {name}.")
    return said == "true"

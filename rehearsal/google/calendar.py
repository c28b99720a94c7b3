"""One calendar: its events, their versions, and the order in which they changed."""

from __future__ import annotations

import copy
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from rehearsal.google import checks, times
from rehearsal.google.refusals import Refusal, full_sync, invalid, not_found

Event = dict[str, Any]
_WHEN = {"start", "end", "recurrence"}


class Calendar:
    """Events by id. `roles`: who may do what here.

    `tells_deleted`: details of a deleted event are still told. `restorable`: it may be patched back (the documents say so;
    people report 403). `largest_page`: pages may be smaller than what was asked for.
    """

    def __init__(self, id: str, zone: str, roles: Mapping[str, str]) -> None:
        self.id, self.zone, self.roles = id, zone, dict(roles)
        self.events: dict[str, Event] = {}
        self.tells_deleted = self.restorable = True
        self.largest_page = 2500
        self._changed: dict[str, int] = {}  # id -> number of its last change
        self._count = 0
        self._era = secrets.token_hex(4)

    # --- what there is

    def find(self, id: str) -> Event:
        """Also deleted ones, and instances that nobody touched yet. Raises 404."""
        if id in self.events:
            return self.events[id]
        series, _, _ = id.rpartition("_")
        for instance in self.instances(series) if series in self.events else ():
            if instance["id"] == id:
                return instance
        raise not_found()

    def instances(self, series: str) -> list[Event]:
        """Every date of a series: as it was changed, or as the series says."""
        head = self.events.get(series)
        if head is None or head["status"] == "cancelled" or not head.get("recurrence"):
            raise not_found()
        made = (self._instance(head, start) for start in times.starts(head["start"], head["recurrence"]))
        return [self.events.get(one["id"], one) for one in made]

    def exceptions(self, series: str) -> list[Event]:
        return [one for one in self.events.values() if one.get("recurringEventId") == series]

    def shown(self, event: Event) -> Event:
        """As answers have it. A deleted event may have nothing but its id, a cancelled date its place in its series."""
        kept = ("kind", "etag", "id", "status", "recurringEventId", "originalStartTime")
        if event["status"] == "cancelled" and (event.get("recurringEventId") or not self.tells_deleted):
            event = {name: event[name] for name in kept if name in event}
        told = copy.deepcopy(event)
        for name in ("start", "end", "originalStartTime"):
            if name in told:
                told[name] = times.shown(told[name], self.zone)
        return told

    def _instance(self, head: Event, start: datetime) -> Event:
        when = {name: times.moved(head[name], moment) for name, moment in _span(head, start).items()}
        left_out = {"recurrence", "sequence"}
        return {
            **{name: copy.deepcopy(value) for name, value in head.items() if name not in left_out},
            **when,
            "id": f"{head['id']}_{_stamp(head, start)}",
            "recurringEventId": head["id"],
            "originalStartTime": when["start"],
            "sequence": 0,
        }

    # --- changes

    def add(self, event: Mapping[str, Any], by: str = "someone@center.example") -> Event:
        """A new event, whole. Raises 409 where its iCalUID or id is there already, deleted or not."""
        made: Event = {"status": "confirmed", "sequence": 0, **copy.deepcopy(dict(event))}
        made.setdefault("id", secrets.token_hex(13))
        made.setdefault("iCalUID", f"{made['id']}@google.com")
        heads = (one for one in self.events.values() if "recurringEventId" not in one)
        if made["id"] in self.events or any(one["iCalUID"] == made["iCalUID"] for one in heads):
            raise Refusal(409, "duplicate", "The requested identifier already exists.")
        checks.whole(made)
        self.events[made["id"]] = made
        person = {"email": by}
        made.update(kind="calendar#event", created=_now(), creator=person, organizer={"email": self.id, "self": True})
        return self._touched(made)

    def patch(self, id: str, changes: Mapping[str, Any], if_match: str | None = None) -> Event:
        """Patch semantics: objects are merged, lists replaced, null takes away."""
        before = self.find(id)
        self._check_version(before, if_match)
        if before["status"] == "cancelled" and not (
            self.restorable and changes.get("status") in ("confirmed", "tentative")
        ):
            raise Refusal(403, "forbidden", "Forbidden")
        if "recurringEventId" in before and changes.get("recurrence"):
            raise invalid("Instances have no recurrence.")
        if changes.get("sequence", before["sequence"]) < before["sequence"]:
            raise invalid("Invalid sequence value. The specified sequence number is below the current one.")
        after = _merged(before, changes)
        if after["status"] == "cancelled":
            return self._cancelled(before)
        checks.whole(after)
        after["sequence"] += bool(_WHEN & changes.keys())
        self.events[id] = after
        return self._touched(after)

    def delete(self, id: str, if_match: str | None = None) -> None:
        event = self.find(id)
        self._check_version(event, if_match)
        if event["status"] == "cancelled":
            raise Refusal(410, "deleted", "Resource has been deleted")
        self._cancelled(event)

    def _cancelled(self, event: Event) -> Event:
        for one in self.exceptions(event["id"]):
            del self.events[one["id"]]
        self.events[event["id"]] = {**event, "status": "cancelled"}
        return self._touched(self.events[event["id"]])

    def _check_version(self, event: Event, if_match: str | None) -> None:
        if if_match not in (None, "*", event["etag"]):
            raise Refusal(412, "conditionNotMet", "Precondition Failed")

    def _touched(self, event: Event) -> Event:
        self._count += 1
        self._changed[event["id"]] = self._count
        event.update(etag=f'"{self._era}{self._count:08}"', updated=_now())
        return event

    # --- sync tokens

    def token(self) -> str:
        return f"{self._era}-{self._count}"

    def since(self, token: str) -> list[Event]:
        """What changed, deleted ones too. Raises 410 for a token that is none, or is of another time."""
        era, _, number = token.partition("-")
        if era != self._era or not number.isdecimal():
            raise full_sync()
        return [event for id, event in self.events.items() if self._changed[id] > int(number)]

    def forget_tokens(self) -> None:
        self._era = secrets.token_hex(4)


def _span(head: Event, start: datetime) -> dict[str, datetime]:
    return {"start": start, "end": start + times.length(head)}


def _stamp(head: Event, start: datetime) -> str:
    return f"{start:%Y%m%d}" if "date" in head["start"] else f"{start:%Y%m%dT%H%M%SZ}"


def _merged(before: Mapping[str, Any], changes: Mapping[str, Any]) -> Event:
    after = copy.deepcopy(dict(before))
    for name, value in changes.items():
        if value is None:
            after.pop(name, None)
        elif isinstance(value, Mapping):
            after[name] = _merged(after.get(name, {}), value)
        else:
            after[name] = copy.deepcopy(value)
    return after


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def within(events: Iterable[Event], low: datetime | None, high: datetime | None) -> list[Event]:
    """timeMin is a bound of ends, timeMax one of starts."""
    return [
        one
        for one in events
        if "start" not in one
        or ((low is None or times.instant(one["end"]) > low) and (high is None or times.instant(one["start"]) < high))
    ]

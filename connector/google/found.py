"""Events of Google's, put together to the objects that they are: a series with its dates is one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from connector.collection import Stored
from connector.google import marks, showing

Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """One object. `head` is None where only single dates of somebody's series are in this calendar."""

    head: Event | None
    dates: tuple[Event, ...]

    @property
    def name(self) -> str:
        return marks.name_of(self.head or {"id": self.dates[0]["recurringEventId"]})

    @property
    def etag(self) -> str:
        """The event's own; of a series, with a digest of its dates' ones: each of them is changed by itself."""
        own = str(self.head["etag"]) if self.head else ""
        others = sorted(f"{one['id']} {one['etag']}" for one in self.dates)
        return f"{own} {hashlib.sha256(repr(others).encode()).hexdigest()[:20]}" if others else own

    @property
    def stored(self) -> Stored:
        return Stored(showing.body(self.head, self.dates), self.etag)


def together(events: Iterable[Event]) -> list[Found]:
    """Deleted events are left out; cancelled dates of a series belong to it, and dates of what is none any more do not count."""
    heads: dict[str, Event] = {}
    dates: dict[str, list[Event]] = {}
    for event in events:
        if "recurringEventId" in event:
            dates.setdefault(event["recurringEventId"], []).append(event)
        elif event.get("status") != "cancelled":
            heads[event["id"]] = event
    alone = {id: found for id, found in dates.items() if id not in heads and any("start" in one for one in found)}
    objects = [Found(head, tuple(dates.get(id, ()) if head.get("recurrence") else ())) for id, head in heads.items()]
    return objects + [Found(None, tuple(one for one in found if "start" in one)) for found in alone.values()]

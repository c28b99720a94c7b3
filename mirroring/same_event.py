"""One event in two calendars: which of them tells it, so that families hear it once. Pure.

A PTA lists the school's book fair in its own calendar, or a copy of a calendar is subscribed to beside it. What was told
already tells on, then what was known first. Two events that stand outside already are left as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from calendars.words import normal
from models.event import Event

_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Pairing:
    """`told_by`: id of the event that tells it. `fingerprint`: its own when the two were last seen to be the same."""

    told_by: str
    fingerprint: str


def pair(heads: Sequence[Event], listed: Mapping[str, bool], told: Iterable[str]) -> dict[str, Pairing]:
    """id -> Pairing, for each event that another one tells. `heads`: no exceptions of series.

    `listed`: id -> whether its calendar lists it still. `told`: ids of events that something stands outside for.
    """
    outside, by_id = frozenset(told), {one.id: one for one in heads}
    twins = [one for one in heads if _holds(one, by_id.get(one.told_by), listed)]
    pairs = {twin.id: _paired(twin, by_id[twin.told_by]) for twin in twins}
    groups, named = _Groups(), {one.told_by for one in twins}
    for id in named:
        groups.begin(by_id[id], [one.source for one in twins if one.told_by == id])
    rest = [one for one in heads if one.id not in pairs and one.id not in named]
    for one in sorted(rest, key=lambda one: (one.id not in outside, one.first_seen_at, one.source, one.id)):
        found = groups.find(one, outside)
        if found is None:
            groups.begin(one, [])
        else:
            pairs[one.id] = _paired(one, found)
    return pairs


def alike(one: Event, other: Event) -> bool:
    """What families would call the same: title, start and place; a copy under the same UID may lag in one of the first two."""
    same_title, same_start = normal(one.title) == normal(other.title), _start(one) == _start(other)
    if _identity(one) == _identity(other):
        return same_title or same_start
    same_kind = (one.all_day, bool(one.rhythm)) == (other.all_day, bool(other.rhythm))
    return same_title and same_start and same_kind and _places_agree(one.location, other.location)


def _holds(twin: Event, teller: Event | None, listed: Mapping[str, bool]) -> bool:
    """Does an older pairing stand? A copy that lags says what it said then; one whose teller is gone speaks for it."""
    if teller is None or teller.told_by or teller.source == twin.source:
        return False
    return twin.fingerprint == twin.told_by_fingerprint or alike(twin, teller) or not listed[teller.id]


def _paired(twin: Event, teller: Event) -> Pairing:
    return Pairing(teller.id, twin.fingerprint if alike(twin, teller) else twin.told_by_fingerprint)


class _Groups:
    """Those who tell, found by title and start, or by UID. A calendar that lists an event twice means two events."""

    def __init__(self) -> None:
        self._by_key: dict[object, list[Event]] = {}
        self._sources: dict[str, set[str]] = {}

    def begin(self, teller: Event, sources: Iterable[str]) -> None:
        self._sources[teller.id] = {teller.source, *sources}
        for key in _keys(teller):
            self._by_key.setdefault(key, []).append(teller)

    def find(self, event: Event, outside: frozenset[str]) -> Event | None:
        known = [teller for key in _keys(event) for teller in self._by_key.get(key, ())]
        free = [
            teller
            for teller in known
            if event.source not in self._sources[teller.id]
            and not {event.id, teller.id} <= outside
            and alike(event, teller)
        ]
        found = min(free, key=lambda one: normal(one.location) != normal(event.location), default=None)
        if found is not None:
            self._sources[found.id].add(event.source)
        return found


def _keys(event: Event) -> tuple[object, object]:
    return (_identity(event), (normal(event.title), _start(event)))


def _identity(event: Event) -> object:
    return event.uid, event.variant, event.recurrence_id.astimezone(UTC) if event.recurrence_id else None


def _start(event: Event) -> datetime:
    return event.starts_at.astimezone(UTC)


def _places_agree(one: str, other: str) -> bool:
    """The same, told more fully, or not told at all."""
    words, others = set(_WORDS.findall(normal(one))), set(_WORDS.findall(normal(other)))
    return words <= others or others <= words

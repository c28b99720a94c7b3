"""Which of the events that share a UID is which of those we know. Pure.

Reading a copy calls the soonest of them "" and the others by a digest: that order changes when one comes or goes, the
row of an event must not. So each keeps the variant under which we know it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from calendars.values import EventValue, OccurrenceValue, Series
from mirroring.facts import same_words

Dated = tuple[Series, list[OccurrenceValue]]


def told_apart(found: Sequence[Dated], known: Mapping[str, EventValue]) -> list[Dated]:
    """`found` under one UID, with the variants of the known events that they are. `known`: variant -> master."""
    free = dict(known)
    names: dict[int, str] = {}
    for likeness in (_same, _most_alike):
        for place, (series, _) in enumerate(found):
            if place not in names and series.master and free and (name := likeness(series.master, free)) is not None:
                names[place] = name
                del free[name]
    taken = {*known, *names.values()}
    for place, (series, _) in enumerate(found):
        if place not in names:
            names[place] = series.variant if series.variant not in taken or not series.master else _new(series.master)
            taken.add(names[place])
    return [(replace(series, variant=names[place]), dates) for place, (series, dates) in enumerate(found)]


def _same(event: EventValue, known: Mapping[str, EventValue]) -> str | None:
    return next((name for name, one in known.items() if _told(one) == _told(event)), None)


def _most_alike(event: EventValue, known: Mapping[str, EventValue]) -> str | None:
    """It changed: the one with its title, else the nearest in time."""

    def distance(name: str) -> tuple[bool, timedelta]:
        return not same_words(known[name].title, event.title), abs(known[name].starts_at - event.starts_at)

    return min(known, key=distance)


def _told(event: EventValue) -> tuple[datetime, str, str]:
    title, place = (" ".join(text.casefold().split()) for text in (event.title, event.location))
    return event.starts_at.astimezone(UTC), title, place


def _new(event: EventValue) -> str:
    start, title, place = _told(event)
    return sha256(f"{start.isoformat()}\n{title}\n{place}".encode()).hexdigest()[:12]

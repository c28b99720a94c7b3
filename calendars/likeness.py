"""Recognises events whose UIDs all changed (a publisher moved to other software) by what families would recognise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import UTC

from calendars.values import EventValue
from calendars.words import normal

Key = tuple[str, str]  # uid, variant
Named = tuple[str, EventValue]


def match(
    vanished: Sequence[EventValue],
    appeared: Sequence[EventValue],
    variants: tuple[Sequence[str], Sequence[str]] = ((), ()),
) -> dict[Key, Key]:
    """(uid, variant) of what vanished -> of what appeared. Same start, all-day and title; the place where several agree.

    Only what is clear: each side once. `variants` go beside the two lists, where events share a UID (default: all "").
    """
    old, new = _with_variants(vanished, variants[0]), _with_variants(appeared, variants[1])
    found: dict[Key, Key] = {}
    for likeness in (_same_but_place, _same):
        rest = [named for named in old if _key(named) not in found]
        taken = set(found.values())
        free = [named for named in new if _key(named) not in taken]
        found |= _pairs(rest, free, likeness)
    return found


def _with_variants(events: Sequence[EventValue], variants: Sequence[str]) -> list[Named]:
    return list(zip(variants or [""] * len(events), events, strict=True))


def _key(named: Named) -> Key:
    return named[1].uid, named[0]


def _pairs(old: Iterable[Named], new: Iterable[Named], likeness: Callable[[EventValue], Hashable]) -> dict[Key, Key]:
    before, after = _grouped(old, likeness), _grouped(new, likeness)
    clear = (alike for alike in before if len(before[alike]) == 1 and len(after.get(alike, ())) == 1)
    return {_key(before[alike][0]): _key(after[alike][0]) for alike in clear}


def _grouped(events: Iterable[Named], likeness: Callable[[EventValue], Hashable]) -> dict[Hashable, list[Named]]:
    groups: dict[Hashable, list[Named]] = defaultdict(list)
    for named in events:
        groups[likeness(named[1])].append(named)
    return groups


def _same_but_place(event: EventValue) -> Hashable:
    return event.all_day, event.starts_at.astimezone(UTC), normal(event.title), event.recurrence_id is None


def _same(event: EventValue) -> Hashable:
    return _same_but_place(event), normal(event.location)

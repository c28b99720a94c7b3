"""Recognises an event that came without an id and was corrected: another day in its line, or a slip in its title.

The UID of such an event is made of its title and day (`split.MADE_UP`), so a correction takes it away and brings another.
Who corrects a line in a list means the same event; only where that is clear is it taken so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from difflib import SequenceMatcher

from calendars.likeness import Key, Named
from calendars.split import MADE_UP
from calendars.words import normal

_NEAR = timedelta(days=31)  # further apart, it is one event less and another one more
_ALIKE = 0.75  # of two titles: above, one is the other with a slip


def corrected(vanished: Iterable[Named], appeared: Iterable[Named]) -> dict[Key, Key]:
    """(uid, variant) of what vanished -> of what appeared. Both are (variant, event); give only what is not over."""
    old, new = _made_up(vanished), _made_up(appeared)
    found = _moved(old, new)
    taken = set(found.values())
    return found | _renamed(
        [one for one in old if _key(one) not in found], [one for one in new if _key(one) not in taken]
    )


def _made_up(events: Iterable[Named]) -> list[Named]:
    return [(variant, event) for variant, event in events if event.uid.startswith(MADE_UP)]


def _key(named: Named) -> Key:
    return named[1].uid, named[0]


def _start(named: Named) -> datetime:
    return named[1].starts_at.astimezone(UTC)


def _moved(old: Sequence[Named], new: Sequence[Named]) -> dict[Key, Key]:
    """The same title as often on both sides: one after the other."""
    before, after = _grouped(old, _title), _grouped(new, _title)
    found: dict[Key, Key] = {}
    for title, gone in before.items():
        come = after.get(title, [])
        pairs = list(zip(gone, come, strict=False))
        if len(gone) == len(come) and all(abs(_start(to) - _start(one)) <= _NEAR for one, to in pairs):
            found |= {_key(one): _key(to) for one, to in pairs}
    return found


def _renamed(old: Sequence[Named], new: Sequence[Named]) -> dict[Key, Key]:
    """The only one of its time on both sides, with almost the same title."""
    before, after = _grouped(old, _time), _grouped(new, _time)
    pairs = [(gone[0], after[at][0]) for at, gone in before.items() if len(gone) == len(after.get(at, ())) == 1]
    return {
        _key(one): _key(to) for one, to in pairs if SequenceMatcher(None, _title(one), _title(to)).ratio() >= _ALIKE
    }


def _title(named: Named) -> str:
    return normal(named[1].title)


def _time(named: Named) -> Hashable:
    return named[1].all_day, _start(named)


def _grouped(events: Iterable[Named], likeness: Callable[[Named], Hashable]) -> dict[Hashable, list[Named]]:
    groups: dict[Hashable, list[Named]] = defaultdict(list)
    for named in sorted(events, key=_start):
        groups[likeness(named)].append(named)
    return groups

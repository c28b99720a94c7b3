"""The names under which events are published. A name that changes is a second event in every calendar program."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

_PLAIN = re.compile(r"[!-~]{1,199}")
_NEEDS_ESCAPE = frozenset(',;\\"')


@dataclass(frozen=True, slots=True)
class Named:
    """An event that is, or was, to be published. `kept` is the name that it has for good, "" if none was kept yet."""

    id: str
    uid: str
    variant: str
    date: datetime | None
    kept: str
    first_seen_at: datetime


def first_name(uid: str, variant: str, date: datetime | None) -> str:
    """The calendar's own UID where every program can bear it, with what tells apart events that share it; else a digest.

    `date` is that of an exception which stands without its series. Under 200 ASCII characters in any case.
    """
    whole = "-".join(part for part in (uid, variant, f"{date.astimezone(UTC):%Y%m%dT%H%M%SZ}" if date else "") if part)
    return whole if _PLAIN.fullmatch(whole) and not _NEEDS_ESCAPE & set(whole) else opaque(whole)


def published(events: Iterable[Named]) -> dict[str, str]:
    """id -> name, each name once: where two would have the same, who was seen first keeps it."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for one in sorted(events, key=lambda one: (one.first_seen_at, not one.kept, one.id)):
        name = one.kept or first_name(one.uid, one.variant, one.date)
        names[one.id] = opaque(one.id) if name in taken else name
        taken.add(names[one.id])
    return names


def opaque(told: str) -> str:
    return f"{sha256(told.encode('utf-8', 'surrogatepass')).hexdigest()[:40]}@pta-bridge"

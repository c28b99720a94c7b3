"""What a new copy of a feed means for the events we know. Pure: values and `now` in, a decision out.

Silence is suspicious: an event that an otherwise good feed no longer lists is `missing`, never gone; and when too much
vanishes at once, the whole copy is held for a person.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from calendars.corrected import corrected
from calendars.likeness import match
from calendars.values import EventValue

_SHOWN = 5  # titles in the reason for a hold

Pair = tuple[str, str]  # (uid, variant)
Key = tuple[str, str, datetime | None]  # and, for exceptions that stand without their series, the date in UTC


@dataclass(frozen=True, slots=True)
class Known:
    """A head event as we remember it. `last_at` is when its last known date ends: it is future while that lies ahead."""

    id: str
    value: EventValue
    variant: str
    last_at: datetime
    missing: bool
    cancelled: bool

    @property
    def key(self) -> Key:
        return (self.value.uid, self.variant, self.value.recurrence_id)

    def is_ahead(self, now: datetime) -> bool:
        return self.last_at > now and not self.cancelled


@dataclass(frozen=True, slots=True)
class Reconciled:
    """`held` is a reason ("" = go on). `renamed`: old pair -> new pair. `vanished`, `returned`: keys of known events."""

    held: str
    renamed: Mapping[Pair, Pair]
    vanished: tuple[Key, ...]
    returned: tuple[Key, ...]


def reconcile(
    known: Sequence[Known],
    listed: Collection[Key],
    appeared: Sequence[tuple[EventValue, str]],
    *,
    now: datetime,
    released: bool,
) -> Reconciled:
    """`listed`: every key of the new copy, unreadable ones included; `appeared`: its head events that we don't know.

    Past events never go because they left the feed: they are not in `vanished`.
    """
    future = [one for one in known if one.is_ahead(now)]
    nameless = [one for one in known if one.key not in listed and one.value.recurrence_id is None]
    renames = match(
        [one.value for one in nameless],
        [value for value, _ in appeared],
        ([one.variant for one in nameless], [variant for _, variant in appeared]),
    )
    named = {*renames.values()}
    renames |= corrected(
        [(one.variant, one.value) for one in nameless if one.is_ahead(now) and one.key[:2] not in renames],
        [(variant, value) for value, variant in appeared if (value.uid, variant) not in named],
    )
    gone = [one for one in future if one.key not in listed and one.key[:2] not in renames and not one.missing]
    standing = [one for one in future if not one.missing]
    held = "" if released else _suspicion([one.value.title for one in gone], len(standing))
    back = tuple(one.key for one in known if one.missing and one.key in listed)
    return Reconciled(held, renames, tuple(one.key for one in gone), back)


def _suspicion(gone: Sequence[str], standing: int) -> str:
    """Why so much silence (the titles of what is gone) is not believed at once; "" when it is ordinary."""
    shown = ", ".join(title[:60] for title in gone[:_SHOWN]) + (", …" if len(gone) > _SHOWN else "")
    if gone and len(gone) == standing:
        return f"all {standing} coming events vanished from the feed at once ({shown})"
    if len(gone) > max(3, 0.2 * standing):
        return f"{len(gone)} of {standing} coming events vanished from the feed at once ({shown})"
    return ""

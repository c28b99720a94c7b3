"""What the rows of a source, and the groups of its new copy, say to `reconcile`: values and keys. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from calendars.split import MADE_UP
from calendars.spreadsheet.read import Lost
from calendars.values import EventValue, Split
from calendars.words import normal
from mirroring.dated import Parsed
from mirroring.memory import utc
from mirroring.reconcile import Key, Known
from mirroring.variants import told_apart
from models.event import Event


def known_heads(rows: Sequence[Event]) -> list[Known]:
    return [
        Known(
            id=row.id,
            value=_value(row),
            variant=row.variant,
            last_at=row.last_at,
            missing=row.missing_since is not None,
            cancelled=row.status == "cancelled",
        )
        for row in rows
        if not row.series
    ]


def _value(row: Event) -> EventValue:
    return EventValue(
        uid=row.uid,
        recurrence_id=row.recurrence_id,
        title=row.title,
        description=row.description,
        location=row.location,
        url=row.url,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        all_day=row.all_day,
        timezone=row.timezone,
        status="confirmed",
        sequence=row.sequence,
    )


def apart_as_known(parsed: Mapping[str, Parsed], known: Sequence[Known]) -> dict[str, Parsed]:
    """Events that share a UID keep the rows they have."""
    masters: dict[str, dict[str, EventValue]] = {}
    for one in known:
        if one.value.recurrence_id is None:
            masters.setdefault(one.value.uid, {})[one.variant] = one.value
    return {uid: replace(one, series=told_apart(one.series, masters.get(uid, {}))) for uid, one in parsed.items()}


def listed(parts: Split, parsed: Mapping[str, Parsed], rows: Sequence[Event]) -> set[Key]:
    """Keys that the copy lists. A group that was not parsed, or not whole, lists all that we know under its UID."""
    found: set[Key] = {
        (row.uid, row.variant, row.recurrence_id)
        for row in rows
        if row.uid in parts.groups and _trusts_memory(parsed.get(row.uid))
    }
    for uid, one in parsed.items():
        for series, _ in one.series:
            found |= {(uid, series.variant, utc(value.recurrence_id)) for value in series.exceptions}
            found |= {(uid, series.variant, None)} if series.master else set()
    return found


def still_meant(lines: Sequence[Lost], rows: Sequence[Event], zone: str) -> set[Key]:
    """Keys of the known events that unreadable lines mean: they are listed, and stand as they were."""
    ids = {line.id for line in lines if line.id}
    titles = {line.title for line in lines if line.title and not line.id}
    starts = {line.starts_at.replace(tzinfo=ZoneInfo(zone)) for line in lines if line.starts_at and not line.title}
    return {
        (row.uid, row.variant, row.recurrence_id)
        for row in rows
        if row.uid in ids or (row.uid.startswith(MADE_UP) and (normal(row.title) in titles or row.starts_at in starts))
    }


def _trusts_memory(parsed: Parsed | None) -> bool:
    return parsed is None or bool(parsed.lost)


def appeared(parsed: Mapping[str, Parsed], known: set[Key]) -> list[tuple[EventValue, str]]:
    return [
        (series.master, series.variant)
        for uid, one in parsed.items()
        for series, _ in one.series
        if series.master and (uid, series.variant, None) not in known
    ]

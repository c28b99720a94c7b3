"""What a held copy would change, as data: for the person who decides whether it is right. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from calendars.values import EventValue
from mirroring.dated import Parsed
from mirroring.facts import same_words
from mirroring.reconcile import Known, Reconciled

MOST = 200  # rows: who must decide needs to see what it is, not all of it
_ORDER = ("gone", "cancelled", "moved", "renamed", "place", "new", "back")
_Row = tuple[str, datetime, dict[str, str]]


def difference(
    known: Sequence[Known], parsed: Mapping[str, Parsed], decision: Reconciled, now: datetime
) -> list[dict[str, str]]:
    """Rows `{change when title place was}`, what vanishes first; beyond MOST one row `{change: "more", count}`.

    `change`: gone, cancelled, moved, renamed, place, new, back. `when` is a time in UTC, or a date for a whole day;
    `was` what stood there before: a time, a title or a place. What is over is left out.
    """
    rows = [*_known_ones(known, decision), *_listed_ones(known, parsed, decision, now)]
    rows.sort(key=lambda row: (_ORDER.index(row[0]), row[1]))
    told = [row for _, _, row in rows[:MOST]]
    return told + ([{"change": "more", "count": str(len(rows) - MOST)}] if len(rows) > MOST else [])


def _known_ones(known: Sequence[Known], decision: Reconciled) -> Iterator[_Row]:
    for change, keys in (("gone", {*decision.vanished}), ("back", {*decision.returned})):
        yield from (_row(change, one.value) for one in known if one.key in keys)


def _listed_ones(
    known: Sequence[Known], parsed: Mapping[str, Parsed], decision: Reconciled, now: datetime
) -> Iterator[_Row]:
    before = {decision.renamed.get(one.key[:2], one.key[:2]): one for one in known if one.value.recurrence_id is None}
    for uid, group in parsed.items():
        for series, dates in group.series:
            if series.master and any(date.ends_at > now for date in dates):
                yield from _compared(before.get((uid, series.variant)), series.master)


def _compared(one: Known | None, event: EventValue) -> Iterator[_Row]:
    if one is None:
        if event.status != "cancelled":
            yield _row("new", event)
        return
    was = one.value
    if event.status == "cancelled" and not one.cancelled:
        yield _row("cancelled", event)
    if _when(was) != _when(event):
        yield _row("moved", event, _when(was))
    if not same_words(was.title, event.title):
        yield _row("renamed", event, was.title)
    if not same_words(was.location, event.location):
        yield _row("place", event, was.location)


def _row(change: str, event: EventValue, was: str = "") -> _Row:
    told = {"change": change, "when": _when(event), "title": event.title, "place": event.location, "was": was}
    return change, event.starts_at.astimezone(UTC), told


def _when(event: EventValue) -> str:
    if event.all_day:
        return event.starts_at.astimezone(ZoneInfo(event.timezone)).date().isoformat()
    return event.starts_at.astimezone(UTC).isoformat()

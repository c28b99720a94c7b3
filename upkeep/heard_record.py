"""A line of who is heard as programs and spreadsheets read it. More keys may be added; none is ever renamed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from upkeep.heard import Heard, Line
from upkeep.heard_waits import Wait


def records(school: str, heard: Heard) -> Iterator[dict[str, Any]]:
    """First each language over all weeks (`week` is null), then week by week."""
    yield from (_record(school, heard, one) for one in heard.lines)
    for lines in zip(*heard.by_week.values(), strict=True):
        yield from (_record(school, heard, one) for one in lines)


def _record(school: str, heard: Heard, one: Line) -> dict[str, Any]:
    """Hours are working hours of the school. `*_at_least`: somebody still waits, so that it will be more."""
    first, last = (one.week, one.week) if one.week else (heard.weeks[0], heard.weeks[-1])
    return {
        "school": school, "language": one.language, "week": one.week.name if one.week else None,
        "from": first.monday.isoformat(), "to": last.sunday.isoformat(),
        "owed": one.owed, "answered": one.answered, "answered_share": share(one.answered, one.owed),
        "answered_elsewhere": one.elsewhere, "closed_unanswered": one.closed, "waiting": one.waiting, "timed": one.timed,
        **_wait("median", one.median), **_wait("p90", one.ninth),
        "promises_due": one.promised, "promises_kept": one.kept, "promises_kept_share": share(one.kept, one.promised),
        "unsure": one.unsure, "unsure_share": share(one.unsure, one.owed),
        "best_language": one.best or None, "gap": round(one.gap, 3) if one.gap is not None else None,
        "gap_at_least": one.gap_at_least, "flagged": one.is_flagged,
    }  # fmt: skip


def _wait(name: str, wait: Wait | None) -> dict[str, Any]:
    return {f"{name}_hours": round(wait.hours, 2) if wait else None, f"{name}_at_least": bool(wait and wait.at_least)}


def share(part: int, whole: int) -> float | None:
    """None of nothing: it is neither all nor none."""
    return round(part / whole, 4) if whole else None

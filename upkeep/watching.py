"""What the numbers that operators watch mean: in which state a page or a feed is, and who is missed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from models.pulse import Pulse, newest
from models.watch import FeedSeen, PageSeen

PAGE_STATES = ("read", "late", "parked", "blocked", "dead")
FEED_STATES = ("good", "new", "failing", "held")
MISSED = timedelta(minutes=2)  # without a pulse, or without a tick of the clock
_READ_WITHIN = timedelta(minutes=15)  # three times as long as a page is to be read again in
_LOOKED_AT_WITHIN = timedelta(minutes=5)  # of the time that was set for it


def page_state(row: PageSeen, now: datetime) -> str:
    """One of PAGE_STATES: the first that needs somebody."""
    if row.token_problem:
        return "dead"
    if row.blocked_at is not None:
        return "blocked"
    if row.parked_until is not None and row.parked_until > now:
        return "parked"
    return "late" if _is_late(row, now) else "read"


def _is_late(row: PageSeen, now: datetime) -> bool:
    """Several machines write down when a page is looked at next; one process only when it was read."""
    if row.poll_at is not None:
        return now - row.poll_at > _LOOKED_AT_WITHIN
    return row.read_at is None or now - row.read_at > _READ_WITHIN


def feed_state(row: FeedSeen) -> str:
    """One of FEED_STATES."""
    if row.held_at is not None:
        return "held"
    if row.failing_since is not None:
        return "failing"
    return "new" if row.read_at is None else "good"


def quantiles(values: Iterable[float], wanted: Sequence[float]) -> dict[float, float]:
    """share -> the smallest value that so many are not above; nothing where there are no values."""
    ordered = sorted(values)
    return {share: ordered[max(0, -int(-share * len(ordered) // 1) - 1)] for share in wanted} if ordered else {}


def missed(shared: bool, rows: Sequence[Pulse], tick: datetime | None, now: datetime) -> dict[str, str]:
    """Where several machines share the work, why each kind of process is missed ("" = it is not).

    One process that does everything knows by itself whether it works.
    """
    if not shared:
        return {}
    worker, clock = newest(rows, "worker"), max(filter(None, (newest(rows, "clock"), tick)), default=None)
    return {
        "worker": _why(worker, now, "worker lives: start one with `run.py worker`"),
        "clock": _why(clock, now, "clock ticks: start it with `run.py clock`"),
    }


def _why(last: datetime | None, now: datetime, whom: str) -> str:
    if last is not None and now - last <= MISSED:
        return ""
    since = "" if last is None else f" since {last:%Y-%m-%d %H:%M} UTC"
    return f"No {whom}{since}."

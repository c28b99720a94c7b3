"""What the numbers that operators watch mean: in which state a page or a feed is, and who is missed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from connector.graph.usage import next_reading, remembered
from models.database import Database
from models.pulse import Pulse, newest, pulses
from models.queue import is_shared, last_tick
from models.watch import FeedSeen, PageSeen

PAGE_STATES = ("read", "late", "parked", "blocked", "dead")
FEED_STATES = ("good", "new", "failing", "held")
MISSED = timedelta(minutes=2)  # without a pulse, or without a tick of the clock
_READ_WITHIN = timedelta(minutes=20)  # where webhooks come, a page is looked at each quarter of an hour
_QUOTA_HOUR = timedelta(hours=1)  # over which Facebook counts: what it told before that is over


def page_state(row: PageSeen, now: datetime) -> str:
    """One of PAGE_STATES: the first that needs somebody."""
    if row.token_problem:
        return "dead"
    if row.blocked_at is not None:
        return "blocked"
    rest = next_reading(row.usage)
    if (row.parked_until is not None and row.parked_until > now) or (rest is not None and rest[0] > now):
        return "parked"
    return "late" if row.read_at is None or now - row.read_at > _READ_WITHIN else "read"


def percent_used(row: PageSeen, now: datetime) -> int | None:
    """How much of its quota a page has used; None where Facebook told nothing in the last hour."""
    usage, at = remembered(row.usage)
    return usage.highest if at is not None and now - at <= _QUOTA_HOUR else None


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


def whom_we_miss(db: Database, now: datetime) -> dict[str, str]:
    """`missed`, of what the rows say now. SQLAlchemyError where they cannot be asked."""
    with db.read() as session:
        return missed(pulses(session), last_tick(session) if is_shared(session) else None, now)


def missed(rows: Sequence[Pulse], tick: datetime | None, now: datetime) -> dict[str, str]:
    """Where several machines share the work, why a worker or the clock is missed ("" = it is not).

    One process that does everything has no pulse and no tick, and knows by itself whether it works.
    """
    if not rows and tick is None:
        return {}
    return {
        "worker": _why(newest(rows, "worker"), now, "No worker lives", "start one with `run.py worker`"),
        "clock": _why(tick, now, "The clock does not tick", "start it with `run.py clock`"),
    }


def _why(last: datetime | None, now: datetime, what: str, mend: str) -> str:
    if last is not None and now - last <= MISSED:
        return ""
    since = "" if last is None else f" since {last:%Y-%m-%d %H:%M} UTC"
    return f"{what}{since}: {mend}."

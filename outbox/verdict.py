"""What an answer, or a look, means for a delivery. Pure: the error's class and a few counts in, a verdict out.

reliability: a write of unknown outcome is never sent again before its absence was shown; a second doubt goes to a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from connector.errors import (
    Conflict,
    Gone,
    NotAllowed,
    OutcomeUnknown,
    OutsideError,
    Refused,
    SignInNeeded,
    Throttled,
    TryLater,
    WritesBlocked,
)

LATER_TIMES = 8  # refusals of a temporary kind before a person is asked
ABSENT_READS = 3
DOUBT_TIMES = 2  # the second unknown outcome of one delivery is a person's
UNCLEAR_FOR = timedelta(hours=24)


LastState = Literal["failed", "needs-person"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The delivery's next state, when it may be tried again, and what happens to its lane."""

    state: Literal["due", "unsure", "failed", "needs-person", "dropped"]
    next_at: datetime
    lane: Literal["goes-on", "stops", "parked", "dead", "blocked"] = "goes-on"
    counts: bool = True  # does this try count as an attempt? Not where nothing but the sign-in was wrong


def after_error(
    error: OutsideError,
    *,
    repeatable: bool,
    tries: int,
    now: datetime,
    wait: timedelta,
    gone: LastState = "needs-person",
) -> Verdict:
    """`tries`: attempts made so far, this one included. `wait`: BRIDGE_UNSURE_WAIT. `gone`: see outbox.kinds.Kind."""
    match error:
        case WritesBlocked():
            return Verdict("due" if repeatable else "unsure", now, "blocked")
        case OutcomeUnknown() if repeatable:
            return _later(tries, now, "stops")
        case OutcomeUnknown():
            return Verdict("unsure", now + _pace(wait))
        case Throttled():
            return Verdict("due", now + error.pause, "parked", counts=False)
        case SignInNeeded() | NotAllowed():
            return Verdict("due", now, "dead", counts=False)
        case Conflict() if getattr(error, "uid_conflict", False):
            return Verdict("dropped", now)
        case Conflict():
            return _later(tries, now, "goes-on")
        case TryLater():
            return _later(tries, now, "stops")
        case Gone():
            return Verdict(gone, now)
        case Refused():
            return Verdict("needs-person", now)
    return Verdict("needs-person", now)


def _later(tries: int, now: datetime, lane: Literal["goes-on", "stops"]) -> Verdict:
    """Back off: 1, 2, 4 … minutes; after some hours of it a person is asked."""
    if tries >= LATER_TIMES:
        return Verdict("needs-person", now, lane)
    return Verdict("due", now + timedelta(minutes=2 ** max(0, tries - 1)), lane)


def after_absence(reads: int, since: datetime, *, doubts: int, now: datetime, wait: timedelta) -> Verdict:
    """`reads` complete reads since `since` did not show it; `doubts` attempts of this delivery ended unknown."""
    if reads < ABSENT_READS or now - since < wait:
        return Verdict("unsure", now + _pace(wait))
    return Verdict("due", now) if doubts < DOUBT_TIMES else Verdict("needs-person", now)


def after_unclear(since: datetime, *, now: datetime, wait: timedelta) -> Verdict:
    """A read that proves nothing: look again; after a day of that a person looks."""
    if now - since > max(UNCLEAR_FOR, 4 * wait):
        return Verdict("needs-person", now)
    return Verdict("unsure", now + _pace(wait))


def _pace(wait: timedelta) -> timedelta:
    """Enough reads fit into the waiting time, and no more calls than that."""
    return wait / ABSENT_READS

"""Every rule of delivering, pure: who may claim, what may leave, what an answer, a look or a death means.

A write of unknown outcome is never sent again before its absence was shown; a second doubt goes to a person. Whoever
lost its claim may still tell what it heard, but decides nothing by it, except that a clear yes is a yes.
tests/protocol drives these very functions through every order of events.
"""

from __future__ import annotations

from collections.abc import Collection
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
STALE_INTENT = 5.0  # seconds after the intent's commit in which the first byte must leave, or nothing does
CALL_LASTS = timedelta(seconds=30)  # the deadline of every call; the lease must be longer

LastState = Literal["failed", "needs-person"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The delivery's next state, when it may be tried again, and what happens to its lane."""

    state: Literal["due", "unsure", "failed", "needs-person", "dropped"]
    next_at: datetime
    lane: Literal["goes-on", "stops", "parked", "dead", "blocked"] = "goes-on"
    counts: bool = True  # does this try count as an attempt? Not where nothing but the sign-in was wrong


# --- before the call


def may_claim(state: str, others: Collection[str]) -> bool:
    """`others`: the states of the other deliveries of the lane. One at a time, also where several workers run."""
    return state == "due" and "sending" not in others


def may_leave(waited: float, limit: float = STALE_INTENT) -> bool:
    """`waited`: seconds since the intent was committed, suspension included. Later, others may have acted on it."""
    return waited <= limit


def unheard_until(started_at: datetime, wait: timedelta) -> datetime:
    """Until then a call whose outcome is unknown may be under way still, and take effect."""
    return started_at + min(CALL_LASTS, wait)


# --- after the call


def may_decide(state: str, *, under_way: bool) -> bool:
    """Does the answer to an attempt that is no clear yes settle its delivery? Not once the claim was lost."""
    return under_way and state == "sending"


def confirms(state: str, *, under_way: bool, repeatable: bool) -> bool:
    """Does a clear yes, of the call or of a read-back, settle the delivery? Also a late one: it stands.

    But a late yes to an edit does not: a newer one may have been made since.
    """
    return may_decide(state, under_way=under_way) if repeatable else state != "sent"


def after_death(started_at: datetime, *, now: datetime, lease: timedelta, alone: bool) -> Verdict | None:
    """A delivery found `sending`: None while a living worker may hold it. It is never due again by this alone.

    A start that lies ahead is a clock that was put back: nobody can wait for that. And whoever finds it may be a year
    ahead: it is looked for from the earlier of the two times on.
    """
    held = not alone and -lease <= now - started_at <= lease
    return None if held else Verdict("unsure", min(now, started_at))


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


# --- when it is looked for


def counts_as_read(read_at: datetime, started_at: datetime, wait: timedelta) -> bool:
    """A read shows absence only when the call it looks for must be over, one way or the other."""
    return read_at >= unheard_until(started_at, wait)


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

"""The rules that the model plays by: those of the program itself, each of which a test can exchange for a wrong one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from connector.errors import OutcomeUnknown, TryLater
from outbox import verdict
from outbox.finding import weigh
from outbox.kinds import Absent
from outbox.verdict import Verdict

# A step of the model's time is what a call may last; the wait is three of them, the lease two.
STEP = verdict.CALL_LASTS
WAIT, LEASE = 3 * STEP, 2 * STEP
NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Rules:
    """Production's deciders. `intent_first`: is the claim committed before the call? It is the order of the steps."""

    may_claim: Callable[..., bool] = verdict.may_claim
    may_leave: Callable[..., bool] = verdict.may_leave
    may_decide: Callable[..., bool] = verdict.may_decide
    confirms: Callable[..., bool] = verdict.confirms
    after_death: Callable[..., Verdict | None] = verdict.after_death
    after_error: Callable[..., Verdict] = verdict.after_error
    weigh: Callable[..., Any] = weigh
    counts_as_read: Callable[..., bool] = verdict.counts_as_read
    after_absence: Callable[..., Verdict] = verdict.after_absence
    after_unclear: Callable[..., Verdict] = verdict.after_unclear
    intent_first: bool = True


PRODUCTION = Rules()


def _failure(error: Exception, **known: Any) -> Verdict:
    return verdict.after_error(TryLater("failed") if isinstance(error, OutcomeUnknown) else error, **known)  # type: ignore[arg-type]


def _due_again(started_at: datetime, *, now: datetime, lease: timedelta, alone: bool) -> Verdict | None:
    return Verdict("due", now) if verdict.after_death(started_at, now=now, lease=lease, alone=alone) else None


def _one_empty_read(reads: int, since: datetime, *, doubts: int, now: datetime, wait: timedelta) -> Verdict:
    return verdict.after_absence(verdict.ABSENT_READS, now - wait, doubts=doubts, now=now, wait=wait)


MUTATIONS: dict[str, Rules] = {
    "the intent is written after the call": replace(PRODUCTION, intent_first=False),
    "an unknown outcome is taken for a failure": replace(PRODUCTION, after_error=_failure),
    "an expired lease makes it due again": replace(PRODUCTION, after_death=_due_again),
    "one empty read leads to a retry": replace(PRODUCTION, after_absence=_one_empty_read),
    "a paused worker may still send": replace(PRODUCTION, may_leave=lambda waited: True),
}

# Beyond the five: each of these rules is needed as well.
MORE_MUTATIONS: dict[str, Rules] = {
    "a read that shows nothing older counts as absence": replace(
        PRODUCTION, weigh=lambda found, seen, older, complete: weigh(found, seen, (), complete=complete) or Absent()
    ),
    "a read counts while the call may be under way": replace(PRODUCTION, counts_as_read=lambda *known: True),
    "who lost the claim still decides": replace(PRODUCTION, may_decide=lambda state, under_way: True),
    "a late yes is not believed": replace(PRODUCTION, confirms=lambda state, under_way, repeatable: under_way),
    "two at once in one lane": replace(PRODUCTION, may_claim=lambda state, others: state == "due"),
}

"""What is written down around each call: the claim before it, the settling after it. Small sessions, no network.

due -> sending -> sent | unsure | failed | needs-person | dropped, or superseded / expired when no longer owed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session, col, select

from connector.doors import Doors
from connector.errors import OutcomeUnknown, OutsideError, WritesBlocked
from connector.graph.page import identity
from models.database import Database
from models.delivery import Attempt, Delivery, attempts, in_lane
from models.vault import Vault
from outbox.kinds import Errand, Kind, Stands
from outbox.lanes import Lane, hold_lane
from outbox.twins import show_twins
from outbox.verdict import STALE_INTENT, Verdict, confirms, may_claim, may_decide, unheard_until

log = structlog.get_logger()


@dataclass(slots=True)
class Delivered:
    """What one pass did. `closed` are lanes that could not be used: key -> (why, needs a person)."""

    sent: int = 0
    unsure: int = 0
    needs_person: int = 0
    failed: int = 0
    closed: dict[str, tuple[str, bool]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outbox:
    """Everything a pass needs. `process` names this process in attempts; `boot` counts seconds, suspension included.

    `stopping` is asked before each delivery: somebody wants the program to end. `stale`: see verdict.may_leave.
    """

    db: Database
    doors: Doors
    vault: Vault
    clock: Callable[[], datetime]
    unsure_wait: timedelta
    process: str
    stopping: Callable[[], bool] = lambda: False
    boot: Callable[[], float] = lambda: time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
    stale: float = STALE_INTENT


def claim(outbox: Outbox, kind: Kind, delivery: Delivery) -> tuple[Errand, Attempt] | None:
    """Commit the intent. None when another worker is at it, or elsewhere in its lane, or when it is no longer owed."""
    with outbox.db.write() as session:
        claimed = claim_in(session, outbox, kind, delivery)
    if claimed is not None:
        tell_claimed(*claimed)
    return claimed


def claim_in(
    session: Session, outbox: Outbox, kind: Kind, delivery: Delivery, beside: Delivery | None = None
) -> tuple[Errand, Attempt] | None:
    """The same in a transaction of the caller's, who commits it before sending, and then tells.

    `beside`: what this worker itself has under way there, and waits for before it sends this one.
    """
    now = outbox.clock()
    row, others = hold(session, delivery), in_lane(session, delivery)
    if not may_claim(row.state, [one.state for one in others if beside is None or one.id != beside.id]):
        return None
    if row.expires_at and row.expires_at <= now:
        row.state, row.settled_at, row.error = "expired", now, "its time is over"
        log.info("no longer owed", state=row.state)
        return None
    errand = kind.prepare(session, row)
    if errand is None:
        row.state, row.settled_at = "superseded", now
        log.info("no longer owed", state=row.state)
        return None
    if kind.repeatable and (heard_by := _heard_by(session, row, outbox.unsure_wait)) > now:
        row.next_at = heard_by
        return None
    attempt = _begin(session, row, errand, outbox.process, now)
    return replace(errand, committed=outbox.boot()), attempt


def tell_claimed(errand: Errand, attempt: Attempt) -> None:
    log.info("claimed", kind=errand.delivery.kind, attempt=attempt.number)


def hold(session: Session, delivery: Delivery) -> Delivery:
    """The row as it is now, which nobody else changes before this transaction ends. Its lane first, as everybody does."""
    hold_lane(session, delivery.school, delivery.lane)
    query = select(Delivery).where(Delivery.school == delivery.school, Delivery.id == delivery.id)
    return session.exec(query.with_for_update().execution_options(populate_existing=True)).one()


def _heard_by(session: Session, row: Delivery, wait: timedelta) -> datetime:
    """An older edit of the same thing, of which nobody heard, must not come after this one: when it surely does not."""
    query = select(Attempt.started_at).join(Delivery, col(Delivery.id) == Attempt.delivery_id).where(
        Attempt.school == row.school, Delivery.target == row.target, col(Attempt.outcome).in_(("", "unsure", "blocked"))
    )  # fmt: skip
    return max((unheard_until(one, wait) for one in session.exec(query)), default=row.next_at)


def _begin(session: Session, row: Delivery, errand: Errand, process: str, now: datetime) -> Attempt:
    row.state, row.attempts = "sending", row.attempts + 1
    attempt = Attempt(
        school=row.school, delivery_id=row.id, number=len(attempts(session, row.school, row.id)) + 1,
        process=process, started_at=now, watermark=errand.older[0][0] if errand.older else "",
    )  # fmt: skip
    session.add(attempt)
    return attempt


def stands(session: Session, kind: Kind, delivery: Delivery, attempt: Attempt, result: Stands, now: datetime) -> bool:
    """It is known to stand: its attempt, its row, and the row it is about. Returns whether that was news.

    If it stands already under another id, or twice, a person is asked to take one away.
    """
    row = hold(session, delivery)
    under_way = end(session, attempt, "sent", "", now)
    news = confirms(row.state, under_way=under_way, repeatable=kind.repeatable)
    twins = result.twins
    if news:
        row.state, row.external_id, row.error, row.settled_at = "sent", result.external_id, "", now
        kind.done(session, row, result, now)
    elif not kind.repeatable and identity(result.external_id) != identity(row.external_id or ""):
        twins = (*twins, result.permalink or result.external_id)
    if twins:
        show_twins(session, row, result.permalink or result.external_id if news else "", twins, now)
    return news


def refused(
    session: Session,
    kind: Kind,
    delivery: Delivery,
    attempt: Attempt,
    error: OutsideError,
    verdict: Verdict,
    now: datetime,
) -> bool:
    """The answer to a call that was no clear yes. Where the claim was lost meanwhile only the attempt says so."""
    row = hold(session, delivery)
    outcome = _outcome(error)
    under_way = end(session, attempt, outcome, error.message, now)
    mine = may_decide(row.state, under_way=under_way)
    if mine:
        pass_verdict(session, kind, row, verdict, error.message, now)
    return mine


def _outcome(error: OutsideError) -> str:
    """Facebook's 368 is no doubt of ours that counts: it ends with the block, which a person is told of already."""
    if isinstance(error, WritesBlocked):
        return "blocked"
    return "unsure" if isinstance(error, OutcomeUnknown) else "refused"


def pass_verdict(session: Session, kind: Kind, row: Delivery, verdict: Verdict, why: str, now: datetime) -> None:
    """`row` is held."""
    row.state, row.next_at, row.error = verdict.state, verdict.next_at, why
    if not verdict.counts:
        row.attempts = max(0, row.attempts - 1)
    if verdict.state in ("failed", "needs-person"):
        kind.lost(session, row, verdict.state, now)
    if verdict.state in ("failed", "dropped"):
        row.settled_at = now


def tell(report: Delivered, lane: Lane, delivery: Delivery, verdict: Verdict, why: str, named: str = "") -> None:
    """Count it, and keep the sentence where a person must know."""
    report.unsure += verdict.state == "unsure"
    report.needs_person += verdict.state == "needs-person"
    report.failed += verdict.state == "failed"
    if verdict.lane in ("dead", "blocked"):
        report.closed[lane.key] = (why, True)
    elif verdict.lane == "parked":
        report.closed[lane.key] = (why, False)
    elif verdict.state in ("needs-person", "failed") or lane.key.startswith("center:"):
        what = f"{delivery.kind} {delivery.id}" + (f" ({named})" if named else "")
        report.problems.append(f"{what}: {why}")


def end(session: Session, attempt: Attempt, outcome: str, error: str, now: datetime) -> bool:
    """Write down how an attempt ended. Returns whether it was still taken to be under way.

    Once it counts as a doubt, only a yes takes that back: else a worker that is late each time would go on for ever.
    """
    row = session.exec(select(Attempt).where(Attempt.school == attempt.school, Attempt.id == attempt.id)).one()
    under_way = row.outcome == ""
    row.error, row.ended_at = error, now
    if under_way or outcome == "sent":
        row.outcome = outcome
    return under_way

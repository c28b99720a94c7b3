"""What is written down around each call: the claim before it, the settling after it. Small sessions, no network.

due -> sending -> sent | unsure | failed | needs-person | dropped, or superseded / expired when no longer owed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

from connector.doors import Doors
from models.database import Database
from models.delivery import Attempt, Delivery, attempts
from models.vault import Vault
from outbox.kinds import Errand, Kind, Stands
from outbox.lanes import Lane
from outbox.verdict import Verdict


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

    `stopping` is asked before each delivery: somebody wants the program to end.
    """

    db: Database
    doors: Doors
    vault: Vault
    clock: Callable[[], datetime]
    unsure_wait: timedelta
    process: str
    stopping: Callable[[], bool] = lambda: False
    boot: Callable[[], float] = lambda: time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def claim(outbox: Outbox, kind: Kind, delivery: Delivery) -> tuple[Errand, Attempt] | None:
    """Commit the intent. None when another worker was first, or when it is no longer owed."""
    now = outbox.clock()
    with outbox.db.write() as session:
        row = session.exec(select(Delivery).where(Delivery.id == delivery.id, Delivery.school == delivery.school)).one()
        if row.expires_at and row.expires_at <= now:
            row.state, row.settled_at, row.error = "expired", now, "its event is over"
            return None
        errand = kind.prepare(session, row)
        if errand is None:
            row.state, row.settled_at = "superseded", now
            return None
        won = session.execute(
            update(Delivery)
            .where(col(Delivery.id) == row.id, col(Delivery.school) == row.school, col(Delivery.state) == "due")
            .values(state="sending", attempts=Delivery.attempts + 1)
            .returning(col(Delivery.id))
            .execution_options(synchronize_session=False)
        ).first()
        if won is None:
            return None
        session.refresh(row)
        attempt = Attempt(
            school=row.school,
            delivery_id=row.id,
            number=len(attempts(session, row.school, row.id)) + 1,
            process=outbox.process,
            started_at=now,
            watermark=errand.older[0][0] if errand.older else "",
        )
        session.add(attempt)
    return errand, attempt


def stands(session: Session, kind: Kind, delivery: Delivery, attempt: Attempt, result: Stands, now: datetime) -> None:
    """Settle a delivery that is known to stand: its row, its attempt, and the row it is about."""
    row = session.exec(select(Delivery).where(Delivery.id == delivery.id, Delivery.school == delivery.school)).one()
    row.state, row.external_id, row.error, row.settled_at = "sent", result.external_id, "", now
    end(session, attempt, "sent", "", now)
    kind.done(session, row, result, now)


def pass_verdict(session: Session, kind: Kind, delivery: Delivery, verdict: Verdict, why: str, now: datetime) -> None:
    row = session.exec(select(Delivery).where(Delivery.id == delivery.id, Delivery.school == delivery.school)).one()
    row.state, row.next_at, row.error = verdict.state, verdict.next_at, why
    if not verdict.counts:
        row.attempts = max(0, row.attempts - 1)
    if verdict.state in ("failed", "needs-person"):
        kind.lost(session, row, verdict.state, now)
    if verdict.state in ("failed", "dropped"):
        row.settled_at = now


def tell(report: Delivered, lane: Lane, delivery: Delivery, verdict: Verdict, why: str) -> None:
    """Count it, and keep the sentence where a person must know."""
    report.unsure += verdict.state == "unsure"
    report.needs_person += verdict.state == "needs-person"
    report.failed += verdict.state == "failed"
    if verdict.lane in ("dead", "blocked"):
        report.closed[lane.key] = (why, True)
    elif verdict.lane == "parked":
        report.closed[lane.key] = (why, False)
    elif verdict.state in ("needs-person", "failed") or lane.key.startswith("center:"):
        report.problems.append(f"{delivery.kind} {delivery.id}: {why}")


def put_back(outbox: Outbox, delivery: Delivery, attempt: Attempt) -> None:
    """The machine slept between intent and call: nothing was sent, and it may be late. Decide afresh."""
    now = outbox.clock()
    with outbox.db.write() as session:
        end(session, attempt, "refused", "the machine was suspended", now)
        row = session.exec(select(Delivery).where(Delivery.id == delivery.id, Delivery.school == delivery.school)).one()
        row.state = "due"


def end(session: Session, attempt: Attempt, outcome: str, error: str, now: datetime) -> None:
    row = session.exec(select(Attempt).where(Attempt.school == attempt.school, Attempt.id == attempt.id)).one()
    row.outcome, row.error, row.ended_at = outcome, error, now

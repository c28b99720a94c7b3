"""Ends every doubt: what is `unsure` is read back until it is known to stand, or its absence is shown, or a person is asked.

A delivery left `sending` by a process that died becomes `unsure`, never `due`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from sqlmodel import select

from connector.errors import Gone, OutsideError
from models.database import Database
from models.delivery import Attempt, Delivery, attempts, in_state
from outbox.kinds import Absent, Errand, Kind, Stands, Unclear
from outbox.lanes import Lane, mark, went_well
from outbox.ledger import Delivered, Outbox, pass_verdict, stands, tell
from outbox.verdict import Verdict, after_absence, after_error, after_unclear

log = structlog.get_logger()


def recover(db: Database, school: str, now: datetime, *, lease: timedelta, alone: bool) -> int:
    """What a dead process left `sending` is `unsure` now: at once where we know to be `alone`, else after the lease."""
    left = 0
    with db.write() as session:
        for row in in_state(session, school, "sending"):
            tries = attempts(session, school, row.id)
            if alone or not tries or now - tries[-1].started_at > lease:
                row.state, row.next_at, row.error = "unsure", now, "the program stopped while this was being sent"
                if tries:
                    tries[-1].outcome, tries[-1].ended_at = "unsure", now
                left += 1
    return left


def settle(outbox: Outbox, school: str, lane: Lane, kinds: Mapping[str, Kind], report: Delivered) -> bool:
    """Look for every unsure delivery of a lane whose time it is. Returns whether the lane may go on.

    Something unsure does not stop the rest: its read-back looks for its own marker only.
    """
    now = outbox.clock()
    with outbox.db.read() as session:
        doubtful = [one for one in in_state(session, school, "unsure", lane=lane.key) if one.next_at <= now]
    goes_on = True
    for one in doubtful:
        goes_on = _look(outbox, school, lane, kinds[one.kind], one, report) and goes_on
        if lane.key in report.closed:  # asked too often, or the token is dead: that was the one probe
            return False
    return goes_on


def _look(outbox: Outbox, school: str, lane: Lane, kind: Kind, delivery: Delivery, report: Delivered) -> bool:
    now = outbox.clock()
    with outbox.db.write() as session:
        tries = attempts(session, school, delivery.id)
        errand = kind.prepare(session, delivery)
        if errand is None or not tries:
            row = session.exec(select(Delivery).where(Delivery.school == school, Delivery.id == delivery.id)).one()
            row.state, row.settled_at = "superseded", now
            return True
    if kind.repeatable:  # an edit or a PUT: doing it again is how to make sure
        _pass(outbox, lane, kind, delivery, Verdict("due", now), delivery.error, report)
        return True
    try:
        seen = kind.look(lane.door, errand, tries[-1])
    except OutsideError as error:
        return _look_failed(outbox, school, lane, kind, delivery, error, report)
    _conclude(outbox, school, lane, kind, errand, tries, seen, report)
    return True


def _conclude(
    outbox: Outbox, school: str, lane: Lane, kind: Kind, errand: Errand, tries: list[Attempt],
    seen: Stands | Absent | Unclear, report: Delivered,
) -> None:  # fmt: skip
    now, delivery = outbox.clock(), errand.delivery
    log.info("read back", delivery=delivery.id, lane=lane.key, saw=type(seen).__name__)
    match seen:
        case Stands():
            with outbox.db.write() as session:
                stands(session, kind, delivery, tries[-1], seen, now)
                went_well(session, school, lane.key)
            report.sent += 1
        case Absent():
            reads, since = _count_absence(outbox, school, tries[-1], now)
            doubts = sum(1 for one in tries if one.outcome == "unsure")
            verdict = after_absence(reads, since, doubts=doubts, now=now, wait=outbox.unsure_wait)
            why = "it is not on the page" if verdict.state == "due" else delivery.error
            _pass(outbox, lane, kind, delivery, verdict, why, report)
        case Unclear():
            verdict = after_unclear(tries[-1].started_at, now=now, wait=outbox.unsure_wait)
            _pass(outbox, lane, kind, delivery, verdict, f"cannot be told yet: {seen.why}", report)


def _count_absence(outbox: Outbox, school: str, attempt: Attempt, now: datetime) -> tuple[int, datetime]:
    with outbox.db.write() as session:
        row = session.exec(select(Attempt).where(Attempt.school == school, Attempt.id == attempt.id)).one()
        row.absent_reads += 1
        row.absent_since = row.absent_since or now
        row.absent_seen_at = now
        return row.absent_reads, row.absent_since


def _look_failed(
    outbox: Outbox, school: str, lane: Lane, kind: Kind, delivery: Delivery, error: OutsideError, report: Delivered
) -> bool:
    """A read that failed says nothing about the write; only what it answers may be gone."""
    now = outbox.clock()
    verdict = after_error(error, repeatable=False, tries=1, now=now, wait=outbox.unsure_wait)
    if isinstance(error, Gone):
        _pass(outbox, lane, kind, delivery, Verdict(kind.gone, now), error.message, report)
        return True
    with outbox.db.write() as session:
        mark(session, school, lane.key, verdict, error, now)
    _pass(
        outbox,
        lane,
        kind,
        delivery,
        Verdict("unsure", now + outbox.unsure_wait / 3, verdict.lane),
        error.message,
        report,
    )
    return verdict.lane == "goes-on"


def _pass(
    outbox: Outbox, lane: Lane, kind: Kind, delivery: Delivery, verdict: Verdict, why: str, report: Delivered
) -> None:
    with outbox.db.write() as session:
        pass_verdict(session, kind, delivery, verdict, why, outbox.clock())
    tell(report, lane, delivery, verdict, why)

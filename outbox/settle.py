"""Ends every doubt: what is `unsure` is read back until it is known to stand, or its absence is shown, or a person is asked.

A delivery left `sending` by a process that died becomes `unsure`, never `due`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session, select

from config.logs import logged
from connector.errors import Gone, OutsideError
from models.database import Database
from models.delivery import Attempt, Delivery, attempts, in_state
from outbox.kinds import Absent, Errand, Kind, Look, Stands, Unknowable
from outbox.lanes import Lane, mark
from outbox.ledger import Delivered, Outbox, hold, pass_verdict, stands, tell
from outbox.verdict import Verdict, after_absence, after_death, after_error, after_unclear, counts_as_read

DIED = "the program stopped while this was being sent"
log = structlog.get_logger()


def recover(db: Database, school: str, now: datetime, *, lease: timedelta, alone: bool, lane: str | None = None) -> int:
    """What a dead process left `sending` is `unsure` now: at once where we know to be `alone`, else after the lease.

    `lane`: only there.
    """
    with db.read() as session:
        left = in_state(session, school, "sending", lane=lane)
    return sum(_recover(db, one, now, lease, alone) for one in left)


def _recover(db: Database, delivery: Delivery, now: datetime, lease: timedelta, alone: bool) -> bool:
    with db.write() as session:
        row = hold(session, delivery)
        if row.state != "sending":
            return False
        newest = attempts(session, row.school, row.id)[-1]
        verdict = after_death(newest.started_at, now=now, lease=lease, alone=alone)
        if verdict is None:
            return False
        row.state, row.next_at, row.error = verdict.state, verdict.next_at, DIED
        newest.outcome, newest.ended_at = "unsure", now
    log.warning("left behind", school=row.school, delivery=row.id, lane=row.lane, state=row.state, by=newest.process)
    return True


def settle(outbox: Outbox, school: str, lane: Lane, kinds: Mapping[str, Kind], report: Delivered) -> bool:
    """Look for every unsure delivery of a lane whose time it is. Returns whether the lane may go on.

    Something unsure does not stop the rest: its read-back looks for its own marker only. A read that Facebook refuses
    does: the next ones would be refused, too.
    """
    now = outbox.clock()
    with outbox.db.read() as session:
        doubtful = [one for one in in_state(session, school, "unsure", lane=lane.key) if one.next_at <= now]
    return all(_looked_for(outbox, lane, kinds[one.kind], one, report) for one in doubtful)


def _looked_for(outbox: Outbox, lane: Lane, kind: Kind, delivery: Delivery, report: Delivered) -> bool:
    with logged(delivery=delivery.id):
        return _look(outbox, lane, kind, delivery, report)


def _look(outbox: Outbox, lane: Lane, kind: Kind, delivery: Delivery, report: Delivered) -> bool:
    """Without a session open while it reads. What it finds is as old as its beginning."""
    began = outbox.clock()
    with outbox.db.write() as session:
        row = _still(session, delivery)
        if row is None:
            return True
        tries, errand = attempts(session, row.school, row.id), kind.prepare(session, row)
        if errand is None or not tries:
            row.state, row.settled_at = "superseded", began
            return True
        if kind.repeatable:  # an edit or a PUT: doing it again is how to make sure
            pass_verdict(session, kind, row, Verdict("due", began), row.error, began)
            return True
    try:
        seen = kind.look(lane.door, errand, tries[-1])
    except OutsideError as error:
        return _look_failed(outbox, lane, kind, delivery, tries[-1], error, began, report)
    log.info("read back", saw=type(seen).__name__)
    _conclude(outbox, lane, kind, errand, tries, seen, began, report)
    return True


def _still(session: Session, delivery: Delivery) -> Delivery | None:
    """The row, unless a person or another worker was here since: what we saw would be old news."""
    row = hold(session, delivery)
    return row if (row.state, row.next_at) == ("unsure", delivery.next_at) else None


def _conclude(
    outbox: Outbox, lane: Lane, kind: Kind, errand: Errand, tries: list[Attempt],
    seen: Look, began: datetime, report: Delivered,
) -> None:  # fmt: skip
    delivery, wait = errand.delivery, outbox.unsure_wait
    if isinstance(seen, Stands):
        _it_stands(outbox, kind, delivery, tries[-1], seen, report)
        return
    with outbox.db.write() as session:
        row = _still(session, delivery)
        if row is None:
            return
        if isinstance(seen, Absent):
            verdict = _after_absence(session, tries, began, wait)
            why = "it is not on the page" if verdict.state == "due" else row.error
        elif isinstance(seen, Unknowable):
            verdict, why = Verdict("needs-person", began), seen.why
        else:
            verdict = after_unclear(tries[-1].started_at, now=began, wait=wait)
            why = f"cannot be told yet: {seen.why}"
        pass_verdict(session, kind, row, verdict, why, began)
    log.info("concluded", state=verdict.state)
    tell(report, lane, delivery, verdict, why)


def _it_stands(
    outbox: Outbox, kind: Kind, delivery: Delivery, attempt: Attempt, seen: Stands, report: Delivered
) -> None:
    with outbox.db.write() as session:
        news = stands(session, kind, delivery, attempt, seen, outbox.clock())
    report.sent += news
    if news:
        log.info("delivered", kind=delivery.kind, external_id=seen.external_id, found="by reading back")


def _after_absence(session: Session, tries: list[Attempt], began: datetime, wait: timedelta) -> Verdict:
    newest = tries[-1]
    query = select(Attempt).where(Attempt.school == newest.school, Attempt.id == newest.id)
    row = session.exec(query).one()
    if counts_as_read(began, row.started_at, wait):
        row.absent_reads, row.absent_since, row.absent_seen_at = row.absent_reads + 1, row.absent_since or began, began
    doubts = sum(1 for one in tries if one.outcome == "unsure")
    return after_absence(row.absent_reads, row.absent_since or began, doubts=doubts, now=began, wait=wait)


def _look_failed(
    outbox: Outbox, lane: Lane, kind: Kind, delivery: Delivery, attempt: Attempt,
    error: OutsideError, began: datetime, report: Delivered,
) -> bool:  # fmt: skip
    """A read that failed says nothing about the write; only what it answers may be gone."""
    wait = outbox.unsure_wait
    said = after_error(error, repeatable=False, tries=1, now=began, wait=wait)
    if isinstance(error, Gone):
        verdict = Verdict(kind.gone, began)
    elif said.lane in ("goes-on", "stops"):
        verdict = after_unclear(attempt.started_at, now=began, wait=wait)
    else:  # the page waits for its time or for a person, and this with it
        verdict = Verdict("unsure", began + wait / 3, said.lane)
    with outbox.db.write() as session:
        if said.lane != "goes-on":
            mark(session, delivery.school, lane.key, said, error, began)
        row = _still(session, delivery)
        if row is not None:
            pass_verdict(session, kind, row, verdict, error.message, began)
    if row is not None:
        tell(report, lane, delivery, verdict, error.message)
    return said.lane == "goes-on"

"""One delivery, start to end: the intent is committed before the socket opens, no session is open while bytes travel."""

from __future__ import annotations

import structlog
from sqlmodel import Session

from config.logs import logged
from connector.errors import OutsideError, TryLater
from connector.leaving import leaving_while
from models.delivery import Attempt, Delivery
from outbox.kinds import Errand, Kind, Stands
from outbox.lanes import Lane, mark, went_well
from outbox.ledger import Delivered, Outbox, claim, refused, stands, tell
from outbox.verdict import after_error, may_leave

SLEPT = "This machine stood still just before sending: nothing was sent, it is tried again."
log = structlog.get_logger()


def send_one(outbox: Outbox, lane: Lane, kind: Kind, delivery: Delivery, report: Delivered) -> bool:
    """Returns whether the lane may go on."""
    with logged(delivery=delivery.id):
        claimed = claim(outbox, kind, delivery)
        if claimed is None:
            return True
        errand, attempt = claimed
        try:
            result = call(outbox, lane, kind, errand)
        except OutsideError as error:
            return not_sent(outbox, lane, kind, errand, attempt, error, report)
        sent(outbox, kind, errand, attempt, result, report)
        return True


def sent(outbox: Outbox, kind: Kind, errand: Errand, attempt: Attempt, result: Stands, report: Delivered) -> None:
    with outbox.db.write() as session:
        sent_in(session, outbox, kind, errand, attempt, result, report)
    tell_sent(errand, result)


def sent_in(
    session: Session, outbox: Outbox, kind: Kind, errand: Errand, attempt: Attempt, result: Stands, report: Delivered
) -> None:
    """In a transaction of the caller's, who tells once it is committed."""
    delivery = errand.delivery
    report.sent += stands(session, kind, delivery, attempt, result, outbox.clock())
    went_well(session, delivery.school, delivery.lane)


def tell_sent(errand: Errand, result: Stands) -> None:
    log.info("delivered", kind=errand.delivery.kind, external_id=result.external_id)


def call(outbox: Outbox, lane: Lane, kind: Kind, errand: Errand) -> Stands:
    """The one call, unless the machine stood still since the intent: then it may be another's turn."""

    def in_time() -> bool:
        return may_leave(outbox.boot() - errand.committed, outbox.stale)

    if not in_time():
        raise TryLater(SLEPT)
    with leaving_while(in_time):
        return kind.send(lane.door, errand)


def not_sent(
    outbox: Outbox, lane: Lane, kind: Kind, errand: Errand, attempt: Attempt, error: OutsideError, report: Delivered
) -> bool:
    now, delivery = outbox.clock(), errand.delivery
    verdict = after_error(
        error, repeatable=kind.repeatable, tries=delivery.attempts, now=now, wait=outbox.unsure_wait, gone=kind.gone
    )
    with outbox.db.write() as session:
        mine = refused(session, kind, delivery, attempt, error, verdict, now)
        if verdict.lane != "goes-on":
            mark(session, delivery.school, lane.key, verdict, error, now)
    log.warning(
        "not delivered", kind=delivery.kind, mine=mine, state=verdict.state,
        code=error.code, subcode=error.subcode, trace=error.trace,
    )  # fmt: skip
    if mine:
        tell(report, lane, delivery, verdict, error.message, errand.named)
    return verdict.lane == "goes-on"

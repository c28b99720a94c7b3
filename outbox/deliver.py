"""Sends what is owed, one delivery at a time per lane: owe before you send, claim before you act, settle after.

The intent is committed before the socket opens. No session is open while bytes travel.
"""

from __future__ import annotations

import structlog

from connector.errors import OutsideError
from models.delivery import Attempt, Delivery, due, in_state
from outbox.calendar_kinds import Delete, Put
from outbox.kinds import Kind
from outbox.lanes import Lane, mark, open_lane, went_well
from outbox.ledger import Delivered, Outbox, claim, end, pass_verdict, put_back, stands, tell
from outbox.post_kinds import Comment, Publish, Revise
from outbox.reply_kind import Reply
from outbox.settle import settle
from outbox.subscribe_kind import Subscribe
from outbox.verdict import after_error

KINDS: dict[str, Kind] = {
    "publish": Publish(),
    "revise": Revise(),
    "comment": Comment(),
    "reply": Reply(),
    "calendar-put": Put(),
    "calendar-delete": Delete(),
    "subscribe": Subscribe(),
}

STALE_INTENT = 5.0  # seconds between the intent's commit and the call after which a suspended machine must not send
log = structlog.get_logger()


def deliver(outbox: Outbox, school: str, lanes: set[str] | None = None) -> Delivered:
    """Settle what is unsure and send what is due, in every lane of one school (or in those named)."""
    report = Delivered()
    with outbox.db.read() as session:
        waiting = {one.lane for one in in_state(session, school, "due", "unsure")}
    for key in sorted(waiting & lanes if lanes is not None else waiting):
        with outbox.db.read() as session:
            lane = open_lane(session, school, key, outbox.doors, outbox.vault, outbox.clock())
        if lane.closed:
            report.closed[key] = (lane.closed, lane.needs_person)
            continue
        _work(outbox, school, lane, report)
    return report


def _work(outbox: Outbox, school: str, lane: Lane, report: Delivered) -> None:
    if not settle(outbox, school, lane, KINDS, report):
        return
    while not outbox.stopping():
        with outbox.db.read() as session:
            owed = due(session, school, lane.key, outbox.clock())
        if not owed or not _send(outbox, school, lane, owed[0], report):
            return


def _send(outbox: Outbox, school: str, lane: Lane, delivery: Delivery, report: Delivered) -> bool:
    """One delivery, start to end. Returns whether the lane may go on."""
    kind = KINDS[delivery.kind]
    begun = outbox.boot()
    claimed = claim(outbox, kind, delivery)
    if claimed is None:
        return True
    errand, attempt = claimed
    if outbox.boot() - begun > STALE_INTENT:
        put_back(outbox, errand.delivery, attempt)
        return True
    try:
        result = kind.send(lane.door, errand)
    except OutsideError as error:
        return _not_sent(outbox, school, lane, kind, errand.delivery, attempt, error, report)
    with outbox.db.write() as session:
        stands(session, kind, errand.delivery, attempt, result, outbox.clock())
        went_well(session, school, lane.key)
    report.sent += 1
    log.info("delivered", delivery=delivery.id, kind=delivery.kind, lane=lane.key, external_id=result.external_id)
    return True


def _not_sent(
    outbox: Outbox,
    school: str,
    lane: Lane,
    kind: Kind,
    delivery: Delivery,
    attempt: Attempt,
    error: OutsideError,
    report: Delivered,
) -> bool:
    now = outbox.clock()
    verdict = after_error(
        error, repeatable=kind.repeatable, tries=delivery.attempts, now=now, wait=outbox.unsure_wait, gone=kind.gone
    )
    with outbox.db.write() as session:
        end(session, attempt, "unsure" if verdict.state == "unsure" else "refused", error.message, now)
        pass_verdict(session, kind, delivery, verdict, error.message, now)
        if verdict.lane != "goes-on":
            mark(session, school, lane.key, verdict, error, now)
    log.warning(
        "not delivered", delivery=delivery.id, kind=delivery.kind, lane=lane.key, state=verdict.state,
        code=error.code, subcode=error.subcode, trace=error.trace,
    )  # fmt: skip
    tell(report, lane, delivery, verdict, error.message)
    return verdict.lane == "goes-on"

"""Sends what is owed, one delivery at a time per lane: owe before you send, claim before you act, settle after.

The intent is committed before the socket opens. No session is open while bytes travel.
"""

from __future__ import annotations

import structlog

from connector.errors import OutsideError, TryLater
from connector.leaving import leaving_while
from models.delivery import Attempt, Delivery, due, in_state
from outbox.calendar_kinds import Delete, Put
from outbox.kinds import Errand, Kind, Stands
from outbox.lanes import Lane, mark, open_lane, went_well
from outbox.ledger import Delivered, Outbox, claim, refused, stands, tell
from outbox.post_kinds import Comment, Publish, Revise
from outbox.reply_kind import Reply
from outbox.settle import settle
from outbox.subscribe_kind import Subscribe
from outbox.verdict import after_error, may_leave

KINDS: dict[str, Kind] = {
    "publish": Publish(),
    "revise": Revise(),
    "comment": Comment(),
    "reply": Reply(),
    "calendar-put": Put(),
    "calendar-delete": Delete(),
    "subscribe": Subscribe(),
}

SLEPT = "This machine stood still just before sending: nothing was sent, it is tried again."
log = structlog.get_logger()


def deliver(outbox: Outbox, school: str, lanes: set[str] | None = None) -> Delivered:
    """Settle what is unsure and send what is due, in every lane of one school (or in those named)."""
    report = Delivered()
    with outbox.db.read() as session:
        waiting = {one.lane for one in in_state(session, school, "due", "unsure")}
    for key in sorted(waiting & lanes if lanes is not None else waiting, key=_pages_first):
        with outbox.db.read() as session:
            lane = open_lane(session, school, key, outbox.doors, outbox.vault, outbox.clock())
        if lane.closed:
            report.closed[key] = (lane.closed, lane.needs_person)
            continue
        _work(outbox, school, lane, report)
    return report


def _pages_first(lane: str) -> tuple[bool, str]:
    """A center that does not answer must not make families wait."""
    return not lane.startswith("page:"), lane


def _work(outbox: Outbox, school: str, lane: Lane, report: Delivered) -> None:
    """Each delivery is tried once a pass: what another worker holds, or must wait, is left for the next one."""
    may_go_on, tried = settle(outbox, school, lane, KINDS, report), set[str]()
    if lane.silent:
        report.closed.setdefault(lane.key, (lane.silent, lane.needs_person))
        return
    while may_go_on and not outbox.stopping():
        with outbox.db.read() as session:
            owed = [one for one in due(session, school, lane.key, outbox.clock()) if one.id not in tried]
        if not owed:
            return
        tried.add(owed[0].id)
        may_go_on = _send(outbox, school, lane, owed[0], report)


def _send(outbox: Outbox, school: str, lane: Lane, delivery: Delivery, report: Delivered) -> bool:
    """One delivery, start to end. Returns whether the lane may go on."""
    kind = KINDS[delivery.kind]
    claimed = claim(outbox, kind, delivery)
    if claimed is None:
        return True
    errand, attempt = claimed
    try:
        result = _call(outbox, lane, kind, errand)
    except OutsideError as error:
        return _not_sent(outbox, lane, kind, errand, attempt, error, report)
    with outbox.db.write() as session:
        report.sent += stands(session, kind, errand.delivery, attempt, result, outbox.clock())
        went_well(session, school, lane.key)
    log.info("delivered", delivery=delivery.id, kind=delivery.kind, lane=lane.key, external_id=result.external_id)
    return True


def _call(outbox: Outbox, lane: Lane, kind: Kind, errand: Errand) -> Stands:
    """The one call, unless the machine stood still since the intent: then it may be another's turn."""

    def in_time() -> bool:
        return may_leave(outbox.boot() - errand.committed, outbox.stale)

    if not in_time():
        raise TryLater(SLEPT)
    with leaving_while(in_time):
        return kind.send(lane.door, errand)


def _not_sent(
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
        "not delivered", delivery=delivery.id, kind=delivery.kind, lane=lane.key, mine=mine, state=verdict.state,
        code=error.code, subcode=error.subcode, trace=error.trace,
    )  # fmt: skip
    if mine:
        tell(report, lane, delivery, verdict, error.message, errand.named)
    return verdict.lane == "goes-on"

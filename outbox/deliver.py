"""Sends what is owed, one delivery at a time per lane: owe before you send, claim before you act, settle after.

The intent is committed before the socket opens. No session is open while bytes travel.
"""

from __future__ import annotations

from config.logs import logged
from models.delivery import first_due, in_state
from outbox.ahead import send_ahead
from outbox.calendar_kinds import Delete, Put
from outbox.first_word_kind import FirstWord
from outbox.hide_kind import Hide
from outbox.kinds import Kind
from outbox.lanes import Lane, open_lane
from outbox.ledger import Delivered, Outbox
from outbox.post_kinds import Comment, Publish, Revise
from outbox.private_kind import PrivateReply
from outbox.reply_kind import Reply
from outbox.sending import send_one
from outbox.settle import settle
from outbox.subscribe_kind import Subscribe

KINDS: dict[str, Kind] = {
    "publish": Publish(),
    "revise": Revise(),
    "comment": Comment(),
    "reply": Reply(),
    "first-word": FirstWord(),
    "private-reply": PrivateReply(),
    "hide": Hide(),
    "calendar-put": Put(),
    "calendar-delete": Delete(),
    "subscribe": Subscribe(),
}


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
        with logged(school=school, lane=key):
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
    if may_go_on and lane.key.startswith("center:"):
        send_ahead(outbox, school, lane, KINDS, report)
        return
    while may_go_on and not outbox.stopping():
        with outbox.db.read() as session:
            owed = first_due(session, school, lane.key, outbox.clock(), tried)
        if owed is None:
            return
        tried.add(owed.id)
        may_go_on = send_one(outbox, lane, KINDS[owed.kind], owed, report)

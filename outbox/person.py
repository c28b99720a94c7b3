"""What a person decides about a delivery that needs one: it is there, send it again, or drop it. Rows only."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, select

from config.mistake import Mistake
from models.audit import note
from models.conversation import Message
from models.delivery import Delivery, delivery
from models.staff import member
from outbox.deliver import KINDS
from outbox.kinds import Stands
from outbox.ledger import hold
from outbox.reply_kind import UNDER_COMMENTS, standing_as

_WHO_ANSWERS = ("owner", "staff")
MAY_SETTLE = {
    **dict.fromkeys(UNDER_COMMENTS, ("owner", "volunteer", "staff")), "private-reply": _WHO_ANSWERS, "hide": _WHO_ANSWERS,
}  # fmt: skip


def settle_by_hand(
    session: Session, school: str, id: str, email: str, now: datetime, *, sent: str = "", again: bool = False
) -> str:
    """`sent`: the id under which it stands outside; `again`: send it once more; neither: it is dropped.

    Returns what was done, as a sentence. Raises Mistake.
    """
    row = _settleable(session, school, id, email)
    row.settled_by = email
    how = "sent" if sent else "again" if again else "drop"
    note(session, school, now, email, "settle", row.id, how=how)
    if sent:
        _check_ours(session, row, sent)
        row.state, row.external_id, row.error, row.settled_at = "sent", sent, "", now
        KINDS[row.kind].done(session, row, Stands(sent), now)
        return "Settled: it is taken as sent."
    if again:
        row.state, row.next_at, row.attempts, row.error = "due", now, 0, ""
        return "It is sent again with the next round."
    row.state, row.settled_at = "dropped", now
    KINDS[row.kind].lost(session, row, "failed", now)
    return "Dropped: it is not sent any more."


def _check_ours(session: Session, row: Delivery, external_id: str) -> None:
    """The id of a family's own comment is easily taken for that of our answer under it."""
    query = select(Message).where(Message.school == row.school, Message.id == row.target)
    answer = session.exec(query).one_or_none() if row.kind in UNDER_COMMENTS else None
    known = standing_as(session, answer, external_id) if answer is not None else None
    if known is not None and (known.direction == "received" or known.author):
        whose = "a family's" if known.direction == "received" else "another answer's"
        raise Mistake(f"{external_id} is {whose} id", "give the id of the answer as it stands on the Page")


def _settleable(session: Session, school: str, id: str, email: str) -> Delivery:
    person = member(session, school, email)
    found = delivery(session, school, id)
    if found is None:
        raise Mistake(f"There is no delivery {id} at {school}", "look it up with `deliveries`")
    row = hold(session, found)  # a look may have ended since
    if person is None or person.role not in MAY_SETTLE.get(row.kind, ("owner", "volunteer")):
        raise Mistake(f"{email} may not settle this", "ask an owner of the school")
    if row.state not in ("needs-person", "unsure", "failed"):
        raise Mistake(f"This delivery is {row.state}", "only what needs a person can be settled")
    return row

"""Writes down what is owed to the outside, in the same transaction as the row it is about."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from models.delivery import Delivery, of_target


def owe(
    session: Session,
    school: str,
    kind: str,
    lane: str,
    target: str,
    revision: str,
    *,
    now: datetime,
    at: datetime | None = None,
    urgent: bool = False,
    expires_at: datetime | None = None,
) -> Delivery:
    """A delivery that is due at `at`. The same thing is owed once: one that was called off becomes due again."""
    for row in of_target(session, school, target):
        if (row.kind, row.revision) == (kind, revision):
            if row.state in ("superseded", "expired", "dropped"):
                row.state, row.next_at, row.settled_at, row.urgent, row.error = "due", at or now, None, urgent, ""
                row.expires_at = expires_at
            return row
    row = Delivery(
        school=school, kind=kind, lane=lane, target=target, revision=revision, state="due",
        urgent=urgent, created_at=now, next_at=at or now, expires_at=expires_at,
    )  # fmt: skip
    session.add(row)
    return row


def call_off(session: Session, school: str, target: str, why: str, now: datetime, *, kind: str | None = None) -> None:
    """What is still due for this row is no longer owed. What is under way is left to be settled."""
    for row in of_target(session, school, target, hold=True):
        if row.state == "due" and kind in (None, row.kind):
            row.state, row.error, row.settled_at = "superseded", why, now


def is_busy(states: set[str]) -> bool:
    """Is a call under way, or its outcome unknown? Then the row's text must not change."""
    return bool(states & {"sending", "unsure", "needs-person"})

"""Rules broken on purpose, so that the harness is known to be able to fail. Never used but to try the harness."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from connector.errors import OutcomeUnknown, OutsideError
from models.database import Database
from models.delivery import in_state
from outbox import sending
from outbox.verdict import Verdict
from schedulers import round as rounds


def _a_dead_rounds_deliveries_are_sent_again() -> None:
    def recover(db: Database, school: str, now: datetime, *, lease: timedelta, alone: bool) -> int:
        with db.write() as session:
            left = in_state(session, school, "sending")
            for row in left:
                row.state = "due"
        return len(left)

    _replace(rounds, "recover", recover)


def _an_unknown_outcome_counts_as_refused() -> None:
    right = sending.after_error

    def after_error(error: OutsideError, **more: object) -> Verdict:
        if isinstance(error, OutcomeUnknown):
            return Verdict("due", more["now"])  # type: ignore[arg-type]
        return right(error, **more)  # type: ignore[arg-type]

    _replace(sending, "after_error", after_error)


def _replace(module: object, name: str, broken: object) -> None:
    if not hasattr(module, name):
        raise AttributeError(f"tests/crash/broken.py breaks {module}.{name}, which is gone: name its successor.")
    setattr(module, name, broken)


BROKEN: Mapping[str, Callable[[], None]] = {
    "dead-is-due": _a_dead_rounds_deliveries_are_sent_again,
    "unknown-is-refused": _an_unknown_outcome_counts_as_refused,
}

"""A line for each call that belongs to a delivery: what was answered, how soon, and the number that Facebook keeps it by."""

from __future__ import annotations

import time
from collections.abc import Mapping

import structlog
from structlog.contextvars import get_contextvars

log = structlog.get_logger()


def answered(method: str, status: int, headers: Mapping[str, str], began: float) -> None:
    """`began` on the monotonic clock. Never the address: it may hold a secret."""
    lower = {name.lower(): value for name, value in headers.items()}
    trace = {"trace": lower["x-fb-trace-id"][:64]} if "x-fb-trace-id" in lower else {}
    _tell("answered", method=method, status=status, **trace, seconds=_seconds(began))


def unanswered(method: str, reason: str, began: float, *, left: bool) -> None:
    """`left`: bytes of it may have reached the other side."""
    _tell("no answer", method=method, reason=reason, left=left, seconds=_seconds(began))


def _tell(event: str, **facts: object) -> None:
    """Readings come by the thousand, and are no news."""
    (log.info if "delivery" in get_contextvars() else log.debug)(event, **facts)


def _seconds(began: float) -> float:
    return round(time.monotonic() - began, 3)

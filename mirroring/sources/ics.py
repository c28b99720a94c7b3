"""Kind "ics": an iCalendar file at an address or a path."""

from __future__ import annotations

from calendars.split import body_digest
from mirroring.sources.copy import Asking, Copy
from mirroring.sources.fetched import fetched


def read_ics(asking: Asking) -> Copy:
    """Raises OutsideError."""
    return fetched(asking, body_digest)

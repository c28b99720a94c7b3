"""The kinds of delivery: how each is sent, how it is found again, and what becomes true when it stands.

A new kind is one class here (or beside it) and its line in `deliver.KINDS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from sqlmodel import Session

from models.delivery import Attempt, Delivery


@dataclass(frozen=True, slots=True)
class Stands:
    """It is there. `external_id` is what the neighbour calls it; the rest is what some kinds learn besides.

    `twins`: links to others of the same, which should not be there.
    """

    external_id: str
    permalink: str = ""
    etag: str | None = None
    body: str = ""
    said: str = ""  # of a calendar object: what the school says in it
    kept: str = ""  # and what the server made of that, where it did not keep it as it was given
    twins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Absent:
    """A complete read, with our own proven token, that shows older things and not this one."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """The read proves nothing; `why` for the log."""

    why: str


@dataclass(frozen=True, slots=True)
class Unknowable:
    """No read will ever tell: a person looks for themselves; `why` and where, in a sentence."""

    why: str


Look = Stands | Absent | Unclear | Unknowable


@dataclass(frozen=True, slots=True)
class Errand:
    """All that sending needs, read before the call: no session is open while bytes travel."""

    delivery: Delivery
    text: str = ""
    link: str = ""
    marker: str = ""  # what to look for when the outcome is unknown
    to: str = ""  # the external id of what is edited, or answered under
    under: str = ""  # the post among whose comments an answer is looked for
    older: tuple[tuple[str, datetime], ...] = ()  # known to have stood there before: (external id, when)
    taken: frozenset[str] = frozenset()  # external ids that belong to other rows of ours
    elsewhere: frozenset[str] = frozenset()  # comments at whose threads an answer to `to` cannot hang
    etag: str | None = None
    fingerprint: str = ""
    said: tuple[bytes, ...] = ()  # what the school said there before, as CalendarEntry.said
    named: str = ""  # what people call it, where they are told of trouble
    taken_back: str = ""  # fingerprint of what stood there when somebody took the center's edits back
    committed: float = 0.0  # when the intent was, on the clock that also counts suspension


class Kind(Protocol):
    """`repeatable`: doing it twice is the same as doing it once (an edit, a PUT): no proof of absence is needed.

    `gone`: what becomes of it when what it is about is no longer outside. A family's answer needs a person; an edit of a
    post that somebody took down costs nobody's evening.
    """

    repeatable: bool
    gone: Literal["failed", "needs-person"]

    def prepare(self, session: Session, delivery: Delivery) -> Errand | None:
        """What to send now; None when it is no longer owed."""

    def send(self, door: Any, errand: Errand) -> Stands:
        """One call. Raises OutsideError."""

    def look(self, door: Any, errand: Errand, attempt: Attempt) -> Look:
        """Read back: does it stand? Raises OutsideError."""

    def done(self, session: Session, delivery: Delivery, result: Stands, now: datetime) -> None:
        """It stands: write that into the row it is about."""

    def lost(
        self, session: Session, delivery: Delivery, state: Literal["failed", "needs-person"], now: datetime
    ) -> None:
        """It will not be sent by itself any more."""

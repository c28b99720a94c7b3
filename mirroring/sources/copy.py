"""What reading a source takes, and what it gives: the same for every kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from calendars.spreadsheet.read import Lost
from calendars.values import Problem
from connector.doors import Doors
from models.database import Database
from models.school import School
from models.source import Source
from models.vault import Vault

Keep = Callable[[Session, Source], None]


def _nothing(session: Session, row: Source) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Asking:
    """One reading of one source. `db` is for reading what this kind remembers; nothing is written before the copy was
    taken over."""

    db: Database
    doors: Doors
    vault: Vault
    school: School
    source: Source
    now: datetime

    @property
    def subject(self) -> str:
        return f"the calendar {self.source.slug}"

    @property
    def password(self) -> str:
        return self.vault.open(self.source.password_sealed)

    @property
    def anew(self) -> bool:
        """Held or in trouble: it is read whole, since its events may be back."""
        return self.source.held_at is not None or bool(self.source.problem)


@dataclass(frozen=True, slots=True)
class Copy:
    """The newest copy of a source, as iCalendar, nothing in it understood yet.

    `body` None: the source says, or its bytes say, that nothing changed since the last good copy. `problems` are what its
    kind has to say about it, `lost` the events in it that could not be read. `keep` writes what its kind remembers, in
    the transaction in which the copy is taken over whole.
    """

    body: bytes | None = field(repr=False)
    digest: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    moved_to: str = ""  # the host at which its address says it lives from now on
    problems: tuple[Problem, ...] = ()
    lost: tuple[Lost, ...] = ()
    keep: Keep = field(default=_nothing, repr=False)


Kind = Callable[[Asking], Copy]

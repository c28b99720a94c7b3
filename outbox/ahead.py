"""Many deliveries to one center: while one call is under way, the books of the one before are closed, and the next is opened.

On the wire it is still one at a time, in order, over one connection. Calendar writes may be done twice without harm: should the
program die, the call under way and the next one are both in doubt, and done again. docs/decisions/0021.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field

from config.logs import logged
from connector.errors import OutsideError, TryLater
from models.delivery import Attempt, Delivery, first_due
from outbox.kinds import Errand, Kind, Stands
from outbox.lanes import Lane
from outbox.ledger import Delivered, Outbox, claim, refused
from outbox.sending import call, not_sent, sent
from outbox.verdict import STALE_INTENT, Verdict

NOT_YET = "It was not sent, since another one before it did not go through."
FRESH = STALE_INTENT / 5  # seconds after which an intent is written anew rather than acted on


@dataclass(frozen=True, slots=True)
class _Opened:
    """A delivery that is claimed, and not sent yet."""

    kind: Kind
    errand: Errand
    attempt: Attempt

    @property
    def delivery(self) -> Delivery:
        return self.errand.delivery


@dataclass(slots=True)
class _Books:
    """What is claimed and settled, in small transactions, while the network is waited for."""

    outbox: Outbox
    school: str
    lane: Lane
    kinds: Mapping[str, Kind]
    report: Delivered
    tried: set[str] = field(default_factory=set)

    def open(self, beside: _Opened | None = None) -> _Opened | None:
        """Claims the next that is due. `beside`: what is under way; another one about the same thing waits for it."""
        while True:
            with self.outbox.db.read() as session:
                owed = first_due(session, self.school, self.lane.key, self.outbox.clock(), self.tried)
            if owed is None or (beside is not None and owed.target == beside.delivery.target):
                return None
            self.tried.add(owed.id)
            kind = self.kinds[owed.kind]
            with logged(delivery=owed.id):
                claimed = claim(self.outbox, kind, owed, beside=beside.delivery if beside else None)
            if claimed is not None:
                return _Opened(kind, *claimed)

    def close(self, one: _Opened, result: Stands) -> None:
        with logged(delivery=one.delivery.id):
            sent(self.outbox, self.lane, one.kind, one.errand, one.attempt, result, self.report)

    def put_down(self, one: _Opened) -> None:
        """It was surely not sent: due again as if nothing had been."""
        now = self.outbox.clock()
        with self.outbox.db.write() as session:
            refused(
                session, one.kind, one.delivery, one.attempt, TryLater(NOT_YET), Verdict("due", now, counts=False), now
            )
        self.tried.discard(one.delivery.id)

    def turn(self, done: tuple[_Opened, Stands] | None, under_way: _Opened) -> _Opened | None:
        """Closes what is done and opens what comes next."""
        if done is not None:
            self.close(*done)
        return self.open(under_way)


def send_ahead(outbox: Outbox, school: str, lane: Lane, kinds: Mapping[str, Kind], report: Delivered) -> None:
    """Sends what is due in the lane of a center."""
    books = _Books(outbox, school, lane, kinds, report)
    done: tuple[_Opened, Stands] | None = None
    current = books.open()
    with ThreadPoolExecutor(1) as desk:
        while current is not None:
            if outbox.stopping():
                books.put_down(current)
                break
            turned = desk.submit(copy_context().run, books.turn, done, current)
            result = _result(books, current)
            done, following = None, turned.result()
            if isinstance(result, Stands):
                done = current, result
            elif not _goes_on(books, current, result):
                if following is not None:
                    books.put_down(following)
                return
            if following is None or not _is_fresh(outbox, following):
                _close(books, done)
                done = None
                if following is not None:
                    books.put_down(following)
                following = books.open()
            current = following
    _close(books, done)


def _result(books: _Books, one: _Opened) -> Stands | OutsideError:
    with logged(delivery=one.delivery.id):
        try:
            return call(books.outbox, books.lane, one.kind, one.errand)
        except OutsideError as error:
            return error


def _goes_on(books: _Books, one: _Opened, error: OutsideError) -> bool:
    with logged(delivery=one.delivery.id):
        return not_sent(books.outbox, books.lane, one.kind, one.errand, one.attempt, error, books.report)


def _is_fresh(outbox: Outbox, one: _Opened) -> bool:
    return outbox.boot() - one.errand.committed < FRESH


def _close(books: _Books, done: tuple[_Opened, Stands] | None) -> None:
    if done is not None:
        books.close(*done)

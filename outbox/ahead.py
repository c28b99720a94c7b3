"""Many deliveries to one center: while one call is under way, the books of the one before are closed, and the next is opened.

The books wait until the request has left whole: threads of one process compute in turns, and the network's comes first.
On the wire it is still one at a time, in order, over one connection. Calendar writes may be done twice without harm: should the
program die, the call under way and the next one are both in doubt, and done again. docs/decisions/0021.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from threading import Event

from sqlmodel import Session

from config.logs import logged
from connector.errors import OutsideError, TryLater
from connector.leaving import told_when_waiting
from models.delivery import Attempt, Delivery, first_due
from outbox.kinds import Errand, Kind, Stands
from outbox.lanes import Lane
from outbox.ledger import Delivered, Outbox, claim_in, refused, tell_claimed
from outbox.sending import call, not_sent, sent_in, tell_sent
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


_Done = tuple[_Opened, Stands]


@dataclass(slots=True)
class _Books:
    """What is claimed and settled, in small transactions, while the network is waited for."""

    outbox: Outbox
    school: str
    lane: Lane
    kinds: Mapping[str, Kind]
    report: Delivered
    tried: set[str] = field(default_factory=set)

    def turn(self, done: _Done | None, under_way: _Opened | None = None) -> _Opened | None:
        """Closes what is done and claims the next that is due, in one transaction: each commit waits for the disk.

        Another one about the same thing as `under_way` waits for it.
        """
        with self.outbox.db.write() as session:
            if done is not None:
                self._settle(session, *done)
            opened = self._open(session, under_way)
        self._tell(done, opened)
        return opened

    def close(self, done: _Done | None) -> None:
        if done is None:
            return
        with self.outbox.db.write() as session:
            self._settle(session, *done)
        self._tell(done, None)

    def put_down(self, one: _Opened) -> None:
        """It was surely not sent: due again as if nothing had been."""
        now = self.outbox.clock()
        with self.outbox.db.write() as session:
            refused(
                session, one.kind, one.delivery, one.attempt, TryLater(NOT_YET), Verdict("due", now, counts=False), now
            )
        self.tried.discard(one.delivery.id)

    def _settle(self, session: Session, one: _Opened, result: Stands) -> None:
        sent_in(session, self.outbox, one.kind, one.errand, one.attempt, result, self.report)

    def _open(self, session: Session, beside: _Opened | None) -> _Opened | None:
        while True:
            owed = first_due(session, self.school, self.lane.key, self.outbox.clock(), self.tried)
            if owed is None or (beside is not None and owed.target == beside.delivery.target):
                return None
            self.tried.add(owed.id)
            kind = self.kinds[owed.kind]
            with logged(delivery=owed.id):
                claimed = claim_in(session, self.outbox, kind, owed, beside.delivery if beside else None)
            if claimed is not None:
                return _Opened(kind, *claimed)

    def _tell(self, done: _Done | None, opened: _Opened | None) -> None:
        if done is not None:
            with logged(delivery=done[0].delivery.id):
                tell_sent(done[0].errand, done[1])
        if opened is not None:
            with logged(delivery=opened.delivery.id):
                tell_claimed(opened.errand, opened.attempt)


def send_ahead(outbox: Outbox, school: str, lane: Lane, kinds: Mapping[str, Kind], report: Delivered) -> None:
    """Sends what is due in the lane of a center."""
    books = _Books(outbox, school, lane, kinds, report)
    done: _Done | None = None
    current = books.turn(None)
    with ThreadPoolExecutor(1) as desk:
        while current is not None:
            if outbox.stopping():
                books.put_down(current)
                break
            waiting = Event()
            turned = desk.submit(copy_context().run, _turn_while, waiting, books, done, current)
            result = _result(books, current, waiting)
            done, following = None, turned.result()
            if isinstance(result, Stands):
                done = current, result
            elif not _goes_on(books, current, result):
                if following is not None:
                    books.put_down(following)
                return
            if following is not None and not _is_fresh(outbox, following):
                books.put_down(following)
                following = None
            if following is None:
                done, following = None, books.turn(done)
            current = following
    books.close(done)


def _turn_while(waiting: Event, books: _Books, done: _Done | None, under_way: _Opened) -> _Opened | None:
    waiting.wait()
    return books.turn(done, under_way)


def _result(books: _Books, one: _Opened, waiting: Event) -> Stands | OutsideError:
    """`waiting` is set when the request has left and its answer is waited for, or when the call is over without that."""
    with logged(delivery=one.delivery.id), told_when_waiting(waiting.set):
        try:
            return call(books.outbox, books.lane, one.kind, one.errand)
        except OutsideError as error:
            return error
        finally:
            waiting.set()


def _goes_on(books: _Books, one: _Opened, error: OutsideError) -> bool:
    with logged(delivery=one.delivery.id):
        return not_sent(books.outbox, books.lane, one.kind, one.errand, one.attempt, error, books.report)


def _is_fresh(outbox: Outbox, one: _Opened) -> bool:
    return outbox.boot() - one.errand.committed < FRESH

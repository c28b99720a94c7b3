"""The moments in which a request leaves: its caller is asked before the first byte, and told after the last.

A write may leave only while its caller still holds it: asked at the last moment, when its first byte would go out.

Between the decision to write and that byte lie a name, a connection and a handshake, and the whole machine may be
suspended in any of them. What leaves after that would surprise whoever has meanwhile done something else about it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_may_leave: ContextVar[Callable[[], bool]] = ContextVar("may_leave", default=lambda: True)
_waiting: ContextVar[Callable[[], None]] = ContextVar("waiting", default=lambda: None)


class TooLate(Exception):
    """Nothing was sent: its time was over before the first byte left."""


@contextmanager
def leaving_while(may_leave: Callable[[], bool]) -> Iterator[None]:
    """What is called inside sends its first byte only while `may_leave()`; after that it fails as surely not sent."""
    token = _may_leave.set(may_leave)
    try:
        yield
    finally:
        _may_leave.reset(token)


def check_leaving() -> None:
    """Raises TooLate. To be called just before the first byte of a request."""
    if not _may_leave.get()():
        raise TooLate


@contextmanager
def told_when_waiting(tell: Callable[[], None]) -> Iterator[None]:
    """What is called inside says so whenever a request of it has left whole and only its answer is waited for."""
    token = _waiting.set(tell)
    try:
        yield
    finally:
        _waiting.reset(token)


def tell_waiting() -> None:
    """To be called after the last byte of a request."""
    _waiting.get()()

"""Bodies that were made lately. Making a calendar takes most of the time of an answer, and it is asked for far oftener than
it changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import sha256
from threading import Lock


class Kept:
    """The newest `most` bodies of this process, each with a mark of all that it was made from."""

    def __init__(self, most: int = 32) -> None:
        self._most = most
        self._bodies: dict[str, tuple[bytes, bytes]] = {}
        self._lock = Lock()

    def body(self, key: str, made_from: Iterable[object], make: Callable[[], bytes]) -> bytes:
        """What `make` made for `key` when it was `made_from` the same, else what it makes now."""
        mark = _mark(made_from)
        with self._lock:
            known = self._bodies.get(key)
        body = known[1] if known and known[0] == mark else make()
        with self._lock:
            self._bodies.pop(key, None)
            self._bodies[key] = (mark, body)
            while len(self._bodies) > self._most:
                del self._bodies[next(iter(self._bodies))]
        return body


def _mark(parts: Iterable[object]) -> bytes:
    digest = sha256()
    for part in parts:
        digest.update(repr(part).encode("utf-8", "surrogatepass") + b"\n")
    return digest.digest()

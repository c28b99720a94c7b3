"""One time for the program, for the pretend Facebook and for us: the real one, and as much later as somebody waited.

Who waits asks for it, and the time moves on only when no request is under way any more: so nothing arrives after a
wait that left before it, however slow this machine is.
"""

from __future__ import annotations

import mmap
import os
import socket
import struct
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

FASTER = 60  # while somebody waits, time runs so much faster
_WISH = struct.Struct("<iid")


class Hours:
    """Shared by all processes that are forked after it was made."""

    def __init__(self) -> None:
        self._later = mmap.mmap(-1, 8)
        self.ours, self.theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds(), UTC)

    def seconds(self) -> float:
        return time.time() + float(struct.unpack("<d", self._later[:])[0])

    def start_anew(self) -> None:
        self._later[:] = struct.pack("<d", 0.0)

    # --- of who keeps the time

    def grant(self, quiet: Callable[[], None]) -> None:
        """Answer one wish, once it is `quiet`."""
        process, number, seconds = _WISH.unpack(self.ours.recv(_WISH.size))
        quiet()
        later = float(struct.unpack("<d", self._later[:])[0])
        self._later[:] = struct.pack("<d", later + seconds)
        self.ours.send(_WISH.pack(process, number, seconds))

    def stop(self) -> None:
        """Who still waits hears of it, and ends."""
        self.ours.close()

    # --- of who waits

    def pass_by(self, seconds: float, number: int) -> None:
        """Let time pass. Answers to a process that was killed meanwhile are thrown away."""
        self.theirs.send(_WISH.pack(os.getpid(), number, seconds))
        while _WISH.unpack(self.theirs.recv(_WISH.size))[:2] != (os.getpid(), number):
            continue


class Patience(threading.Event):
    """What a round waits on between two looks: a wait lets our time pass instead of anybody's."""

    def __init__(self, hours: Hours) -> None:
        super().__init__()
        self._hours, self._waits = hours, 0

    def wait(self, timeout: float | None = None) -> bool:
        if timeout and not self.is_set():
            self._waits += 1
            self._hours.pass_by(timeout * FASTER, self._waits)
        return self.is_set()

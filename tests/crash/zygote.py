"""A process with everything loaded that forks a child for each start of the program, and kills it when it is told to.

It runs no threads, so that a forked child is as good as a fresh one; and it opens nothing that a child would inherit.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import time
from dataclasses import asdict, dataclass

from tests.crash.program import Loaded, Start, run, warm_up

STUCK = 120.0  # seconds: a start that takes longer hangs


@dataclass(frozen=True, slots=True)
class Ended:
    """How a start ended: `code`, or -9 when it was killed; and after how many seconds."""

    code: int
    seconds: float
    stuck: bool = False


class Zygote:
    """Seen from outside. `link` can be waited upon together with other things: it is readable when a start has ended."""

    def __init__(self, loaded: Loaded) -> None:
        self.link, inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._process = os.fork()
        if self._process == 0:
            self.link.close()
            loaded.hours.ours.close()  # so that who waits here hears it when the keeper of the time is gone
            _serve(loaded, inside)
            os._exit(0)
        inside.close()

    def warm_up(self, start: Start) -> None:
        """A start in the zygote itself; ends like any other. Once, before the first child."""
        self.link.send(json.dumps([asdict(start), None, True]).encode())

    def start(self, start: Start, kill_after: float | None = None) -> None:
        self.link.send(json.dumps([asdict(start), kill_after, False]).encode())

    def ended(self) -> Ended:
        return Ended(**json.loads(self.link.recv(1000)))

    def stop(self) -> None:
        self.link.close()
        os.waitpid(self._process, 0)


def _serve(loaded: Loaded, link: socket.socket) -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    while wish := link.recv(10_000):
        start, kill_after, here = json.loads(wish)
        ended = _here(loaded, Start(**start)) if here else _one(loaded, Start(**start), kill_after)
        try:
            link.send(json.dumps(asdict(ended)).encode())
        except BrokenPipeError:  # whoever asked has gone
            return


def _here(loaded: Loaded, start: Start) -> Ended:
    begun = time.monotonic()
    warm_up(loaded, start)
    if threads := os.listdir("/proc/self/task")[1:]:
        raise RuntimeError(f"{len(threads)} threads are left over: what is forked now would not be as good as fresh.")
    gc.collect()
    gc.freeze()  # so that children share the memory
    return Ended(0, time.monotonic() - begun)


def _one(loaded: Loaded, start: Start, kill_after: float | None) -> Ended:
    begun = time.monotonic()
    child = os.fork()
    if child == 0:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        run(loaded, start)
    patience = STUCK if kill_after is None else kill_after
    if signal.sigtimedwait({signal.SIGCHLD}, patience) is None:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    signal.sigtimedwait({signal.SIGCHLD}, 0)  # the one of a child that was killed just now
    seconds = time.monotonic() - begun
    return Ended(os.waitstatus_to_exitcode(status), seconds, stuck=kill_after is None and seconds >= STUCK)

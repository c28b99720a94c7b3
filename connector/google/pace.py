"""How long Google is left alone after it asked for fewer calls: longer each time, until a call is answered again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

FIRST, LONGEST = 30.0, 3600.0  # seconds


class Pace:
    """One account's: Google counts calls for each account. `clock` gives monotonic seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._times = 0
        self._until = 0.0

    def remaining(self) -> float:
        """Seconds in which no call is to be made."""
        return max(0.0, self._until - self._clock())

    def throttled(self, told: float | None) -> float:
        """Google refused a call as one too many; returns the seconds to wait: what it told, or twice as long as before."""
        with self._lock:
            wait = max(told or 0.0, min(FIRST * 2**self._times, LONGEST))
            self._times += 1
            self._until = self._clock() + wait
            return wait

    def answered(self) -> None:
        with self._lock:
            self._times = 0

"""What time our neighbours say it is: the second source before anything is called late, over or expired.

A machine's clock may be wrong by an hour or a year (an empty battery, a wrong setting, a virtual machine put back).
Every answer from outside carries the neighbour's own time; no extra call is made for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

MOST_ASTRAY = timedelta(minutes=55)  # a wrong zone or summer time is an hour, give or take a second
_MOST_NEIGHBOURS = 100


def boot_seconds() -> float:
    """Seconds since the machine started, suspension included: no setting of the clock moves them."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Clocks:
    """Remembers the last Date of each neighbour and when that was. Safe to share between threads."""

    def __init__(self, *, wall: Callable[[], float] = time.time, boot: Callable[[], float] = boot_seconds) -> None:
        self._wall, self._boot = wall, boot
        self._told: dict[str, tuple[float, float]] = {}  # host -> (its time, seconds since boot when it told it)

    def hear(self, host: str, headers: Mapping[str, str]) -> None:
        """Headers whose names ignore case, or are in lower case. Without a usable Date, nothing was heard."""
        told = _date(headers)
        if told is not None and (host in self._told or len(self._told) < _MOST_NEIGHBOURS):
            self._told[host] = (told, self._boot())

    def ahead(self) -> dict[str, timedelta]:
        """By how much each neighbour's clock is ahead of ours now, also when ours was set since it spoke."""
        ours, boot = self._wall(), self._boot()
        return {host: timedelta(seconds=told + boot - at - ours) for host, (told, at) in list(self._told.items())}

    def astray(self) -> str:
        """Why our own clock is not to be trusted, in one sentence with the mend; "" if it is, or nobody spoke yet."""
        return astray(self.ahead(), datetime.fromtimestamp(self._wall(), UTC))


def astray(ahead: Mapping[str, timedelta], now: datetime) -> str:
    """One neighbour who agrees with us is enough: then it is the others' clocks that are wrong."""
    if not ahead or min(map(abs, ahead.values())) <= MOST_ASTRAY:
        return ""
    host, by = min(ahead.items(), key=lambda one: abs(one[1]))
    return (
        f"This machine's clock says {now:%Y-%m-%d %H:%M} UTC, but by the answers of {host} it is "
        f"{now + by:%Y-%m-%d %H:%M}: set this machine's clock; until then nothing is read, planned or sent."
    )


def _date(headers: Mapping[str, str]) -> float | None:
    """Seconds since 1970. What a cache kept is as much older as it says (Age)."""
    try:
        told = parsedate_to_datetime(headers.get("Date") or headers.get("date") or "").timestamp()
        age = headers.get("Age") or headers.get("age") or "0"
        return told + min(int(age), 366 * 86400) if age.isascii() and age.isdecimal() else told
    except (TypeError, ValueError, OverflowError):
        return None

"""One line of the table. `good` is False only where a wanted count or ratio was missed; aims are only told."""

from __future__ import annotations

import resource
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    measured: str
    wanted: str
    good: bool = True


def peak() -> float:
    """The most memory that this process held, in MB. Of a child, getrusage also counts what its parent held at the fork."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

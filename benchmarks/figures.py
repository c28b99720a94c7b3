"""One line of the table. `good` is False only where a wanted count or ratio was missed; aims are only told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    measured: str
    wanted: str
    good: bool = True

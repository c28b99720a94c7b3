"""A figure: what was measured, beside what it is measured against, and what is wanted of it.

Ratios and counts decide, taken in one run: how long something takes says more about the machine than about us.
"""

from __future__ import annotations

import resource
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

MARGIN = 0.25  # what noise does not reach
PACES = ("µs", "ms", "s", "/s")  # units that tell about the machine, too


class LeftOut(Exception):
    """What a part needs is not there; the reason is the message."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """`bound` is compared with the ratio where a figure has one, else with its value. What does not decide is an aim."""

    sign: str
    bound: float
    decides: bool = True
    as_fast: bool = False  # of times: how often ours fits into the other's

    def met(self, judged: float) -> bool:
        if self.sign == "exactly":
            return judged == self.bound
        return judged >= self.bound if self.sign == "at least" else judged <= self.bound

    def __str__(self) -> str:
        return (
            f"{'' if self.decides else 'aim: '}{self.sign} {plainly(self.bound)}{'x as fast' if self.as_fast else ''}"
        )


def exactly(bound: float) -> Wanted:
    return Wanted("exactly", bound)


def at_most(bound: float) -> Wanted:
    return Wanted("at most", bound)


def at_least(bound: float) -> Wanted:
    return Wanted("at least", bound)


def times_as_fast(bound: float) -> Wanted:
    """Of figures in seconds beside another one in seconds."""
    return Wanted("at least", bound, as_fast=True)


def aim(bound: float) -> Wanted:
    """At most so much is hoped for, and nobody is stopped."""
    return Wanted("at most", bound, decides=False)


@dataclass(frozen=True, slots=True)
class Beside:
    """The floor that nothing can do without, or a peer: measured in the same run and the same unit."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    value: float
    unit: str = ""
    wanted: Wanted | None = None  # None: only told
    beside: Beside | None = None
    margin: float = MARGIN  # how much worse than before is surely worse

    @property
    def ratio(self) -> float | None:
        if self.beside is None:
            return None
        ours, theirs = self.value or 1e-9, self.beside.value or 1e-9
        return theirs / ours if self.wanted and self.wanted.as_fast else ours / theirs

    @property
    def judged(self) -> float:
        return self.value if self.ratio is None else self.ratio

    @property
    def lasting(self) -> float | None:
        """What a later run on another machine can be held to."""
        return None if self.ratio is None and self.unit in PACES else self.judged

    @property
    def met(self) -> bool:
        return self.wanted is None or self.wanted.met(self.judged)

    @property
    def good(self) -> bool:
        return self.met or not (self.wanted and self.wanted.decides)

    @property
    def measured(self) -> str:
        return f"{plainly(self.value)}{'' if self.unit in ('', 'x', '%', '/s') else ' '}{self.unit}"

    def is_worse_than(self, before: float) -> bool:
        """Where nothing is wanted, nobody knows which way is worse."""
        if self.wanted is None or self.lasting is None:
            return False
        if self.wanted.sign == "at least":
            return self.lasting < before * (1 - self.margin)
        return self.lasting > before * (1 + self.margin)

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "ratio": self.ratio, "met": self.met, "good": self.good}

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Figure:
        wanted, beside = told["wanted"], told["beside"]
        return cls(
            told["name"], told["value"], told["unit"], Wanted(**wanted) if wanted else None,
            Beside(**beside) if beside else None, told["margin"],
        )  # fmt: skip


def plainly(number: float) -> str:
    """Three digits say enough; whole numbers are told whole."""
    if number == int(number) or abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.3g}"


def peak() -> float:
    """The most memory that this process held, in MB. Of a child, getrusage also counts what its parent held at the fork."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

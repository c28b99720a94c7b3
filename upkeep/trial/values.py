"""What a step of the trial is, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from upkeep.trial.stage import Stage

Verdict = Literal["as assumed", "otherwise", "not tried"]


@dataclass(frozen=True, slots=True)
class Seen:
    """What Facebook did, in words. `mend` is what to change in this program, "" when it is as assumed."""

    what: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One open question. `assumed` is what this program is built on; `look` raises NotTried, or OutsideError."""

    name: str
    question: str
    assumed: str
    look: Callable[[Stage], Seen]


@dataclass(frozen=True, slots=True)
class Finding:
    """`mend`: what to change where it is otherwise, or why it could not be tried. `broke`: an error kept it from being tried."""

    step: str
    question: str
    assumed: str
    seen: str
    verdict: Verdict
    mend: str = ""
    broke: bool = False


def as_gone(code: int | None, subcode: int | None) -> Seen:
    """Facebook answered for what is no longer there with an error that is not taken as gone."""
    told = f"code {code}/{subcode}" if subcode else f"code {code}"
    return Seen(told, f"Take {told} for gone (connector/graph/decipher.py).")


class NotTried(Exception):
    """A step cannot be tried here; the message says why, and what would make it possible."""

"""Whether this process can be sent people, and what else is worth knowing, check by check.

A process is not ready only for what another process would do better, or what a new start would mend: its database does
not answer, or was never brought to shape; its own clock stands still; it was asked to end. That no worker lives is told
here and to whoever watches, but all web processes are the same in that: to take them out would hide the families' pages
and the inbox, too, and mend nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Check = Callable[[], str]  # a sentence why not, or ""
LEAVES: str = "This process was asked to end."  # to a proxy, in English only


@dataclass(frozen=True, slots=True)
class State:
    """One check, looked at. `must`: without it nobody is sent here."""

    name: str
    why_not: str
    must: bool


@dataclass(frozen=True, slots=True)
class Readiness:
    """`must` and `told` are this process's own checks by name, beside those that every one of them has."""

    must: Mapping[str, Check] = field(default_factory=dict)
    told: Mapping[str, Check] = field(default_factory=dict)
    leaving: threading.Event = field(default_factory=threading.Event)

    def leave(self) -> None:
        """From now on nobody is sent here: whoever is here already is served to the end."""
        self.leaving.set()

    def why_not(self) -> str:
        """The first reason for which nobody should be sent here, or ""."""
        if self.leaving.is_set():
            return LEAVES
        return next((why for check in self.must.values() if (why := check())), "")

    def states(self) -> list[State]:
        own = [State("stays", LEAVES if self.leaving.is_set() else "", must=True)]
        must = [State(name, check(), must=True) for name, check in self.must.items()]
        return [*own, *must, *(State(name, check(), must=False) for name, check in self.told.items())]

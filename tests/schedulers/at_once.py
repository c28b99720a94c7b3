"""An engine for tests: what is asked for is kept, and done when a test says so, in the order in which it was asked for."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from schedulers.house import House
from schedulers.jobs import JOBS
from schedulers.wishes import Wish


class AtOnce:
    def __init__(self, house: House) -> None:
        self.house, self.wishes = house, list[Wish]()

    def ask(self, session: Session, *wishes: Wish) -> None:
        self.wishes += [one for one in wishes if one not in self.wishes]

    def run(self, name: str, **ids: Any) -> None:
        JOBS[name](self.house, self.ask, **ids)

    def drain(self) -> list[Wish]:
        """Does all that may begin now, and what that asks for; what is to wait stays, and is returned."""
        while ready := [one for one in self.wishes if not one.after]:
            self.wishes.remove(ready[0])
            self.run(ready[0].job, **dict(ready[0].ids))
        return self.wishes

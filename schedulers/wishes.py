"""Wishes: what somebody wants done soon, in ids only. Rows hold the truth; a wish is a wake-up, and may be lost or come twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sqlmodel import Session

from models.database import Database
from models.delivery import hear_of_debts

Ids = Mapping[str, str | Sequence[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Wish:
    """`job` is a name of schedulers.jobs.JOBS, `ids` what it is called with.

    Jobs of one `lock` never run at the same time ("" = as many as like). Of one `once` only one waits: what it would do
    is done by that one ("" = each for itself). `after`: seconds until it may begin; never with a lock, since a job that
    waits with one keeps back those of the same lock that are ready (procrastinate #1599).
    """

    job: str
    ids: Ids = field(default_factory=dict)
    lock: str = ""
    once: str = ""
    after: int = 0

    def __post_init__(self) -> None:
        if self.lock and self.after:
            raise ValueError("What waits holds no lock: write the time into its row.")


class Ask(Protocol):
    """Asks for jobs in the transaction of a session: they begin after its commit, and never if it is rolled back."""

    def __call__(self, session: Session, *wishes: Wish) -> None: ...


def round_of(school: str) -> Wish:
    """Feeds, plans, what nobody answered, letters."""
    return Wish("school", {"school": school}, f"school:{school}", f"round:{school}")


def comments_of(school: str, page: str) -> Wish:
    return Wish("collect", {"school": school, "page": page}, f"page:{school}/{page}", f"collect:{school}/{page}")


def owed_in(school: str, lane: str) -> Wish:
    """`lane` as in models.delivery: "page:<slug>" or "center:<slug>"."""
    kind, slug = lane.split(":", 1)
    return Wish("lane", {"school": school, "lane": lane}, f"{kind}:{school}/{slug}", f"lane:{school}/{lane}")


def look_at(pages: Sequence[tuple[str, str]]) -> Wish:
    """(school, page) each, at least one. Without a lock: it only reads, and asks for `collect` where something is new."""
    return Wish("look", {"pages": [list(one) for one in pages]}, once="look:{}/{}".format(*pages[0]))


def ask_when_owed(db: Database, ask: Ask) -> None:
    """Whoever writes down a debt to a page or center need not think of asking for its sending."""
    hear_of_debts(db, lambda session, lanes: ask(session, *(owed_in(*one) for one in lanes)))


HEED = Wish("heed", once="heed")
HEED_LATER = Wish("heed", once="heed later", after=5)  # for pages that were read just now (inward.HINTS_APART)

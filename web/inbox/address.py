"""The address of one list of the inbox: what it asks for, read leniently, and the links that lead from it to others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlencode

from inbox.language.tags import base
from models.inbox import STATES, VIEWS, View, Wanted
from models.paging import Place, place_of, told
from web.visit import Visit

AGES = (1, 3, 7, 30)  # days
VOICE = "voice"  # the order in which the smallest voice comes first
_LONGEST = 200  # characters of what is looked for


@dataclass(frozen=True, slots=True)
class Asked:
    """`days`: only who began to wait at least so long ago. `at` is where in the list, as `models.paging.told` wrote it.

    `order`: "voice" for the smallest voice first, where an answer is owed; "" for each list's own.
    """

    view: View = "mine"
    language: str = ""
    page: str = ""
    state: str = ""
    person: str = ""
    days: int = 0
    q: str = ""
    order: str = ""
    at: str = ""

    @property
    def here(self) -> str:
        return self.link()

    @property
    def is_narrowed(self) -> bool:
        """By more than words: is the form of filters in use?"""
        return bool(self.language or self.page or self.state or self.person or self.days)

    @property
    def bare(self) -> Asked:
        return Asked(self.view)

    def link(self, **changes: str | int) -> str:
        """The address of this list with some of it changed; on its first page unless `at` is given."""
        other = replace(self, **{"at": "", **changes})  # type: ignore[arg-type]
        given = {name: getattr(other, name) for name in _NAMES if getattr(other, name)}
        return f"/?{urlencode(given)}"

    def beside(self, place: Place | None) -> str:
        return self.link(at=told(place)) if place else ""

    @property
    def by_voice(self) -> str:
        """The address of this list with the smallest voice first; "" where nobody is owed an answer, or all are unsure."""
        if self.view == "all":
            return self.link(order=VOICE, state="open")
        return self.link(order=VOICE) if self.view in ("mine", "languages") else ""

    def wanted(self, visit: Visit, voices: Sequence[str] = ()) -> Wanted:
        """`voices`: the school's languages, the smallest voice first."""
        return Wanted(
            self.view, visit.email, speaks(visit), self.language, self.page, self.state, self.person,
            visit.now - timedelta(days=self.days) if self.days else None, self.q, voices=tuple(voices),
        )  # fmt: skip

    def place(self, visit: Visit) -> Place | None:
        return place_of(self.at, days=self.wanted(visit).order == "promised") if self.at else None


_NAMES = ("view", "language", "page", "state", "person", "days", "q", "order", "at")


def asked_of(visit: Visit) -> Asked:
    """What an address cannot mean is as if it were not there. Who looks for words looks everywhere, unless they say where."""
    given = visit.request.query_params
    q = " ".join(given.get("q", "").replace("\x00", "").split())[:_LONGEST]
    view = given.get("view", "")
    days, state = given.get("days", ""), given.get("state", "")
    plain = {name: given.get(name, "").replace("\x00", "")[:_LONGEST] for name in ("language", "page", "person")}
    return Asked(
        view=view if view in VIEWS else "all" if q else "mine", language=plain["language"], page=plain["page"],
        state=state if state in STATES else "", person=plain["person"], days=int(days) if days in map(str, AGES) else 0,
        q=q, order=VOICE if given.get("order") == VOICE else "", at=given.get("at", ""),
    )  # fmt: skip


def speaks(visit: Visit) -> tuple[str, ...]:
    """The tags of conversations that this person can answer: pt for who speaks pt-BR, and what the school calls it."""
    theirs = {base(tag) for tag in visit.person.languages}
    also = (tag for tag in (*visit.person.languages, *visit.school.languages) if base(tag) in theirs)
    return tuple(sorted(theirs | set(also)))

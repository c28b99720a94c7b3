"""Of several people who could answer, whom to ask first: reasons in their order, and what speaks against the others. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple, Protocol

from config.languages import language_name
from inbox.language.tags import base

A_WEEK = 40.0  # hours
# By how much the share of who also answers a rarer language counts as larger. Their own language fills their share by itself;
# were they asked last however little they have, all others would wait longer than theirs (benchmarks/fairness.py).
KEPT_FREE = 1.1
_KEPT_FREE = "{name} is kept free for {kept_for}, which fewer people here speak"


class WorkingTime(Protocol):
    """When somebody answers."""

    def is_open(self, at: datetime) -> bool: ...

    def add(self, start: datetime, span: timedelta) -> datetime:
        """The moment when `span` of working time has passed since `start`."""
        ...


@dataclass(frozen=True, slots=True)
class Speaker:
    """A person of the school. `languages` are BCP 47 tags; `assigned_today` counts what they were given since midnight.

    `language_hours`: language -> hours a week for families in it; empty = all of `week_hours`, for any language.
    `given`: language -> conversations given in the last seven days. `away_until`: the last day of the days away that
    today is one of. In `language_hours` and `given` languages are written as `base` writes them.
    """

    email: str
    name: str
    role: str  # owner | volunteer | staff | center
    languages: tuple[str, ...]
    working: WorkingTime
    daily_limit: int
    assigned_today: int = 0
    off: bool = False
    away_until: date | None = None
    language_hours: Mapping[str, float] = field(default_factory=dict)
    week_hours: float = A_WEEK
    given: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_half_full(self) -> bool:
        return 2 * self.assigned_today >= self.daily_limit

    def hours_for(self, language: str) -> float:
        return self.language_hours.get(base(language), 0.0) if self.language_hours else self.week_hours

    def share(self, language: str, *, more: int = 0) -> float:
        """Conversations of the last week, and `more`, for each hour that there is for them."""
        given = more + (self.given.get(base(language), 0) if self.language_hours else sum(self.given.values()))
        hours = self.hours_for(language)
        return given / hours if hours else math.inf


def speaks(one: Speaker, language: str) -> bool:
    return base(language) in {base(tag) for tag in one.languages}


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked for. `spoken`: language -> how many people who are there speak it. `kept`: the languages for which
    people are kept free, where others can answer what is asked: all of the families' but the school's own."""

    language: str
    mixed_with: str | None
    previous: str | None
    now: datetime
    spoken: Mapping[str, int] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()

    def read_by(self, one: Speaker) -> bool:
        return any(speaks(one, language) for language in (self.language, self.mixed_with) if language)


def how_many_speak(people: Sequence[Speaker]) -> dict[str, int]:
    """Of those who are there, by language."""
    return Counter(tag for one in people if not one.away_until for tag in {base(tag) for tag in one.languages})


def kept_languages(languages: Sequence[str]) -> frozenset[str]:
    """`languages`: those of the families, the school's own first."""
    return frozenset(map(base, languages)) - frozenset(map(base, languages[:1]))


def first_of(people: Sequence[Speaker], ask: Asking) -> Speaker | None:
    return min(people, key=lambda one: [reason.measure(one, ask) for reason in REASONS], default=None)


class Against(NamedTuple):
    """Why somebody was not asked. `spared`: so that they have time for a language that fewer people speak."""

    sentence: str
    spared: bool


def against(one: Speaker, chosen: Speaker, ask: Asking) -> Against:
    """The first reason that puts `one` behind `chosen`."""
    decides = next(reason for reason in REASONS if reason.measure(one, ask) != reason.measure(chosen, ask))
    kept_for = " and ".join(language_name(tag) for tag in _rarer(one, ask))
    only_weighed = decides.measure is _weighed and one.share(ask.language) <= chosen.share(ask.language)
    sentence = _KEPT_FREE if only_weighed else decides.sentence
    spared = "{kept_for}" in sentence
    return Against(sentence.format(name=one.name, chosen=chosen.name, kept_for=kept_for), spared)


def _weighed(one: Speaker, ask: Asking) -> float:
    """Their share after this one; who answers a language that fewer people speak counts as having a little more."""
    after = one.share(ask.language, more=1)
    return after * KEPT_FREE if _rarer(one, ask) else after


def _rarer(one: Speaker, ask: Asking) -> list[str]:
    usual = ask.spoken.get(base(ask.language), math.inf)
    return sorted(
        {tag for tag in map(base, one.languages) if tag in ask.kept and ask.spoken.get(tag, math.inf) < usual}
    )


class Reason(NamedTuple):
    """`measure`: the smaller comes first. `sentence`: what it says against who has the larger."""

    measure: Callable[[Speaker, Asking], float | str]
    sentence: str


REASONS = (
    Reason(lambda one, ask: not ask.read_by(one), "{name} does not read it"),
    Reason(lambda one, ask: not speaks(one, ask.language), "{name} reads only a part of it"),
    Reason(lambda one, ask: bool(ask.mixed_with) and not speaks(one, ask.mixed_with or ""), "{name} reads only a part of it"),
    Reason(lambda one, ask: not one.working.is_open(ask.now), "{name} is out of working hours just now"),
    Reason(lambda one, ask: one.email != ask.previous, "{chosen} knows this family, {name} does not"),
    Reason(lambda one, ask: not one.hours_for(ask.language), "{name} keeps the hours for other languages"),
    Reason(lambda one, ask: bool(_rarer(one, ask)) and one.is_half_full, "{name} keeps the rest of today for {kept_for}"),
    Reason(_weighed, "{name} had more this week for the hours there are"),
    Reason(lambda one, ask: bool(_rarer(one, ask)), _KEPT_FREE),
    Reason(lambda one, ask: one.assigned_today, "{name} had more today"),
    Reason(lambda one, ask: one.name, "{name} comes later in the alphabet, all else being equal"),
    Reason(lambda one, ask: one.email, "{name} comes later in the alphabet, all else being equal"),
)  # fmt: skip

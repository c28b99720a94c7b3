"""The sentences in which staff read why a comment came to them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from config.languages import language_name
from inbox.language.tags import UNSURE, base
from inbox.routing.ranking import Asking, Speaker, against, speaks
from inbox.routing.rules import SchoolRule, either, what

_SURELY = 0.9


@dataclass(frozen=True, slots=True)
class Helper:
    """A partner organisation, and how to reach it, as people write it."""

    name: str
    languages: tuple[str, ...]
    contact: str


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of the comment's language, and from whom."""

    ask: Asking
    candidates: tuple[tuple[str, float], ...]
    by: str = ""
    unseen: bool = False
    families: tuple[str, ...] = ()  # the languages of the school

    @property
    def is_known(self) -> bool:
        return not self.unseen and base(self.ask.language) != UNSURE

    @property
    def elsewhere(self) -> str | None:
        """The language that it surely looks like, and that is not one of the school's: so it was not guessed."""
        language, share = self.candidates[0] if self.candidates else ("", 0.0)
        theirs = {base(tag) for tag in self.families}
        return language if not self.is_known and share >= _SURELY and base(language) not in theirs else None

    @property
    def said(self) -> str:
        """How the language is known, up to what follows from it."""
        language, other = self.ask.language, self.ask.mixed_with
        named = f"{language_name(language)} mixed with {language_name(other)}" if other else language_name(language)
        return f"{self.by} said it is {named};" if self.by else f"{named}, and"


def speaker(told: Told, one: Speaker, able: Sequence[Speaker], passed: Sequence[str]) -> str:
    """For whoever speaks it. Of those who could have had it as well, the ones are named whom the family or fairness speaks for."""
    free = [other for other in able if other != one and not cannot(other)]
    known = told.ask.previous
    said = [(other, against(other, one, told.ask)) for other in sorted(free, key=lambda one: one.name)]
    noted = [why.sentence for other, why in said if other.email == known or why.spared]
    return _sentences(_who_speaks(told, one, knows=bool(free) and one.email == known), *passed, *noted)


def _who_speaks(told: Told, one: Speaker, *, knows: bool = False) -> str:
    family = ", and knows this family" if knows else ""
    late = "" if one.working.is_open(told.ask.now) else "; out of working hours just now"
    return f"{told.said} {one.name} speaks {_as_much(told.ask, one)}{family}{late}"


def _as_much(ask: Asking, one: Speaker) -> str:
    if not ask.mixed_with:
        return "it"
    if speaks(one, ask.language) and speaks(one, ask.mixed_with):
        return "both"
    return language_name(ask.language if speaks(one, ask.language) else ask.mixed_with)


def by_rule(told: Told, one: Speaker, rule: SchoolRule, passed: Sequence[str], helpers: Sequence[Helper]) -> str:
    """For whom a rule of the school's names; also for a language that they don't read, if the rule says so."""
    if told.is_known and told.ask.read_by(one):
        begin = _who_speaks(told, one)
    elif told.is_known:
        begin = f"{told.said} {one.name} was named for it, without speaking it"
    else:
        begin = f"{_unsure(told).removesuffix('.')}; {one.name} was named for that"
    return _sentences(begin, f"By the school’s rule: {sentence(rule)}", *passed, help_said(helpers))


def sentence(rule: SchoolRule) -> str:
    return f"{what(rule)} ({rule.why.rstrip('.')})" if rule.why else what(rule)


def knows(one: Speaker, rule: SchoolRule, ask: Asking) -> str:
    """Of somebody whom a rule names, and who was not asked since they could not read it."""
    return f"{one.name} looks after {what(rule)}, but does not speak {language_name(ask.language)}"


def cannot(one: Speaker) -> str:
    """Why they cannot take anything today, or nothing."""
    full = f"{one.name} has {one.assigned_today} of {one.daily_limit} for today already"
    return away(one) or (full if one.assigned_today >= one.daily_limit else "")


def away(one: Speaker) -> str:
    return f"{one.name} is away until {one.away_until:%B} {one.away_until.day}" if one.away_until else ""


def nobody(told: Told, spoken: bool, passed: Sequence[str], helpers: Sequence[Helper]) -> str:
    if told.unseen:
        return _sentences("A photo, video or voice message without words to tell a language by", *passed)
    if not told.is_known:
        return _sentences(_unsure(told), *passed, help_said(helpers))
    if spoken:
        return _sentences(f"{told.said} nobody who speaks it is free", *passed)
    either_one = "either" if told.ask.mixed_with else "it"
    return _sentences(f"{told.said} nobody here speaks {either_one}", *passed, help_said(helpers))


def help_said(helpers: Sequence[Helper]) -> str:
    return f"These can help: {', '.join(f'{one.name} ({one.contact})' for one in helpers)}" if helpers else ""


def _unsure(told: Told) -> str:
    if not told.candidates:
        return "Unsure of the language: there are no words to tell it by"
    if told.elsewhere:
        return f"It looks like {language_name(told.elsewhere)}, which is not one of the school’s languages"
    guesses = [f"{language_name(language)} ({share:.0%})" for language, share in told.candidates[:2]]
    return f"Unsure of the language: perhaps {either(guesses)}"


def _sentences(*said: str) -> str:
    return " ".join(f"{one[:1].upper()}{one[1:].rstrip('.')}." for one in said if one)

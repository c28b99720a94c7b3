"""Finds the person who answers one comment, and says why in a sentence that staff can read.

The school's own rules are tried in their order, then whoever speaks the language; what nobody can take goes to a person
who is named for that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from inbox.language.tags import UNSURE, base
from inbox.routing import reasons
from inbox.routing.ranking import (
    Asking,
    Speaker,
    WorkingTime,
    against,
    first_of,
    how_many_speak,
    kept_languages,
    speaks,
)
from inbox.routing.reasons import Helper, Told
from inbox.routing.rules import About, SchoolRule, holds

__all__ = ["ANSWERING_ROLES", "Helper", "Route", "Rules", "Speaker", "WorkingTime", "helpers_in", "route", "speaks"]

ANSWERING_ROLES = frozenset({"owner", "staff"})
_ANYWHERE = About()


@dataclass(frozen=True, slots=True)
class Rules:
    """`respond_within` counts in `working`, the school's hours; `fallback` is the e-mail of one of the speakers.

    `own`: the school's rules in their order. `no_speaker`: e-mail of who gets what nobody reads, "" = the fallback.
    `languages`: those of the families, the school's own first.
    """

    fallback: str
    respond_within: timedelta
    working: WorkingTime
    own: tuple[SchoolRule, ...] = ()
    no_speaker: str = ""
    helpers: tuple[Helper, ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """`rule`: own (a rule of the school's, `own`) | speaker | other-language (that of a mixed comment) | no-speaker | fallback.

    `tried`: why others were passed over.
    """

    assignee: str | None
    rule: str
    reason: str
    due_at: datetime
    tried: tuple[str, ...] = ()
    own: str = ""


def route(
    language: str,
    candidates: Sequence[tuple[str, float]],
    speakers: Sequence[Speaker],
    rules: Rules,
    now: datetime,
    *,
    attachment_only: bool = False,
    previous: str | None = None,
    mixed_with: str | None = None,
    told_by: str = "",
    about: About = _ANYWHERE,
) -> Route:
    """`language`, `candidates`, `mixed_with` as in LanguageGuess. `previous` is the e-mail of who had this family before.
    `told_by` is the name of a person who said which language it is.
    """
    staff = [one for one in speakers if one.role in ANSWERING_ROLES and not one.off]
    due = rules.working.add(now, rules.respond_within)
    ask = Asking(language, mixed_with, previous, now, how_many_speak(staff), kept_languages(rules.languages))
    told = Told(ask, tuple(candidates), told_by, attachment_only, rules.languages)
    passed: list[str] = []
    for rule in _that_hold(rules, ask, about):
        pool = [one for one in staff if one.email in rule.people]
        named = rule.names(language, mixed_with)
        may = pool if named else _readers(pool, ask)
        passed += [reasons.knows(one, rule, ask) for one in pool if one not in may]
        if one := _first_free(may, ask, passed):
            reason = reasons.by_rule(told, one, rule, passed, _helpers(rules, ask, staff))
            return Route(one.email, "own", reason, due, _all_passed(may, one, ask, passed), reasons.sentence(rule))
    able = _readers(staff, ask) if told.is_known else []
    if one := _first_free(able, ask, passed):
        how = "speaker" if speaks(one, language) else "other-language"
        return Route(one.email, how, reasons.speaker(told, one, able, passed), due, _all_passed(able, one, ask, passed))
    return replace(_nobody(told, bool(able), staff, rules, passed), due_at=due)


def _that_hold(rules: Rules, ask: Asking, about: About) -> Iterator[SchoolRule]:
    return (rule for rule in rules.own if holds(rule, ask.language, ask.mixed_with, about))


def _readers(people: Sequence[Speaker], ask: Asking) -> list[Speaker]:
    return [one for one in people if ask.read_by(one)]


def _first_free(people: Sequence[Speaker], ask: Asking, passed: list[str]) -> Speaker | None:
    """The one to ask; notes in `passed` who is away, or has their share for today."""
    passed += [
        why for one in sorted(people, key=lambda one: one.name) if (why := reasons.cannot(one)) not in ("", *passed)
    ]
    return first_of([one for one in people if not reasons.cannot(one)], ask)


def _all_passed(people: Sequence[Speaker], chosen: Speaker, ask: Asking, passed: Sequence[str]) -> tuple[str, ...]:
    others = sorted((one for one in people if one != chosen and not reasons.cannot(one)), key=lambda one: one.name)
    return (*passed, *(against(one, chosen, ask).sentence for one in others))


def _nobody(told: Told, spoken: bool, staff: Sequence[Speaker], rules: Rules, passed: list[str]) -> Route:
    """For who is named for a language that nobody speaks, else the fallback, else an owner."""
    unspoken = not spoken and told.is_known
    helpers = _helpers(rules, told.ask, staff) if unspoken else helpers_in(rules.helpers, told.elsewhere)
    wanted = (rules.no_speaker, rules.fallback) if unspoken else (rules.fallback,)
    there = {one.email: one for one in staff}
    passed += [why for email in wanted if email in there and (why := reasons.away(there[email])) not in ("", *passed)]
    owners = sorted(one.email for one in staff if one.role == "owner")
    here = [email for email in (*wanted, *owners) if email in there and not there[email].away_until]
    assignee = next(iter(here), rules.fallback if rules.fallback in there or not owners else owners[0])
    how = "no-speaker" if unspoken and assignee == rules.no_speaker else "fallback"
    return Route(assignee, how, reasons.nobody(told, spoken, passed, helpers), told.ask.now, tuple(passed))


def _helpers(rules: Rules, ask: Asking, staff: Sequence[Speaker]) -> tuple[Helper, ...]:
    """Partners who can help with a language that nobody here reads."""
    return () if _readers(staff, ask) else helpers_in(rules.helpers, ask.language, ask.mixed_with)


def helpers_in(helpers: Sequence[Helper], *languages: str | None) -> tuple[Helper, ...]:
    wanted = {base(one) for one in languages if one and base(one) != UNSURE}
    return tuple(one for one in helpers if wanted & {base(tag) for tag in one.languages})

"""Finds the person who answers one comment, and says why in a sentence that staff can read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from config.languages import language_name
from inbox.language.tags import UNSURE, base

ANSWERING_ROLES = frozenset({"owner", "staff"})


class WorkingTime(Protocol):
    """When somebody answers."""

    def is_open(self, at: datetime) -> bool: ...

    def add(self, start: datetime, span: timedelta) -> datetime:
        """The moment when `span` of working time has passed since `start`."""
        ...


@dataclass(frozen=True, slots=True)
class Speaker:
    """A person of the school. `languages` are BCP 47 tags; `assigned_today` counts what they were given since midnight."""

    email: str
    name: str
    role: str  # owner | volunteer | staff | center
    languages: tuple[str, ...]
    working: WorkingTime
    daily_limit: int
    assigned_today: int = 0
    off: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """`respond_within` counts in `working`, the school's hours; `fallback` is the e-mail of one of the speakers."""

    fallback: str
    respond_within: timedelta
    working: WorkingTime


@dataclass(frozen=True, slots=True)
class Route:
    """`rule`: speaker | other-language (that of a mixed comment) | fallback. `tried`: why others were passed over."""

    assignee: str | None
    rule: str
    reason: str
    due_at: datetime
    tried: tuple[str, ...] = ()


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
) -> Route:
    """`language`, `candidates`, `mixed_with` as in LanguageGuess. `previous` is the e-mail of who had this family before.
    `told_by` is the name of a person who said which language it is.

    Whoever reads all of a mixed comment comes first, then those at work, then `previous`, then who has least today.
    """
    staff = [one for one in speakers if one.role in ANSWERING_ROLES and not one.off]
    due = rules.working.add(now, rules.respond_within)
    if attachment_only:
        return _fallback(staff, rules, due, "A photo, video or voice message without words to tell a language by.")
    if base(language) == UNSURE:
        return _fallback(staff, rules, due, _unsure(candidates))
    tried: list[str] = []
    for wanted, other in ((language, mixed_with), (mixed_with, None)):
        if wanted and (one := _best(staff, wanted, other, previous, now, tried)):
            rule = "speaker" if wanted == language else "other-language"
            return Route(
                one.email, rule, _why(one, language, mixed_with, wanted, now, tried, told_by), due, tuple(tried)
            )
    return _fallback(staff, rules, due, _nobody(language, mixed_with, tried, told_by), tuple(tried))


def _best(
    staff: Sequence[Speaker], wanted: str, other: str | None, previous: str | None, now: datetime, tried: list[str]
) -> Speaker | None:
    """The one to ask among those who speak `wanted`; notes in `tried` who has their share for today."""
    able = sorted((one for one in staff if speaks(one, wanted)), key=lambda one: one.name)
    for one in able:
        if one.assigned_today >= one.daily_limit:
            tried.append(f"{one.name} has {one.assigned_today} of {one.daily_limit} for today already")
    free = [one for one in able if one.assigned_today < one.daily_limit]
    return min(free, key=lambda one: _rank(one, other, previous, now), default=None)


def _rank(
    one: Speaker, other: str | None, previous: str | None, now: datetime
) -> tuple[bool, bool, bool, int, str, str]:
    reads_all = not other or speaks(one, other)
    return not reads_all, not one.working.is_open(now), one.email != previous, one.assigned_today, one.name, one.email


def speaks(one: Speaker, language: str) -> bool:
    return base(language) in {base(tag) for tag in one.languages}


def _why(
    one: Speaker, language: str, mixed_with: str | None, wanted: str, now: datetime, tried: Sequence[str], told_by: str
) -> str:
    sentence = f"{_known(language, mixed_with, told_by)} {one.name} speaks {_what(one, language, mixed_with, wanted)}"
    if not one.working.is_open(now):
        sentence += "; out of working hours just now"
    return ". ".join((sentence, *tried)) + "."


def _what(one: Speaker, language: str, mixed_with: str | None, wanted: str) -> str:
    if not mixed_with:
        return "it"
    both = speaks(one, language) and speaks(one, mixed_with)
    return "both" if both else language_name(wanted)


def _said(language: str, mixed_with: str | None) -> str:
    return (
        f"{language_name(language)} mixed with {language_name(mixed_with)}" if mixed_with else language_name(language)
    )


def _known(language: str, mixed_with: str | None, told_by: str) -> str:
    """How the language is known, up to what follows from it."""
    said = _said(language, mixed_with)
    return f"{told_by} said it is {said};" if told_by else f"{said}, and"


def _nobody(language: str, mixed_with: str | None, tried: Sequence[str], told_by: str) -> str:
    known = _known(language, mixed_with, told_by)
    if tried:
        return ". ".join((f"{known} nobody who speaks it is free", *tried)) + "."
    return f"{known} nobody here speaks {'either' if mixed_with else 'it'}."


def _unsure(candidates: Sequence[tuple[str, float]]) -> str:
    if not candidates:
        return "Unsure of the language: there are no words to tell it by."
    guesses = " or ".join(f"{language_name(language)} ({share:.0%})" for language, share in candidates[:2])
    return f"Unsure of the language: perhaps {guesses}."


def _fallback(staff: Sequence[Speaker], rules: Rules, due: datetime, reason: str, tried: tuple[str, ...] = ()) -> Route:
    """The fallback, or an owner when that person is off."""
    there = [one.email for one in staff]
    owners = sorted(one.email for one in staff if one.role == "owner")
    assignee = rules.fallback if rules.fallback in there or not owners else owners[0]
    return Route(assignee, "fallback", reason, due, tried)

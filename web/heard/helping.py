"""What would help a language to be heard, and who answers in it by now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from inbox.language.tags import base
from models.heard import UNSURE
from models.staff import StaffMember
from upkeep.heard import Heard, Line
from web.roles import ANSWERS

Kind = Literal["nobody speaks it", "too few hours", "closed", "nobody wrote", "nobody could tell"]


@dataclass(frozen=True, slots=True)
class Help:
    """So many `people` answer in it, together so many `hours` a week; None where one of them answers in all of theirs."""

    line: Line
    kind: Kind
    people: int = 0
    hours: float | None = None


def helps(heard: Heard, staff: Sequence[StaffMember]) -> dict[Kind, list[Help]]:
    """By kind; in each, as the lines go: who waits longest comes first."""
    found: dict[Kind, list[Help]] = {}
    for one in heard.lines:
        if needed := _help(one, speakers(one.language, staff)):
            found.setdefault(needed.kind, []).append(needed)
        if heard.is_closed_oftener(one):
            found.setdefault("closed", []).append(Help(one, "closed"))
    return found


def speakers(language: str, staff: Iterable[StaffMember]) -> list[StaffMember]:
    return [one for one in staff if one.role in ANSWERS and base(language) in map(base, one.languages)]


def _help(one: Line, theirs: Sequence[StaffMember]) -> Help | None:
    if one.language == UNSURE:
        return Help(one, "nobody could tell") if one.waiting else None
    if not one.owed:
        return Help(one, "nobody wrote", len(theirs))
    if not theirs:
        return Help(one, "nobody speaks it")
    return Help(one, "too few hours", len(theirs), _hours(one.language, theirs)) if one.is_flagged else None


def _hours(language: str, theirs: Iterable[StaffMember]) -> float | None:
    each = [{base(tag): n for tag, n in one.language_hours.items()}.get(base(language)) for one in theirs]
    known = [n for n in each if n is not None]
    return sum(known) if len(known) == len(each) else None

"""The whole way of one text, as steps that a person can read: what `routes explain` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from inbox.language.guess import Guesser, LanguageGuess
from inbox.owed import Owed, owes_answer
from inbox.routing import Route, Rules, Speaker, route
from inbox.rules import About

_ANYWHERE = About()


@dataclass(frozen=True, slots=True)
class Explained:
    """`route` is None for what needs no answer."""

    guess: LanguageGuess
    owed: Owed
    route: Route | None

    @property
    def steps(self) -> tuple[str, ...]:
        if not self.route:
            return (*self.guess.steps, f"No answer needed: {self.owed.reason}")
        passed = tuple(f"Passed over: {one}." for one in self.route.tried)
        person = f"Person: {self.route.assignee}, by {self.route.due_at.isoformat(timespec='minutes')}."
        return (
            *self.guess.steps,
            f"Owed: {self.owed.reason}",
            *passed,
            f"Rule: {self.route.rule}.",
            person,
            self.reason,
        )

    @property
    def reason(self) -> str:
        return self.route.reason if self.route else self.owed.reason


def explain(
    text: str,
    guesser: Guesser,
    languages: Sequence[str],
    speakers: Sequence[Speaker],
    rules: Rules,
    now: datetime,
    *,
    prior: Mapping[str, float] | None = None,
    attachment: str = "",
    about: About = _ANYWHERE,
) -> Explained:
    guess, owed = guesser.guess(text, languages, prior), owes_answer(text, attachment)
    if not owed.owed:
        return Explained(guess, owed, None)
    found = route(
        guess.language,
        guess.candidates,
        speakers,
        rules,
        now,
        attachment_only=bool(attachment) and owed.no_language,
        mixed_with=guess.mixed_with,
        about=about,
    )
    return Explained(guess, owed, found)


def explained_json(explained: Explained) -> dict[str, Any]:
    """The same for programs; times in ISO 8601."""
    told = asdict(explained.route) if explained.route else None
    if told:
        told["due_at"] = told["due_at"].isoformat()
    return {
        "language": explained.guess.language,
        "confidence": explained.guess.confidence,
        "mixed_with": explained.guess.mixed_with,
        "candidates": [list(pair) for pair in explained.guess.candidates],
        "engines": list(explained.guess.engines),
        "owed": explained.owed.owed,
        "reason": explained.reason,
        "route": told,
        "steps": list(explained.steps),
    }

"""Rules that a school writes for who answers what, and whether one holds for a comment. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from config.languages import language_name
from inbox.language.tags import UNSURE, base
from models.words import words


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a comment besides its language. `event`: title, place and categories of what its post is about."""

    page: str = ""
    group: str = ""
    topic: str = ""
    event: str = ""


@dataclass(frozen=True, slots=True)
class SchoolRule:
    """A condition that is empty holds for everything. `people`: emails of a pool. `why`: in the school's words.

    `group_name` and `topic_name` are how a sentence calls them.
    """

    id: str
    people: tuple[str, ...]
    languages: tuple[str, ...] = ()
    page: str = ""
    group: str = ""
    topic: str = ""
    event_words: tuple[str, ...] = ()
    why: str = ""
    group_name: str = ""
    topic_name: str = ""

    def names(self, *languages: str | None) -> bool:
        """Does it say one of these languages itself? Then it may ask people who do not read it."""
        return bool({base(one) for one in languages if one} & {base(one) for one in self.languages})


def holds(rule: SchoolRule, language: str, mixed_with: str | None, about: About) -> bool:
    """What is unsure is meant only by a rule that says so: nobody could be shown to read it."""
    if (rule.languages or language == UNSURE) and not rule.names(language, mixed_with):
        return False
    for wanted, there in ((rule.page, about.page), (rule.group, about.group), (rule.topic, about.topic)):
        if wanted and wanted != there:
            return False
    return not rule.event_words or any(_in(phrase, about.event) for phrase in rule.event_words)


def _in(phrase: str, event: str) -> bool:
    """Whole words, without regard to case and accents."""
    wanted = words(phrase)
    return bool(wanted) and set(wanted) <= set(words(event))


def what(rule: SchoolRule) -> str:
    """What the rule is for: "comments in Spanish about the bus"."""
    parts = [
        ("in", either([language_said(one) for one in rule.languages])),
        ("on", rule.page),
        ("of", rule.group_name or rule.group),
        ("about", f"“{rule.topic_name or rule.topic}”" if rule.topic else ""),
        ("under events with", either([f"“{one}”" for one in rule.event_words])),
    ]
    said = " ".join(f"{word} {name}" for word, name in parts if name)
    return f"comments {said}" if said else "all comments"


def language_said(tag: str) -> str:
    return "a language that is unsure" if tag == UNSURE else language_name(tag)


def either(names: Sequence[str]) -> str:
    """ "a", "a or b", "a, b or c"."""
    return " or ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)

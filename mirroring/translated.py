"""An event's words in the languages they exist in: which of them may be said to whom. For posts and web pages alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from config.languages import wider_tags
from config.wording import Wording, locale_of, wording_for
from mirroring.facts import Facts, same_words

_SPEAKABLE = ("typed", "accepted")  # a machine's words that nobody has read, and words of an older event, are not said


@dataclass(frozen=True, slots=True)
class Text:
    """An event's words in one language. `status`: original | typed | machine | accepted | stale."""

    title: str
    description: str
    status: str


def translated(texts: Mapping[str, Text], facts: Facts, tag: str, original: str) -> Text | None:
    """Words for `tag` that may be said: read by a person, and about these facts.

    Not about an older title, nor about a date of a series that has a title of its own.
    """
    told = texts.get(original)
    if told and told.status == "original" and not same_words(told.title, facts.title):
        return None
    near = [*wider_tags(tag), *sorted(one for one in texts if base_language(one) == base_language(tag))]
    found = (texts[one] for one in near if one in texts)
    return next((text for text in found if text.status in _SPEAKABLE and text.title.strip()), None)


def original_name(original: str, wording: Wording, wordings: Mapping[str, Wording]) -> str:
    """The original's language as the language of `wording` calls it."""
    base, locale = base_language(original), locale_of(wording.language)
    named = wording.languages.get(base) or (locale.languages.get(base) if locale else None)
    own = wording_for(original, wordings)
    return named or (own.name if own else original)


def base_language(tag: str) -> str:
    """The language alone: "es" of es-MX."""
    return tag.replace("_", "-").split("-")[0].lower()

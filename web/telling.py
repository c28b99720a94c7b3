"""An event's words for one reader: in their language where somebody wrote them, else the original with a note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from config.languages import wider_tags
from config.wording import Wording, locale_of, wording_for
from mirroring.blocks import Voice, base_language
from mirroring.facts import Facts, same_words
from mirroring.plain_text import clean, one_line
from models.event import EventText

_READ_BY_PEOPLE = ("typed", "accepted")  # not a machine's words that nobody read, nor words of an older event


@dataclass(frozen=True, slots=True)
class Words:
    """Text and the language it is in, which a page must name for screen readers."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Told:
    """`note` is a sentence where something stands in the original, else ""."""

    title: Words
    description: Words
    note: str


@dataclass(frozen=True, slots=True)
class Teller:
    """What one event can be told with; `original` is the language of its facts."""

    original: str
    texts: Sequence[EventText]
    wordings: Mapping[str, Wording]

    def told(self, facts: Facts, voice: Voice) -> Told:
        text = self._translated(facts, voice)
        title = Words(text.title, voice.tag) if text else Words(facts.title, self.original)
        translated = text is not None and bool(text.description.strip())
        description = (
            Words(text.description, voice.tag) if text and translated else Words(facts.description, self.original)
        )
        foreign = [one for one in (title, description) if one.text.strip() and not _speaks(voice, one.language)]
        note = voice.wording.asks.original.format(language=self._original_name(voice)) if foreign else ""
        return Told(
            Words(one_line(title.text), title.language), Words(clean(description.text), description.language), note
        )

    def _translated(self, facts: Facts, voice: Voice) -> EventText | None:
        """Words for this language, if they are about these facts: one date of a series may have a title of its own."""
        original = next((one for one in self.texts if one.status == "original"), None)
        if _speaks(voice, self.original) or (original and not same_words(original.title, facts.title)):
            return None
        known = {one.language: one for one in self.texts if one.status in _READ_BY_PEOPLE and one.title.strip()}
        near = [*wider_tags(voice.tag), *(tag for tag in known if _speaks(voice, tag))]
        return next((known[tag] for tag in near if tag in known), None)

    def _original_name(self, voice: Voice) -> str:
        """The original's language as this language calls it."""
        base, locale = base_language(self.original), locale_of(voice.wording.language)
        own = wording_for(self.original, self.wordings)
        name = voice.wording.languages.get(base) or (locale.languages.get(base) if locale else None)
        return name or (own.name if own else self.original)


def _speaks(voice: Voice, language: str) -> bool:
    return base_language(voice.tag) == base_language(language)

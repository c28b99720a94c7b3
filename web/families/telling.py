"""An event's words for one reader: in their language where somebody wrote them, else the original with a note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from config.wording import Wording
from mirroring.blocks import Voice
from mirroring.facts import Facts
from mirroring.plain_text import clean, one_line
from mirroring.translated import Text, base_language, original_name, translated
from models.event import EventText


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
        known = {one.language: Text(one.title, one.description, one.status) for one in self.texts}
        text = None if _speaks(voice, self.original) else translated(known, facts, voice.tag, self.original)
        title = Words(text.title, voice.tag) if text else Words(facts.title, self.original)
        description = Words(facts.description, self.original)
        if text and text.description.strip():
            description = Words(text.description, voice.tag)
        foreign = any(one.text.strip() and not _speaks(voice, one.language) for one in (title, description))
        return Told(
            Words(one_line(title.text), title.language),
            Words(clean(description.text), description.language),
            self._note(voice) if foreign else "",
        )

    def _note(self, voice: Voice) -> str:
        return voice.wording.asks.original.format(language=original_name(self.original, voice.wording, self.wordings))


def _speaks(voice: Voice, language: str) -> bool:
    return base_language(voice.tag) == base_language(language)

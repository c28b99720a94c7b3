"""Counts everyday words: the engine for short texts, and for languages that langdetect has no profile of."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import lru_cache

from inbox.language.clean import words
from inbox.language.shapes import shaped
from inbox.language.words import KNOWN, LISTED, TYPED_IN_LATIN, UNMISTAKABLE

_A_WORD_SAYS = 2.0  # nats: a listed word is about seven times likelier in its language than in another
_ONE_LETTER = 0.5  # "a", "o", "y" are words in many languages, and initials in all
_UNMISTAKABLE = 2.5


class WordsEngine:
    name = "words"
    version = "1"
    supported = LISTED - frozenset(TYPED_IN_LATIN)

    def scores(self, text: str, languages: Collection[str]) -> dict[str, float]:
        wanted = self.supported & frozenset(languages)
        found = hits(text, wanted)
        if not any(found.values()):
            return {}
        best = max(found.values())
        odds = {language: math.exp((count - best) * _A_WORD_SAYS) for language, count in found.items()}
        whole = sum(odds.values())
        return {language: value / whole for language, value in odds.items()}


def hits(text: str, languages: Collection[str]) -> dict[str, float]:
    """How many words of the text are everyday words of each language, or spelled as only that language spells."""
    counted = _counted(text)
    return {language: counted.get(language, 0.0) for language in languages}


@lru_cache(maxsize=64)  # each text is counted several times on its way
def _counted(text: str) -> Mapping[str, float]:
    counts: defaultdict[str, float] = defaultdict(float)
    spoken = [word.replace("’", "'") for word in words(text.lower())]
    for word in spoken:
        for language in KNOWN.get(word, ()):
            counts[language] += _weight(word, language)
    for language, count in shaped([word for word in spoken if word not in KNOWN]).items():
        counts[language] += count
    return dict(counts)


def _weight(word: str, language: str) -> float:
    if language in UNMISTAKABLE.get(word, ""):
        return _UNMISTAKABLE
    return 1.0 if len(word) > 1 else _ONE_LETTER

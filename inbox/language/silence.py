"""Whether a comment says anything in a language at all, or only calls somebody, names a thing, or makes a sound."""

from __future__ import annotations

from inbox.language.clean import words
from inbox.language.words import KNOWN, NAMES, SOUNDS

_BETWEEN_NAMES = frozenset({"de", "del", "la", "y", "e", "and", "da", "dos", "bin", "al", "van", "von"})


def says_nothing(text: str) -> bool:
    """Of a cleaned text: nothing in it but names and sounds. A name that is a word as well counts with a capital only."""
    spoken = words(text)
    known = [_is_listed(word) for word in spoken]
    return any(known) and all(
        listed or _looks_like_a_name(word) or (0 < index < len(spoken) - 1 and word.lower() in _BETWEEN_NAMES)
        for index, (word, listed) in enumerate(zip(spoken, known, strict=True))
    )


def _is_listed(word: str) -> bool:
    lowered = word.lower().replace("’", "'")
    return lowered in SOUNDS or (lowered in NAMES and (word != lowered or lowered not in KNOWN))


def _looks_like_a_name(word: str) -> bool:
    return word[0].isupper() and word.lower() not in KNOWN

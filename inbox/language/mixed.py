"""Tells whether a comment changes language on the way, by its everyday words and by its clauses."""

from __future__ import annotations

from collections.abc import Callable, Collection

from inbox.language.clean import clauses, words
from inbox.language.words import KNOWN

_WORDS_NEEDED = 2
_SHARE_NEEDED = 0.2
_WORDS_IN_A_CLAUSE = 3
_SURE = 0.9

Sure = Callable[[str], tuple[str, float]]


def other_language(text: str, main: str, languages: Collection[str], sure: Sure) -> str | None:
    """The second language of the text besides `main`, or None. `sure` guesses one clause: (language, confidence)."""
    return _by_clauses(text, main, languages, sure) or _by_words(text, main, languages)


def own_words(text: str, languages: Collection[str]) -> dict[str, int]:
    """How many different words each language has in the text that are everyday words of no other of `languages`."""
    counts: dict[str, int] = {}
    for word in sorted(set(words(text.lower()))):
        claimed = KNOWN.get(word, frozenset()) & frozenset(languages)
        if len(claimed) == 1 and len(word) > 1:
            (language,) = claimed
            counts[language] = counts.get(language, 0) + 1
    return counts


def _by_words(text: str, main: str, languages: Collection[str]) -> str | None:
    heard = own_words(text, languages)
    for other in sorted(heard.keys() - {main}, key=lambda language: (-heard[language], language)):
        two = own_words(text, {main, other})
        needed = max(_WORDS_NEEDED, _SHARE_NEEDED * sum(two.values()))
        if two.get(main) and two.get(other, 0) >= needed:
            return other
    return None


def _by_clauses(text: str, main: str, languages: Collection[str], sure: Sure) -> str | None:
    parts = clauses(text)
    if len(parts) < 2:
        return None
    for part in parts:
        if len(words(part)) >= _WORDS_IN_A_CLAUSE:
            language, confidence = sure(part)
            if language not in {main, "und"} and confidence >= _SURE and _heard(part, language, languages):
                return language
    return None


def _heard(part: str, language: str, languages: Collection[str]) -> bool:
    return own_words(part, languages).get(language, 0) >= 1

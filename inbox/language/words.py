"""Everyday words per language: they tell short texts apart, and languages that no engine here has a profile for.

Small lists of our own in everyday/, one file per language, for its speakers to read and correct: the words that any
sentence holds, greetings, thanks, the words of a school day, and how hurried thumbs spell them. Lines beginning
"alone:" hold words that say the language when they stand alone, "borrowed:" words that other languages use as well.
`zxx` is no language: names, and sounds that all make.
`xx-Latn` is a language of another script typed in Latin letters, as many families do.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path

from inbox.language.clean import bare

TYPED_IN_LATIN = {"ur-hi-Latn": ("ur", "hi"), "ur-Latn": ("ur",), "hi-Latn": ("hi",), "ar-Latn": ("ar",)}
"""Whose language that may be. Urdu and Hindi share most of their words."""

_FOLDER = Path(__file__).parent / "everyday"
_NO_LANGUAGE = "zxx"
_DOTS = str.maketrans({"\u093c": "", "\u0901": "\u0902"})  # those of Devanagari that people leave out
_HURRIED: Mapping[str, Callable[[str], str]] = {
    **dict.fromkeys(("es", "pt", "fr", "de", "pl", "tr", "vi", "ht"), bare),
    **dict.fromkeys(("hi", "ne", "mr"), lambda word: word.translate(_DOTS)),
}
"""How words are typed in a hurry, without accents."""

Words = dict[str, frozenset[str]]
"""{language: words}"""


def _read() -> dict[str, Words]:
    """{"alone" | "borrowed" | "": words}; what stands alone is also among the others."""
    found: dict[str, dict[str, set[str]]] = {"": {}, "alone": {}, "borrowed": {}, "sounds": {}}
    for file in sorted(_FOLDER.glob("*.txt")):
        for line in unicodedata.normalize("NFC", file.read_text(encoding="utf-8")).splitlines():
            kind, colon, rest = line.partition(":")
            if not line.startswith("#"):
                found[kind if colon else ""].setdefault(file.stem, set()).update((rest if colon else line).split())
    for language, words in found["alone"].items():
        found[""][language] |= words
    return {kind: {one: frozenset(words) for one, words in its.items()} for kind, its in found.items()}


def _by_word(listed: Words) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for language, its in listed.items():
        for word in its | {_HURRIED[language](word) for word in its if language in _HURRIED}:
            found.setdefault(word, set()).add(language)
    alike: dict[
        frozenset[str], frozenset[str]
    ] = {}  # most words share their languages with others: a tenth of the memory
    return {word: alike.setdefault(one := frozenset(languages), one) for word, languages in found.items()}


_FILES = _read()

NAMES: frozenset[str] = _FILES[""].pop(_NO_LANGUAGE)
"""Names of people, places and things, lower case; some of them are everyday words too."""
SOUNDS: frozenset[str] = _FILES["sounds"][_NO_LANGUAGE]
"""What people of any language write."""

KNOWN: Mapping[str, frozenset[str]] = _by_word(_FILES[""])
"""Which languages have the word, lower case; where people leave accents out, without them too."""
LISTED: frozenset[str] = frozenset(_FILES[""])
UNMISTAKABLE: Mapping[str, frozenset[str]] = _by_word(_FILES["alone"])
"""Words that stand alone in a comment and still say which language it is."""
BORROWED: Mapping[str, frozenset[str]] = _by_word(_FILES["borrowed"])
"""Words from a language that others use without speaking it."""


_OF: Mapping[str, frozenset[str]] = {
    word: frozenset(one for listed in its for one in TYPED_IN_LATIN.get(listed, (listed,)))
    for word, its in KNOWN.items()
}


def of(word: str, language: str) -> bool:
    """Whether a word (lower case) is an everyday word of the language, in its own script or typed in Latin letters."""
    return language in _OF.get(word, ())

"""Everyday words per language: they tell short texts apart, and languages that no engine here has a profile for.

Small lists of our own in everyday/, one file per language, for its speakers to read and correct: the words that any
sentence holds, greetings, thanks, the words of a school day, and how hurried thumbs spell them. `xx-Latn` is a language
of another script typed in Latin letters, as many families do.
"""

from __future__ import annotations

from pathlib import Path

from inbox.language.clean import bare

TYPED_IN_LATIN = {"ur-hi-Latn": ("ur", "hi"), "ur-Latn": ("ur",), "hi-Latn": ("hi",), "ar-Latn": ("ar",)}
"""Whose language that may be. Urdu and Hindi share most of their words."""

_FOLDER = Path(__file__).parent / "everyday"
_TYPED_WITHOUT_ACCENTS = ("es", "pt", "fr", "de", "pl", "tr", "vi", "ht")
_ALONE = "alone:"


def _read() -> tuple[dict[str, set[str]], set[str]]:
    """{language: its words}, and the words that say it alone."""
    listed, alone = dict[str, set[str]](), set[str]()
    for file in sorted(_FOLDER.glob("*.txt")):
        lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        listed[file.stem] = {word for line in lines for word in line.removeprefix(_ALONE).split()}
        alone |= {word for line in lines if line.startswith(_ALONE) for word in line.removeprefix(_ALONE).split()}
    return listed, alone


def _known(listed: dict[str, set[str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for language, its in listed.items():
        for word in its | ({bare(word) for word in its} if language in _TYPED_WITHOUT_ACCENTS else set()):
            found.setdefault(word, set()).add(language)
    return {word: frozenset(languages) for word, languages in found.items()}


_LISTED, _SAYS_IT_ALONE = _read()

KNOWN: dict[str, frozenset[str]] = _known(_LISTED)
"""Which languages have the word, lower case; where people leave accents out, without them too."""
LISTED: frozenset[str] = frozenset(_LISTED)
UNMISTAKABLE: frozenset[str] = frozenset(_SAYS_IT_ALONE)
"""Words that stand alone in a comment and still say which language it is."""

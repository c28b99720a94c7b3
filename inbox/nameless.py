"""What must not stand in words about a family that everybody will read: names, ways to reach them, their own words. Pure.

It can only know the names that Facebook told us; a child's or a teacher's it finds by the words around it, at best. So the
page asks people to look, too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from inbox.language.clean import bare
from inbox.sensitive import sensitive

_MAIL = re.compile(r"\S@\S+\.\w")
_HANDLE = re.compile(r"(?<!\w)@\s?\w")
_LINK = re.compile(r"https?:|\bwww\.|\b[\w-]+\.(?:com|org|net|edu|gov|us|me)\b", re.IGNORECASE)
_PHONE = re.compile(r"\+\d[\d ().-]{6,}|\d{3}\)?[ .-]{0,2}\d{3}[ .-]?\d{4}|\b\d{3}[.-]\d{4}\b")
# Parts of names that are everyday words wherever they stand alone.
_PARTICLES = frozenset(
    ("del", "los", "las", "dos", "das", "van", "von", "der", "den", "bin", "ben", "ibn", "abu", "the", "and")
)
_QUOTE = 6  # words in a row: whoever looks for them on the page finds the comment

NAME = "A word of the family’s name stands in it: write it without names."
CHILD = "It seems to name a child: write it without names."
REACHED = "A telephone number, an e-mail address, an @name or a link stands in it: everybody would read it, so write it without."
QUOTED = "It repeats the family’s own words, by which they could be found: say it in your words."


def not_for_all(text: str, names: Iterable[str], theirs: Iterable[str]) -> str:
    """The sentence for whoever wrote `text`; "" where nothing was found. `names`: the family's; `theirs`: what they wrote."""
    text = unicodedata.normalize("NFKC", text)
    if any(pattern.search(text) for pattern in (_MAIL, _HANDLE, _LINK, _PHONE)):
        return REACHED
    if any(_names(text, name) for name in names):
        return NAME
    if any(one.kind == "pupil" for one in sensitive(text)):
        return CHILD
    return QUOTED if any(_repeats(text, one) for one in theirs) else ""


def _names(text: str, name: str) -> bool:
    """Does a word of `name` stand in the text, whatever its case and accents? One of two letters only with its capital."""
    known, folded = set(_words(text)), _folded(text)
    for part in _written(unicodedata.normalize("NFKC", name)):
        word = _folded(part)
        if len(part) < 3 and part.isascii():
            if part[0].isupper() and part in _written(text):
                return True
        elif word not in _PARTICLES and (word in known or (_is_unspaced(word) and word in folded)):
            return True
    return False


def _repeats(text: str, theirs: str) -> bool:
    return not _runs(_words(text)).isdisjoint(_runs(_words(theirs)))


def _runs(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[start : start + _QUOTE]) for start in range(len(words) - _QUOTE + 1)}


def _words(text: str) -> list[str]:
    return list(_written(_folded(text)))


def _written(text: str) -> Iterator[str]:
    return (found[0] for found in re.finditer(r"[^\W_]+", text))


def _folded(text: str) -> str:
    return bare(text.casefold())


def _is_unspaced(word: str) -> bool:
    """Of a script without spaces between words, where a name stands inside of a longer word: Chinese, Thai, Khmer …"""
    return any("\u0e00" <= ch <= "\u0eff" or "\u1780" <= ch <= "\u17ff" or "\u2e80" <= ch <= "\u9fff" for ch in word)

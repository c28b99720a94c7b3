"""Tells whether a comment is in two languages: the words of the one are taken out, and the rest is listened to alone.

Who mixes English into another language is best answered by a speaker of the other, so that one comes first where it has
a real share. A name, a borrowed word, or thanks in another language mixes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from inbox.language.clean import clauses, words
from inbox.language.tags import UNSURE
from inbox.language.words import BORROWED, KNOWN, of

_READ_BY_ALL = "en"
_HEARD = 0.5  # how sure the engines must be of the rest
_FEW = 2  # words
_SHARE = 0.2  # of the words that only one of the two has
_SHARE_OF_ENGLISH = 0.3  # every language borrows from it: "book fair" is no second language
_NAMES_HAVE_IT = frozenset(
    {"de", "del", "la", "las", "los", "el", "san", "santa", "da", "do", "dos", "van", "von", "du"}
)
_NOUNS_ARE_CAPITALISED = "de"

Listen = Callable[[str], tuple[str, float]]
"""The likeliest language of a text, however unsure, and how likely: ("und", 0) when nothing is heard."""


@dataclass(frozen=True, slots=True)
class Mix:
    first: str
    second: str


def mix(text: str, likeliest: Sequence[str], languages: Collection[str], listen: Listen) -> Mix | None:
    """The two of `languages` that a cleaned text is in, or None. `likeliest` is what it was guessed to be: one language,
    or the first two when that is unsure.
    """
    spoken = [word for word in _said(text) if len(word) > 1]
    if _READ_BY_ALL in likeliest and _READ_BY_ALL in languages:
        return _in_english(spoken, likeliest, languages, listen)
    if not frozenset(likeliest[:2]) <= frozenset(languages):
        return None
    if len(likeliest) > 1:
        one, other = likeliest[:2]
        return Mix(one, other) if _real(spoken, one, other) and _real(spoken, other, one) else None
    beside = _most_heard(spoken, likeliest[0], languages) if likeliest else None
    return Mix(likeliest[0], beside) if beside and _real(spoken, likeliest[0], beside) else None


def _most_heard(spoken: Sequence[str], one: str, languages: Collection[str]) -> str | None:
    """The other language that most of the words are of, of those that are not of the one."""
    strange = [word for word in set(spoken) if word in KNOWN and not of(word, one)]
    if len(strange) < _FEW:
        return None
    others = frozenset(languages) - {one}
    return min(others, key=lambda other: (-len(_own(strange, other, one)), other), default=None)


def _in_english(
    spoken: Sequence[str], likeliest: Sequence[str], languages: Collection[str], listen: Listen
) -> Mix | None:
    strange = [word for word in spoken if not of(word, _READ_BY_ALL)]
    rest = [word for word in strange if word not in BORROWED]
    other, heard = listen(" ".join(strange)) if rest else (UNSURE, 0.0)
    if heard < _HEARD or other not in languages or other == _READ_BY_ALL:
        return None
    if _real(spoken, _READ_BY_ALL, other):
        return Mix(other, _READ_BY_ALL) if len(likeliest) == 1 or {other, _READ_BY_ALL} == set(likeliest) else None
    told = len(rest) >= _FEW or of(rest[0], other)
    return Mix(_READ_BY_ALL, other) if told and len(likeliest) == 1 else None


def _real(spoken: Sequence[str], one: str, other: str) -> bool:
    """Whether the other has a real share of the words that only one of the two has, and the one has any."""
    of_one, of_other = _own(spoken, one, other), _own(spoken, other, one)
    share = _SHARE_OF_ENGLISH if other == _READ_BY_ALL else _SHARE
    return bool(of_one) and len(of_other) >= max(_FEW, share * (len(of_one) + len(of_other)))


def _own(spoken: Sequence[str], one: str, other: str) -> set[str]:
    return {word for word in spoken if of(word, one) and not of(word, other) and word not in BORROWED}


def _said(text: str) -> list[str]:
    """The words in lower case without names: those in capitals within a sentence, and what stands between two."""
    return [word.lower() for clause in clauses(text) for word in _without_names(words(clause))]


def _without_names(spoken: list[str]) -> list[str]:
    named = [index > 0 and word[0].isupper() for index, word in enumerate(spoken)]
    for index in range(1, len(spoken) - 1):
        named[index] |= (
            spoken[index].lower() in _NAMES_HAVE_IT and (named[index - 1] or index == 1) and named[index + 1]
        )
    return [
        word for word, name in zip(spoken, named, strict=True) if not name or of(word.lower(), _NOUNS_ARE_CAPITALISED)
    ]

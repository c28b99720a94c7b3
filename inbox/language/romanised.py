"""Urdu, Hindi and Arabic typed in Latin letters, which no engine knows: told by their words.

Nobody agreed how to spell them: the lists hold the spellings that we know (bohat, bahut, bht), and Arabic, which is
typed almost without vowels or with any, is also heard by its consonants and by the digits that stand for letters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from functools import lru_cache

from inbox.language.clean import words
from inbox.language.words import KNOWN, TYPED_IN_LATIN, UNMISTAKABLE

_HINDUSTANI = frozenset({"ur-hi-Latn", "ur-Latn", "hi-Latn"})
_ARABIC = frozenset({"ar-Latn"})
_TYPED = frozenset(TYPED_IN_LATIN)
_SHARED = 0.25  # a word that languages of Latin letters have as well ("main", "hum", "par")
_SHARED_BY_ONE = 0.45
_ALSO = {0: 1.0, 1: _SHARED_BY_ONE}  # by how many others have it
_SAME_CONSONANTS = 0.4
_AGAINST = 0.8  # how much the rivals count: who is plainly another is told so by the engines
_ENOUGH = 0.7
_NO_CHANCE = 3.0  # words, where the engines plainly hear another language
_PER_WORD = 0.05  # the longer the text, the more of it must be so
_SHORT = 2
_SHORT_SAYS = 0.5
_ENGLISH_IN_IT = 0.4  # who types Urdu or Arabic like that mixes English in
_SPELLED_WITH_DIGITS = re.compile(r"(?=.*[a-z].*[a-z])(?:[a-z]*[23579][a-z]+|[a-z]{2,}[3579])[a-z23579]*")
_SAYS = 0.95
_PLAINLY = 0.97
_MIXED_IN = frozenset({"en", "fr"})  # whole phrases of it, as Arabic and Urdu are chatted
_LIKELIER = 0.65  # of Urdu and Hindi, the one its own words speak for; else Urdu

_ONE_SOUND = (("kh", "x"), ("gh", "g"), ("sh", "c"), ("ch", "c"), ("th", "d"), ("dh", "d"))
_ONE_LETTER = str.maketrans("5798q", "xhkgk", "23'")
_VOWELS = frozenset("aeiou")
_NO_VOWELS = str.maketrans("", "", "aeiouyw")
_DOUBLED = re.compile(r"(.)\1+")
_ENOUGH_CONSONANTS = 3


def romanised(text: str, enabled: Collection[str], heard: Sequence[tuple[str, float]] = ()) -> dict[str, float]:
    """{language: probability}, best first, of a cleaned text typed in Latin letters; empty when it is not like that.

    Of Urdu and Hindi the one that is `enabled` is told; where both are, or neither: one, and the other beside it. `heard`
    is what the engines make of it, best first: it may be so plainly another language that a few words are chance.
    """
    spoken = [word.replace("’", "'") for word in words(text.lower())]
    family = max((_HINDUSTANI, _ARABIC), key=lambda one: _heard(spoken, one))
    mine = _heard(spoken, family)
    needed = _NO_CHANCE if _plainly_another(heard) else _ENOUGH
    if mine < needed + _PER_WORD * len(spoken) or mine <= _AGAINST * _best_rival(spoken, family):
        return {}
    return {"ar": _SAYS} if family is _ARABIC else _urdu_or_hindi(spoken, enabled)


def _plainly_another(heard: Sequence[tuple[str, float]]) -> bool:
    best, share = heard[0] if heard else ("", 0.0)
    return share > _PLAINLY and best not in _MIXED_IN


def _urdu_or_hindi(spoken: list[str], enabled: Collection[str]) -> dict[str, float]:
    theirs = [one for one in ("ur", "hi") if one in enabled]
    if len(theirs) == 1:
        return {theirs[0]: _SAYS}
    own = Counter(one for word in spoken for one in KNOWN.get(word, ()))
    first, second = ("hi", "ur") if own["hi-Latn"] > own["ur-Latn"] else ("ur", "hi")
    return {first: _LIKELIER, second: round(_SAYS - _LIKELIER, 4)}


def _heard(spoken: list[str], family: frozenset[str]) -> float:
    alone = any(word in UNMISTAKABLE and KNOWN[word] <= family for word in spoken)
    return alone + sum(_weight(word, family) for word in spoken)


@lru_cache(maxsize=4096)
def _weight(word: str, family: frozenset[str]) -> float:
    listed = KNOWN.get(word, frozenset())
    if listed & family:
        return _ALSO.get(len(listed - _TYPED), _SHARED) if len(word) > 1 else _SHARED
    if listed or family is not _ARABIC or not word.isascii():
        return 0.0
    if _SPELLED_WITH_DIGITS.fullmatch(word):
        return 1.0
    return _SAME_CONSONANTS if _consonants(word) in _HEARD_IN_ARABIC else 0.0


def _best_rival(spoken: list[str], family: frozenset[str]) -> float:
    """What speaks for the likeliest language that is at home in Latin letters."""
    rivals = dict[str, float]()
    for word in spoken:
        listed = KNOWN.get(word, frozenset())
        says = _SHARED if listed & family else 1.0 if len(word) > _SHORT else _SHORT_SAYS
        for one in listed - _TYPED:
            rivals[one] = rivals.get(one, 0.0) + says * (_ENGLISH_IN_IT if one == "en" else 1.0)
    return max(rivals.values(), default=0.0)


def _consonants(word: str) -> str:
    """How it sounds without vowels; nothing where too little is left to recognise it by."""
    for letters, sound in _ONE_SOUND:
        word = word.replace(letters, sound)
    word = word.translate(_ONE_LETTER)
    first = "a" if word[:1] in _VOWELS else word[:1]
    word = _DOUBLED.sub(r"\1", first + word[1:].translate(_NO_VOWELS))
    return word if len(word) >= _ENOUGH_CONSONANTS else ""


_HEARD_IN_ARABIC = frozenset(_consonants(word) for word, listed in KNOWN.items() if listed & _ARABIC) - {""}

"""Urdu, Hindi and Arabic typed in Latin letters, which no engine knows: told by their words, however they are spelled.

There is no rule for such spelling (bohat, bahut, bht; 3andi, aandi), so a word counts as well when it only sounds like a
listed one, and in Arabic when digits stand in it for letters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping

from inbox.language.clean import words
from inbox.language.words import KNOWN, TYPED_IN_LATIN, UNMISTAKABLE

_HINDUSTANI = frozenset({"ur-hi-Latn", "ur-Latn", "hi-Latn"})
_ARABIC = frozenset({"ar-Latn"})
_TYPED = frozenset(TYPED_IN_LATIN)
_SHARED = 0.25  # a word that a language of Latin letters has as well ("main", "hum", "par")
_SOUNDS_ALIKE = 0.6
_LOOKS_ALIKE = 0.35
_ENOUGH = 0.8
_PER_WORD = 0.1  # the longer the text, the more of it must be so
_BOTH_HAVE_IT = 0.5
_SPELLED_WITH_DIGITS = re.compile(r"(?=.*[a-z].*[a-z])(?:[a-z]*[23579][a-z]+|[a-z]{2,}[3579])[a-z23579]*")
_SAYS = 0.95
_LIKELIER = 0.65  # of Urdu and Hindi, the one its own words speak for; else Urdu


def romanised(text: str, enabled: Collection[str]) -> dict[str, float]:
    """{language: probability}, best first, of a cleaned text typed in Latin letters; empty when it is not like that.

    Of Urdu and Hindi the one that is `enabled` is told; where both are, or neither: one, and the other beside it.
    """
    spoken = [word.replace("’", "'") for word in words(text.lower())]
    weighed = {family: [_weight(word, family) for word in spoken] for family in (_HINDUSTANI, _ARABIC)}
    family = max(weighed, key=lambda one: sum(weighed[one]))
    if not _enough(spoken, weighed[family], family):
        return {}
    return {"ar": _SAYS} if family is _ARABIC else _urdu_or_hindi(spoken, enabled)


def _urdu_or_hindi(spoken: list[str], enabled: Collection[str]) -> dict[str, float]:
    theirs = [one for one in ("ur", "hi") if one in enabled] or ["ur", "hi"]
    if len(theirs) == 1:
        return {theirs[0]: _SAYS}
    own = Counter(one for word in spoken for one in KNOWN.get(word, ()))
    first, second = ("hi", "ur") if own["hi-Latn"] > own["ur-Latn"] else ("ur", "hi")
    return {first: _LIKELIER, second: round(_SAYS - _LIKELIER, 4)}


def is_typed(word: str) -> frozenset[str]:
    """The languages, as the lists name them, that a single word (lower case) is typed in; empty if in none."""
    return frozenset(one for family in (_HINDUSTANI, _ARABIC) if _weight(word, family) > _SHARED for one in family)


def _enough(spoken: list[str], weights: list[float], family: frozenset[str]) -> bool:
    mine = sum(weights)
    if any(word in UNMISTAKABLE and KNOWN[word] & family for word in spoken):
        mine += 1
    return mine >= _ENOUGH + _PER_WORD * len(spoken) and mine > _best_rival(spoken, family)


def _best_rival(spoken: list[str], family: frozenset[str]) -> float:
    """What speaks for the likeliest language that is at home in Latin letters."""
    rivals = Counter[str]()
    for word in spoken:
        for one in KNOWN.get(word, frozenset()) - _TYPED:
            rivals[one] += _BOTH_HAVE_IT if KNOWN[word] & family else 1.0
    return max(rivals.values(), default=0.0)


def _weight(word: str, family: frozenset[str]) -> float:
    listed = KNOWN.get(word, frozenset())
    if listed & family:
        return 1.0 if listed <= _TYPED and len(word) > 1 else _SHARED
    if listed:
        return 0.0
    if family is _ARABIC and _SPELLED_WITH_DIGITS.fullmatch(word):
        return 1.0
    if _sound(word, family) in _SOUNDS[family]:
        return _SOUNDS_ALIKE
    return _LOOKS_ALIKE if _LOOKS[family].search(word) else 0.0


_AS_HINDUSTANI = (
    (r"aa+", "a"), (r"ee+|ea|ie", "i"), (r"oo+|ou", "u"), (r"a[iy]|e[iy]|ye", "e"), (r"ph", "f"), (r"w", "v"),
    (r"q|x|c(?!h)", "k"), (r"z", "j"), (r"(.)\1+", r"\1"), (r"(?<=[aeiou])[hn]$", ""), (r"y$", "i"),
)  # fmt: skip
_AS_ARABIC = (
    (r"5|7'|kh", "x"), (r"7", "h"), (r"3|2|'", ""), (r"9|q|2", "k"), (r"8|gh", "g"), (r"sh|ch", "c"), (r"th|dh", "d"),
    (r"(?<!^)[aeiouyw]", ""), (r"^[aeiou]", "a"), (r"(.)\1+", r"\1"),
)  # fmt: skip


def _spelled(word: str, rules: tuple[tuple[str, str], ...]) -> str:
    for pattern, sound in rules:
        word = re.sub(pattern, sound, word)
    return word


def _sound(word: str, family: frozenset[str]) -> str:
    """How it sounds, roughly; nothing where too little is left to recognise it by."""
    sound = _spelled(word, _AS_ARABIC if family is _ARABIC else _AS_HINDUSTANI)
    return sound if len(sound) >= _LONG[family] else ""


_LOOKS: Mapping[frozenset[str], re.Pattern[str]] = {
    _HINDUSTANI: re.compile(
        r"(?:kh|gh|bh|dh|jh|chh)[aeiou]|..(?:aan|ain|ein|oon|iyan|iyon|[^aeo]ay|aayi|[aeo]nge|iye)$"
    ),
    _ARABIC: re.compile(r"^(?:el|l)[bdfghjkmqrsxz][a-z]{3}|...(?:hom|kom|ouna|houm|ouch|ich|ech|oush|ek|ik|ou)$"),
}
_LONG: Mapping[frozenset[str], int] = {_HINDUSTANI: 4, _ARABIC: 3}


def _sounds(family: frozenset[str]) -> frozenset[str]:
    return frozenset(_sound(word, family) for word, listed in KNOWN.items() if listed & family) - {""}


_SOUNDS: Mapping[frozenset[str], frozenset[str]] = {family: _sounds(family) for family in (_HINDUSTANI, _ARABIC)}

"""pycld2 behind our engine interface: Google's Compact Language Detector 2, the widest ear and the fastest one.

By itself it names one language of all that it knows, also one that no school here speaks. Asked again with a hint, it
lifts the hinted language by a fixed amount: what comes up then shows how near each of the others was.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Collection, Iterable
from functools import lru_cache

from inbox.language.tags import NEIGHBOURS, base

_NAMES = """af am ar az be bg bn ca ceb cs cy da de el en es et eu fa fi fr ga gl gu ha he hi hmn hr ht hu hy id ig is it
    ja ka kk km kn ko ku ky la lo lt lv mg mk ml mn mr ms my ne nl no ny om or pa pl ps pt ro ru rw si sk sl sn so sq sr
    sv sw ta te tg th ti tl tr ug uk ur uz vi xh yo zh zu"""
_CALLED = {"iw": "he", "nb": "no", "nn": "no", "bs": "hr", "blu": "hmn", "jw": "jv"}
_PLAIN = 30  # points: a language that has so many is far enough before the others
_FAR = 10  # points behind the first, of those that a hint does not lift above it
_POINTS = 2.0  # to the nat
_ENGLISH = 6  # points that its English is worth less: it says English of what it does not know


class Pycld2Engine:
    name = "pycld2"
    version = "0.42"
    supported = frozenset(_NAMES.split())

    def scores(self, text: str, languages: Collection[str]) -> dict[str, float]:
        wanted = sorted(self.supported & frozenset(languages))
        points = self._points(_acceptable(text), wanted)
        if not points:
            return {}
        points = {one: found - _ENGLISH * (one == "en") for one, found in points.items()}
        best = max(points.values())
        odds = {one: math.exp(max(-_FAR, points.get(one, 0.0) - best) / _POINTS) for one in wanted}
        whole = sum(odds.values())
        return {language: value / whole for language, value in odds.items()}

    def heard(self, text: str) -> tuple[bool, str, float]:
        """(whether it is sure, the language, its share of the text), of all that it knows; "" when it hears none."""
        import pycld2  # noqa: PLC0415 - it has no build for some machines: there the others listen without it

        sure, _, found = pycld2.detect(_acceptable(text), bestEffort=True)
        _, code, percent, _ = found[0]
        return (bool(sure), _language(code), percent / 100) if percent and code != "un" else (False, "", 0.0)

    def _points(self, text: bytes, wanted: Iterable[str]) -> dict[str, float]:
        """Of those that come up by themselves or when hinted, compared like with like."""
        first, points = _first(text)
        if first in wanted and points >= _PLAIN:
            return {first: points}
        found = dict[str, float]()
        for language in wanted:
            if language == first or language not in NEIGHBOURS:
                lifted, points = _first(text, language)
                if lifted == language:
                    found[language] = points
        return found


def _first(text: bytes, hint: str | None = None) -> tuple[str, float]:
    """(the language it names first, how many points that has), or ("", 0)."""
    import pycld2  # noqa: PLC0415

    _, length, found = pycld2.detect(text, bestEffort=True, hintLanguage=hint)
    _, code, percent, per_kilobyte = found[0]
    return (_language(code), per_kilobyte * length / 1024) if percent and code != "un" else ("", 0.0)


def _language(code: str) -> str:
    return base(_CALLED.get(code, code))


def _acceptable(text: str) -> bytes:
    """It raises on control characters and on what is not UTF-8."""
    return "".join(map(_acceptable_one, text)).encode()


@lru_cache(maxsize=4096)
def _acceptable_one(ch: str) -> str:
    return " " if unicodedata.category(ch) in {"Cc", "Cs", "Cn"} else ch

"""pycld2 behind our engine interface: Google's Compact Language Detector 2, the widest ear and the fastest one.

It names one language, seldom two, and says whether it is sure; nothing of the others. It listens to all that it knows, so
it also hears a language that no school here speaks.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection

from inbox.language.tags import base

_NAMES = """af am ar az be bg bn ca ceb cs cy da de el en es et eu fa fi fr ga gl gu ha he hi hmn hr ht hu hy id ig is it
    ja ka kk km kn ko ku ky la lo lt lv mg mk ml mn mr ms my ne nl no ny om or pa pl ps pt ro ru rw si sk sl sn so sq sr
    sv sw ta te tg th ti tl tr ug uk ur uz vi xh yo zh zu"""
_CALLED = {"iw": "he", "nb": "no", "nn": "no", "bs": "hr", "blu": "hmn", "jw": "jv"}
_SURE, _UNSURE = 0.97, 0.5  # of what it says; the rest is shared by those it did not name
_AT_LEAST = 1e-3


class Pycld2Engine:
    name = "pycld2"
    version = "0.42"
    supported = frozenset(_NAMES.split())

    def scores(self, text: str, languages: Collection[str]) -> dict[str, float]:
        wanted = self.supported & frozenset(languages)
        sure, heard = self.heard(text)
        named = {language: share for language, share in heard.items() if language in wanted}
        if not named:
            return {}
        said = (_SURE if sure else _UNSURE) * min(1.0, sum(named.values()))
        rest = max(_AT_LEAST, (1 - said) / len(wanted))
        odds = {one: named.get(one, 0.0) / sum(named.values()) * said + rest for one in sorted(wanted)}
        whole = sum(odds.values())
        return {language: value / whole for language, value in odds.items()}

    def heard(self, text: str) -> tuple[bool, dict[str, float]]:
        """(whether it is sure, the share of the text in each language that it names), of all that it knows."""
        import pycld2  # noqa: PLC0415 - it has no build for some machines: there the others listen without it

        sure, _, found = pycld2.detect(_acceptable(text), bestEffort=True)
        shares: dict[str, float] = {}
        for _, code, percent, _ in found:
            if code != "un" and percent:
                language = base(_CALLED.get(code, code))
                shares[language] = shares.get(language, 0.0) + percent / 100
        return bool(sure), shares


def _acceptable(text: str) -> bytes:
    """It raises on control characters and on what is not UTF-8."""
    kept = "".join(" " if unicodedata.category(ch) in {"Cc", "Cs", "Cn"} else ch for ch in text)
    return kept.encode()

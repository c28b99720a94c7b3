"""langdetect behind our engine interface: its profiles and its n-grams, all of them read instead of a few drawn.

langdetect's own detector draws n-grams at random until one language stands out, so one text can get several answers and
its probability says little. Reading every n-gram once costs half the time, is the same in every run and thread, and
its probability tells right from wrong answers far better (benchmarks/language.py shows it).
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection
from pathlib import Path
from threading import Lock

_NAMES = """af ar bg bn ca cs cy da de el en es et fa fi fr gu he hi hr hu id it ja kn ko lt lv mk ml mr ne nl no pa pl
    pt ro ru sk sl so sq sv sw ta te th tl tr uk ur vi zh"""
_PROFILES = {"zh": ("zh-cn", "zh-tw")}
_SMOOTHING = 0.5 / 10_000  # langdetect's own alpha over its own base frequency
_UNSEEN = math.log(_SMOOTHING)
_OVERLAP = 3.0  # every letter is read in about three n-grams, which is not three pieces of evidence
_LONG_ENOUGH = 600  # characters; more costs time and tells nothing new

Table = dict[str, float]


class LangdetectEngine:
    """A language's profile is read at its first use, once for all threads, and never changed."""

    name = "langdetect"
    version = "1.0.9"
    supported = frozenset(_NAMES.split())

    def __init__(self) -> None:
        self._tables: dict[str, tuple[Table, ...]] = {}
        self._reading = Lock()

    def scores(self, text: str, languages: Collection[str]) -> dict[str, float]:
        tables = {language: self._profile(language) for language in sorted(self.supported & frozenset(languages))}
        found = _ngrams(text[:_LONG_ENOUGH])
        if not tables or not found:
            return {}
        return _normalised(
            {language: max(_likelihood(found, one) for one in some) for language, some in tables.items()}
        )

    def _profile(self, language: str) -> tuple[Table, ...]:
        with self._reading:
            if language not in self._tables:
                self._tables[language] = tuple(_read(name) for name in _PROFILES.get(language, (language,)))
            return self._tables[language]


def _ngrams(text: str) -> list[str]:
    from langdetect.utils.ngram import NGram  # noqa: PLC0415 - the detectors start with the first text, not with us

    window = NGram()
    found: list[str] = []
    for ch in f"{NGram.normalize_vi(text)} ":
        window.add_char(ch)
        if not window.capitalword:
            found += [window.grams[-n:] for n in range(1, min(3, len(window.grams)) + 1)]
    return [ngram for ngram in found if ngram.strip()]


def _likelihood(found: list[str], table: Table) -> float:
    return sum(table.get(ngram, _UNSEEN) for ngram in found)


def _normalised(totals: dict[str, float]) -> dict[str, float]:
    best = max(totals.values())
    odds = {language: math.exp((total - best) / _OVERLAP) for language, total in totals.items()}
    whole = sum(odds.values())
    return {language: value / whole for language, value in odds.items()}


def _read(name: str) -> Table:
    from langdetect.detector_factory import PROFILES_DIRECTORY  # noqa: PLC0415

    profile = json.loads((Path(PROFILES_DIRECTORY) / name).read_text(encoding="utf-8"))
    totals = profile["n_words"]
    return {
        ngram: math.log(_SMOOTHING + count / totals[len(ngram) - 1])
        for ngram, count in profile["freq"].items()
        if 1 <= len(ngram) <= 3
    }

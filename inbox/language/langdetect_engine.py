"""langdetect behind our engine interface: its profiles, read letter by letter instead of a few n-grams drawn.

langdetect's own detector draws n-grams at random until one language stands out, so one text can get several answers and
its probability says little. Here each letter is weighed by the two before it, as its profiles count them: the same in
every run and thread, and right more often (`make bench-language` shows it).
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

_NAMES = """af ar bg bn ca cs cy da de el en es et fa fi fr gu he hi hr hu id it ja kn ko lt lv mk ml mr ne nl no pa pl
    pt ro ru sk sl so sq sv sw ta te th tl tr uk ur vi zh"""
_PROFILES = {"zh": ("zh-cn", "zh-tw")}
_BY_TWO, _BY_ONE, _BY_NONE = 0.4, 0.4, 0.2  # how much the two letters before say, the one before, and none
_UNSEEN = 1e-5
_A_SPACE = 0.15  # of all letters; profiles don't count them alone
_A_WORD_ENDS = 0.18
_OVERLAP = 2.5  # letters in a row are not so many pieces of evidence
_LONG_ENOUGH = 300  # characters; more costs time and tells nothing new


@dataclass(frozen=True, slots=True)
class Profile:
    """How often a language has each letter, pair and three in a row, and how many letters were counted."""

    count: Mapping[str, int]
    letters: int


class LangdetectEngine:
    """A language's profile is read at its first use, once for all threads, and never changed."""

    name = "langdetect"
    version = "1.0.9"
    supported = frozenset(_NAMES.split())

    def __init__(self) -> None:
        self._profiles: dict[str, tuple[Profile, ...]] = {}
        self._reading = Lock()

    def scores(self, text: str, languages: Collection[str]) -> dict[str, float]:
        wanted = sorted(self.supported & frozenset(languages))
        read = _as_counted(text[:_LONG_ENOUGH])
        if not wanted or not read.strip():
            return {}
        return _normalised({one: max(_likelihood(read, profile) for profile in self._known(one)) for one in wanted})

    def _known(self, language: str) -> tuple[Profile, ...]:
        with self._reading:
            if language not in self._profiles:
                self._profiles[language] = tuple(_read(name) for name in _PROFILES.get(language, (language,)))
            return self._profiles[language]


def _as_counted(text: str) -> str:
    from langdetect.utils.ngram import NGram  # noqa: PLC0415 - the detectors start with the first text, not with us

    return f" {NGram.normalize_vi(' '.join(text.lower().split()))} "


def _likelihood(text: str, profile: Profile) -> float:
    found, before, last = 0.0, " ", " "
    for ch in text[1:]:
        found += math.log(_chance(profile, before, last, ch))
        before, last = last, ch
    return found


def _chance(profile: Profile, before: str, last: str, ch: str) -> float:
    """How likely `ch` is after `before` and `last`."""
    count, pairs = profile.count.get, profile.count.get(before + last)
    ones = count(last) if last != " " else profile.letters * _A_WORD_ENDS
    by_none = count(ch, 0) / profile.letters if ch != " " else _A_SPACE
    by_one = min(1.0, count(last + ch, 0) / ones) if ones else 0.0
    by_two = min(1.0, count(before + last + ch, 0) / pairs) if pairs else 0.0
    return _BY_TWO * by_two + _BY_ONE * by_one + _BY_NONE * by_none + _UNSEEN


def _normalised(totals: dict[str, float]) -> dict[str, float]:
    best = max(totals.values())
    odds = {language: math.exp((total - best) / _OVERLAP) for language, total in totals.items()}
    whole = sum(odds.values())
    return {language: value / whole for language, value in odds.items()}


def _read(name: str) -> Profile:
    from langdetect.detector_factory import PROFILES_DIRECTORY  # noqa: PLC0415

    profile = json.loads((Path(PROFILES_DIRECTORY) / name).read_text(encoding="utf-8"))
    return Profile(profile["freq"], profile["n_words"][0])

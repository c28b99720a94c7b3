"""Which writing system a text stands in, and which languages that and its telling letters leave."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection
from functools import lru_cache

BY_SCRIPT: dict[str, frozenset[str]] = {
    "Hangul": frozenset({"ko"}),
    "Kana": frozenset({"ja"}),
    "Gurmukhi": frozenset({"pa"}),
    "Gujarati": frozenset({"gu"}),
    "Bengali": frozenset({"bn"}),
    "Myanmar": frozenset({"my", "ksw", "mnw", "shn"}),
    "Han": frozenset({"zh", "ja"}),
    "Ethiopic": frozenset({"am", "ti"}),
    "Devanagari": frozenset({"hi", "ne", "mr"}),
    "Cyrillic": frozenset({"ru", "uk", "bg", "mk", "sr", "be", "kk"}),
    "Arabic": frozenset({"ar", "fa", "ur", "ps", "ckb", "sd"}),
    "Hebrew": frozenset({"he"}),
    "Greek": frozenset({"el"}),
    "Thai": frozenset({"th"}),
    "Tamil": frozenset({"ta"}),
    "Telugu": frozenset({"te"}),
    "Kannada": frozenset({"kn"}),
    "Malayalam": frozenset({"ml"}),
    "Khmer": frozenset({"km"}),
    "Lao": frozenset({"lo"}),
    "Sinhala": frozenset({"si"}),
    "Armenian": frozenset({"hy"}),
    "Georgian": frozenset({"ka"}),
}
"""Latin is not here: every language that no other script claims may stand in it."""

_ELSEWHERE = frozenset().union(*BY_SCRIPT.values())

# One of these letters, and the text is in none of our languages of that script but the named ones.
_TELLING: tuple[tuple[str, frozenset[str]], ...] = (
    ("іїєґ", frozenset({"uk"})),
    ("ыэё", frozenset({"ru"})),
    ("ѓќѕ", frozenset({"mk"})),
    ("ђћ", frozenset({"sr"})),
    ("ў", frozenset({"be"})),
    ("әғқңөұүһ", frozenset({"kk"})),
    ("ټډړږښګڼۍېځڅ", frozenset({"ps"})),
    ("ڕڵۆێ", frozenset({"ckb"})),
    ("ٻڄڃڏڙڦڳڱڀٺٿ", frozenset({"sd"})),
    ("ٹڈڑےںہھۓ", frozenset({"ur"})),
    ("پچژگ", frozenset({"fa", "ur", "ps"})),
    ("یک", frozenset({"fa", "ur", "ps"})),
    ("ةىؤإ", frozenset({"ar"})),
    ("ၡၢၣၤ", frozenset({"ksw"})),
    ("ၚၛၜၝ", frozenset({"mnw"})),
    ("ၵၶၷၸၺၼၽၾႁႂႃႄႅႆႇႈ", frozenset({"shn"})),
    ("ቐቑቒቓቔቕቖቘ", frozenset({"ti"})),
)
# These show by a letter of their own in nearly every word (S'gaw Karen writes its tones so): without one it is another.
_SHOWN_BY_LETTERS = frozenset({"ksw", "mnw", "shn", "ckb", "sd", "sr", "be", "kk"})
# These lean, without deciding: names and loan words carry them too.
_LEANING: tuple[tuple[str, str], ...] = (
    ("ươăđạảấầẩẫậắằẳẵặẹẻẽếềểễệịỉọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ", "vi"),
    ("ñ¿¡", "es"),
    ("ãõ", "pt"),
    ("ßä", "de"),
    ("łąęśćńźż", "pl"),
    ("şğıİ", "tr"),
    ("œêûùçàâ", "fr"),
    ("èò", "ht"),
    ("ኣዓሓኸኹኺኻኽዀ", "ti"),
)
_TELLS = {ch: [named for letters, named in _TELLING if ch in letters] for letters, _ in _TELLING for ch in letters}
_LEANS_TO = {ch: language for letters, language in _LEANING for ch in letters}

# A Han letter says as much as several others; Latin names stand in every script's texts, other letters seldom in Latin ones.
_WIDE = {"Han": 2.5, "Kana": 2.5, "Hangul": 2.5, "Latin": 0.6}


def script(text: str) -> str:
    """The dominant script by its Unicode name ("Latin", "Han", "Arabic" …), "Kana" for Japanese, "" without letters."""
    counts = Counter(name for name in map(_script_of, text) if name)
    if counts["Kana"] and counts["Kana"] * 9 >= counts["Han"]:
        counts["Kana"] += counts.pop("Han", 0)
    return max(counts, key=lambda name: (counts[name] * _WIDE.get(name, 1.0), name)) if counts else ""


def only(text: str, name: str) -> str:
    """The text without the words of other scripts (a Latin name in an Arabic sentence tells nothing)."""
    alike = {name, "Han"} if name == "Kana" else {name}
    kept = (piece for piece in text.split() if not (seen := scripts(piece)) or seen & alike)
    return " ".join(kept)


def scripts(text: str) -> set[str]:
    return {name for name in map(_script_of, text) if name}


def in_script(name: str, languages: Collection[str]) -> frozenset[str]:
    """Those of `languages` that are written in this script."""
    if name == "Latin":
        return frozenset(languages) - _ELSEWHERE
    return BY_SCRIPT.get(name, frozenset()) & frozenset(languages)


def told_by_letters(text: str, name: str) -> frozenset[str]:
    """All languages (enabled or not) that the script and its telling letters leave; empty for Latin: too many."""
    left = BY_SCRIPT.get(name, frozenset())
    votes = Counter[frozenset[str]]()
    for ch in text.lower():
        if ch in _TELLS:
            votes.update(_TELLS[ch])
    for named, count in sorted(votes.items(), key=lambda vote: (len(vote[0]), sorted(vote[0]))):
        against = sum(other for rival, other in votes.items() if not named & rival)
        if count > against and left & named:
            left &= named
    return left - _SHOWN_BY_LETTERS if left - _SHOWN_BY_LETTERS else left


def leanings(text: str) -> dict[str, int]:
    """How many letters lean towards a language, at most three each."""
    found = Counter(_LEANS_TO[ch] for ch in text.lower() if ch in _LEANS_TO)
    return {language: min(3, count) for language, count in found.items()}


@lru_cache(maxsize=4096)
def _script_of(ch: str) -> str:
    if unicodedata.category(ch)[0] not in "LM":
        return ""
    first = unicodedata.name(ch, "").split(" ")[0]
    if first in {"HIRAGANA", "KATAKANA", "HALFWIDTH", "KATAKANA-HIRAGANA"}:
        return "Kana"
    if first in {"COMBINING", "MODIFIER", "VARIATION", "FEMININE", "MASCULINE", "MICRO", ""}:
        return ""
    return {"CJK": "Han", "FULLWIDTH": "Latin", "IDEOGRAPHIC": "Han"}.get(first, first.capitalize())

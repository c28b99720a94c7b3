"""Spellings that give a language away, for words that no list has: of languages that engines know little of, and between
neighbours that engines confuse.
"""

from __future__ import annotations

import re

_SYLLABLE = r"(?:[pbtdrckqgfvxszhmnly]|[nhpdtrclqkgsxzmfy]{2,4})?(?:aa|ee|oo|ai|au|aw|ia|ua|[aeiouw])"

_SHAPES: dict[str, re.Pattern[str]] = {
    # Long vowels as in Somali, together with consonants that Somali neither doubles nor has.
    "om": re.compile(
        r"(?=.*(?:aa|ee|ii|oo|uu))(?=.*(?:kk|tt|ss|ff|jj|cc|qq|xx|ch|ny|ph|nn|p|v|z|['’]\w)).{4,}|.{2,}(?:tti|dhaan|uudha|oota|tiin|chaa)"
    ),
    "ht": re.compile(
        r".*(?:syon|zyon|wè|tw[aò]|kw[aè]|pw[aò]|mw[ea]|bw[ae]|yèl|lwa|dwa)|.{2,}(?:èz|yen|òm|tè|lman|òt)"
    ),
    # Between neighbours: what the one writes and the other does not.
    "pt": re.compile(
        r".*(?:[çc](?:ão|ao|ões|oes)|[ãõ]|lh[aeiou]|nh[aeiou]|[ae]gem|eir[oa]s?)|.{2,}(?:[^aeiou]ou|vel|dade|aram|eram|avam)"
    ),
    "es": re.compile(
        r".*(?:ci[óo]n|ciones|ñ|ie[rnstv]|ue[rnstvb]|ll[aeo])|.{2,}(?:dad|aron|ieron|aban|iendo|ito|ita|illo|illa)"
    ),
    "fr": re.compile(
        r".*(?:eau|[êûœ]|ouill|eill|aill)|.{2,}(?:eux|euse|aient|oire|aire|ière|iere|ique|ette|elle|ée|ées|ait|ais|ez|gne)"
    ),
    # One syllable, closed by the letter that stands for its tone.
    "hmn": re.compile(rf"{_SYLLABLE}[bmjvsgd]"),
}
_NEEDED = {"hmn": 0.6}  # of the words; other languages have such syllables too
_SAYS = {"om": 0.75, "ht": 0.75, "hmn": 0.5, "pt": 0.5, "es": 0.5, "fr": 0.5}


def shaped(spoken: list[str]) -> dict[str, float]:
    """How many words (lower case) are spelled like each language, weighed by how much such a spelling says."""
    found = {name: sum(bool(shape.fullmatch(word)) for word in spoken) for name, shape in _SHAPES.items()}
    enough = {name: count for name, count in found.items() if count >= max(1, _NEEDED.get(name, 0.0) * len(spoken))}
    return {name: count * _SAYS[name] for name, count in enough.items() if count > 1 or name != "hmn"}

"""Words as search knows them: folded so that typing without accents finds, split so that scripts without spaces can be found.

Pure. What is looked for is split by the same rules as what is kept. No stemming: an inbox speaks too many languages.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

LONGEST = 60  # characters of one word: what is longer is no word, and PostgreSQL takes no lexeme over 2 kB
MOST = 20_000  # characters of a text that are looked at: Facebook takes 8,000
MOST_ASKED = 12  # words of a question

# Chinese, Japanese, Korean; Thai, Lao, Khmer, Burmese: written without spaces, or with endings that stick to the word.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\uaa60-\uaa7f\u1780-\u17ff\u1100-\u11ff\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
# Marks that are typed or left out at will: accents, vowel points of Hebrew and Arabic, tatweel, joiners, soft hyphens.
_LEFT_OUT = (
    (0x0300, 0x036F), (0x0483, 0x0487), (0x0591, 0x05BD), (0x05BF, 0x05C7), (0x0610, 0x061A), (0x0640, 0x0640),
    (0x064B, 0x065F), (0x0670, 0x0670), (0x06D6, 0x06ED), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20F0),
    (0x00AD, 0x00AD), (0x200D, 0x200D), (0xFE00, 0xFE0F),
)  # fmt: skip
# Letters that are one to whoever types, though Unicode does not take them apart. Persian and Arabic keyboards differ.
_SAME = {"đ": "d", "ð": "d", "ł": "l", "ø": "o", "ı": "i", "æ": "ae", "œ": "oe", "ħ": "h", "ی": "ي", "ک": "ك", "ى": "ي"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One word that must be there; `begins`: a word that begins so is enough."""

    word: str
    begins: bool = False


def words(text: str) -> list[str]:
    """The words of a text, each once, in order. Of unspaced scripts: every two neighbours, and the last one alone."""
    found: dict[str, None] = {}
    for run, unspaced in _runs(text):
        for word in _pairs(run, tail=True) if unspaced else [run[:LONGEST]]:
            found.setdefault(word)
    return list(found)


def asked(text: str) -> tuple[Asked, ...]:
    """What somebody looks for. All of it must be there; the last word may go on. Operators and quotes are only text."""
    found: list[Asked] = []
    runs = _runs(text)
    for number, (run, unspaced) in enumerate(runs):
        if unspaced:
            pairs = _pairs(run, tail=False)
            found += [Asked(word) for word in pairs] or [Asked(run, begins=True)]
        else:
            found.append(Asked(run[:LONGEST], begins=number == len(runs) - 1 and len(run) > 1))
    return tuple(dict.fromkeys(found))[:MOST_ASKED]


def folded(text: str) -> str:
    """Lower case, full-width as usual, without accents and vowel points; digits of all scripts as 0 to 9."""
    apart = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text[:MOST]).casefold())
    return unicodedata.normalize("NFC", apart.translate(_table()))


def _runs(text: str) -> list[tuple[str, bool]]:
    """(letters and digits that belong together, are they of a script without spaces?)."""
    return [(found[0], found.lastgroup == "unspaced") for found in _pattern().finditer(folded(text))]


def _pairs(run: str, *, tail: bool) -> list[str]:
    """With the last character alone, each one begins a word: a single one is found as a beginning."""
    pairs = [run[at : at + 2] for at in range(len(run) - 1)]
    return [*pairs, run[-1]] if tail else pairs


@lru_cache(maxsize=1)
def _table() -> dict[int, str | None]:
    table: dict[int, str | None] = {number: None for first, last in _LEFT_OUT for number in range(first, last + 1)}
    table |= {ord(letter): same for letter, same in _SAME.items()}
    digits = (number for number in range(0x80, 0x11000) if unicodedata.category(chr(number)) == "Nd")
    return table | {number: str(unicodedata.decimal(chr(number))) for number in digits}


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    """Vowel signs and the like belong to their letter, though Python's \\w does not know them."""
    marks = "".join(
        chr(number) for number in range(0x0300, 0x1E000) if unicodedata.category(chr(number)) in ("Mn", "Mc")
    )
    unspaced = f"(?:(?=[{_UNSPACED}])[^\\W_]|(?=[{_UNSPACED}])[{marks}])+"
    return re.compile(f"(?P<unspaced>{unspaced})|(?P<spaced>(?:(?![{_UNSPACED}])[^\\W_]|(?![{_UNSPACED}])[{marks}])+)")

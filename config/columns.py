"""How people name the columns of a list of events, and what they write in them, in every language that ships."""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

COLUMNS = (
    "title", "date", "start", "end_date", "end", "duration", "all_day", "place", "description", "category", "url",
    "status", "cancelled", "id",
)  # fmt: skip
_FILE = Path(__file__).with_name("columns.toml")
_LETTERS = str.maketrans({"đ": "d", "Đ": "d", "ı": "i", "ł": "l", "ø": "o", "æ": "ae"})  # no decomposition has these


@dataclass(frozen=True, slots=True)
class ColumnWords:
    """`columns`: a name, in normal form -> its column and its rank there (0 comes first). `words`: a kind of word
    (`am`, `whole_day` …) -> all words of that kind, in normal form."""

    columns: dict[str, tuple[str, int]]
    words: dict[str, frozenset[str]]


@cache
def column_words() -> ColumnWords:
    """Of all languages at once: one office's list may be headed in any of them, or in two."""
    languages = tomllib.loads(_FILE.read_text("utf-8")).values()
    columns: dict[str, tuple[str, int]] = {}
    for told in languages:
        for column in COLUMNS:
            for rank, name in enumerate(told[column]):
                columns.setdefault(normal_form(name), (column, rank))
    kinds = {kind for told in languages for kind in told} - set(COLUMNS)
    words = {kind: frozenset(normal_form(word) for told in languages for word in told[kind]) for kind in kinds}
    return ColumnWords(columns, words)


def column_names(language: str) -> dict[str, list[str]]:
    """As they are written in one language, for telling a person which are understood."""
    told = tomllib.loads(_FILE.read_text("utf-8"))[language]
    return {column: told[column] for column in COLUMNS}


def normal_form(text: str) -> str:
    """Letters and digits only, without case and accents: "Start-Date *" and "start date" are the same."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(letter for letter in apart if letter.isalnum())

"""Labelled texts, one JSON object a line: {"text", "lang", "kind", "langs"?}; `lang` "und" means that no language is right."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.figures import LeftOut
from inbox.language.tags import ALL_LANGUAGES, UNSURE

ASIDE = {"roman", "codeswitch", "und"}
SHORT = ("len03-10", "len11-20", "len21-40", "len41-60")
TEN = ("en", "es", "zh", "vi", "ar", "ht", "so", "pt", "ru", "tl")
FOUR = ("en", "es", "vi", "so")
MEND = "Point it to labelled texts, as LANGUAGE_DATA=texts.jsonl"
LISTS: dict[str, Sequence[str]] = {"31": ALL_LANGUAGES, "10": TEN, "4": FOUR}
NOT_IN_LATIN = frozenset("zh ar ru ko uk ur hi bn ne my am fa ps ja gu pa ti".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Row:
    text: str
    lang: str
    kind: str
    langs: tuple[str, ...] = ()

    @property
    def core(self) -> bool:
        return self.kind not in ASIDE


@dataclass(frozen=True, slots=True)
class Said:
    """What a detector said of one text; `first` is its best candidate, also where it was unsure."""

    language: str = UNSURE
    confidence: float = 0.0
    first: str = UNSURE
    mixed_with: str | None = None


Pair = tuple[Row, Said]
Which = Callable[[Row], bool]


def given() -> Path:
    """LeftOut without texts, FileNotFoundError where they are said to be and are not."""
    name = os.environ.get("LANGUAGE_DATA", "")
    if not name:
        raise LeftOut("LANGUAGE_DATA is not set")
    if not Path(name).is_file():
        raise FileNotFoundError(f"LANGUAGE_DATA names {name}, which is not there")
    return Path(name)


def read(file: Path) -> list[Row]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return [_row(json.loads(line)) for line in lines if line.strip()]


def _row(given: dict[str, Any]) -> Row:
    return Row(given["text"], given["lang"], given.get("kind", ""), tuple(given.get("langs", ())))


def of_kinds(pairs: Iterable[Pair], *kinds: str) -> list[Pair]:
    return [pair for pair in pairs if pair[0].kind in kinds]


def of_core(pairs: Iterable[Pair]) -> list[Pair]:
    return [pair for pair in pairs if pair[0].core]

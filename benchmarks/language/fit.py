"""Fits the numbers of inbox/language/pool.py again: `LANGUAGE_DATA=texts.jsonl python -m benchmarks.language.fit`.

Nine numbers, by the likelihood of the right language, on every other text; the rest of the texts tells whether they hold.
They are to be copied by hand, rounded, after a look at both halves. Nothing of the texts themselves is kept.
"""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.language.rows import Row, read
from inbox.language.clean import clean
from inbox.language.ears import ears
from inbox.language.pool import FLOOR, UNNAMED, WEIGHTS
from inbox.language.romanised import romanised
from inbox.language.script import in_script, leanings, only, script, told_by_letters
from inbox.language.tags import ALL_LANGUAGES, NEIGHBOURS

NUMBERS = (*WEIGHTS, *(f"{name}, unnamed" for name in UNNAMED), "a letter")
_ELSEWHERE = math.log(0.02)  # the odds of a language that does not ship, as in guess.py
_STEPS, _PACE, _REIN = 800, 0.05, 1e-4

Choice = tuple[list[str], Any]
"""The languages left for a text, and what speaks for each of them: (languages, numbers)."""


def main() -> None:
    rows = [row for row in read(Path(os.environ["LANGUAGE_DATA"])) if row.core]
    pairs = [(row, found) for row in rows if (found := _evidence(row))]
    halves = pairs[::2], pairs[1::2]
    for fitted_on, checked_on in (halves, halves[::-1]):
        numbers = _fit(fitted_on)
        print(", ".join(f"{name} {value:.2f}" for name, value in zip(NUMBERS, numbers, strict=True)))
        print(f"  right: {_right(fitted_on, numbers):.4f} where fitted, {_right(checked_on, numbers):.4f} on the rest")


def _evidence(row: Row) -> Choice | None:
    """None where a text needs no engines: by its script alone, or typed in Latin letters, or its language is out."""
    cleaned = clean(row.text)
    name = script(cleaned)
    text = only(cleaned, name)
    latin = in_script("Latin", {*ALL_LANGUAGES, *NEIGHBOURS})
    left = sorted(latin if name == "Latin" else told_by_letters(text, name))
    if len(left) < 2 or row.lang not in left or (name == "Latin" and romanised(text, ALL_LANGUAGES)):
        return None
    return left, np.array(_numbers(text, left))


_EARS = {engine.name: engine for engine in ears()}


def _numbers(text: str, left: list[str]) -> list[list[float]]:
    can = {name: len(engine.supported & set(left)) > 1 for name, engine in _EARS.items()}
    said = {name: engine.scores(text, left) if can[name] else {} for name, engine in _EARS.items()}
    leaning = leanings(text)

    def heard(name: str, language: str) -> float:
        known = said[name] and language in _EARS[name].supported
        return math.log(max(FLOOR, said[name].get(language, 0.0))) if known else 0.0

    def nameless(name: str, language: str) -> float:
        return float(bool(said[name]) and language not in _EARS[name].supported)

    return [
        [
            *(heard(name, one) for name in WEIGHTS),
            *(nameless(name, one) for name in UNNAMED),
            float(leaning.get(one, 0)),
            _ELSEWHERE * (one not in ALL_LANGUAGES),
        ]
        for one in left
    ]


def _fit(pairs: list[tuple[Row, Choice]]) -> Any:
    """The numbers under which the right languages are likeliest: Adam's way up, the last column's weight stays 1."""
    given, mask, right = _packed(pairs)
    numbers, slow, fast = np.zeros(given.shape[2]), 0.0, 0.0
    numbers[-1] = 1.0
    for step in range(1, _STEPS + 1):
        odds = given @ numbers + mask
        likely = np.exp(odds - odds.max(axis=1, keepdims=True))
        likely /= likely.sum(axis=1, keepdims=True)
        likely[np.arange(len(right)), right] -= 1
        slope = np.einsum("tl,tln->n", likely, given) / len(right) + _REIN * numbers
        slow, fast = 0.9 * slow + 0.1 * slope, 0.999 * fast + 0.001 * slope**2
        numbers -= _PACE * (slow / (1 - 0.9**step)) / (np.sqrt(fast / (1 - 0.999**step)) + 1e-9)
        numbers[-1] = 1.0
    return numbers[:-1]


def _packed(pairs: list[tuple[Row, Choice]]) -> tuple[Any, Any, Any]:
    most = max(len(left) for _, (left, _) in pairs)
    given = np.zeros((len(pairs), most, len(NUMBERS) + 1))
    mask = np.full((len(pairs), most), -1e9)
    for index, (_, (left, numbers)) in enumerate(pairs):
        given[index, : len(left)], mask[index, : len(left)] = numbers, 0.0
    return given, mask, np.array([left.index(row.lang) for row, (left, _) in pairs])


def _right(pairs: list[tuple[Row, Choice]], numbers: Any) -> float:
    weights = np.append(numbers, 1.0)
    return sum(left[int((given @ weights).argmax())] == row.lang for row, (left, given) in pairs) / len(pairs)


if __name__ == "__main__":
    main()

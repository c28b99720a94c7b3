"""Measures language guessing on labelled texts: `python benchmarks/language.py FILE.jsonl [--languages en,es,…]`.

One JSON object a line: {"text", "lang", "kind"?, "langs"?}; `lang` "und" means that no language is right.
Coverage: how many got an answer. Precision: how many of the answers are right. Best: how many have it as first candidate.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from inbox.language.guess import Guesser, LanguageGuess
from inbox.language.tags import ALL_LANGUAGES, UNSURE

ASIDE = {"roman", "codeswitch", "und"}
STEPS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99)


@dataclass(frozen=True, slots=True)
class Judged:
    row: dict[str, Any]
    guess: LanguageGuess

    @property
    def answered(self) -> bool:
        return self.guess.language != UNSURE

    @property
    def right(self) -> bool:
        return self.guess.language == self.row["lang"]

    @property
    def best(self) -> bool:
        return bool(self.guess.candidates) and self.guess.candidates[0][0] == self.row["lang"]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("file", type=Path)
    asked.add_argument("--languages", default=",".join(ALL_LANGUAGES))
    asked.add_argument("--every", type=int, default=1, help="measure every n-th text")
    asked.add_argument("--wrong", type=int, default=0, help="print so many wrong answers")
    given = asked.parse_args()
    languages = given.languages.split(",")
    rows = [json.loads(line) for line in given.file.read_text(encoding="utf-8").splitlines() if line][:: given.every]
    started = time.perf_counter()
    guesser = Guesser()
    judged = [Judged(row, guesser.guess(row["text"], languages)) for row in rows]
    print(f"{len(judged)} texts, {len(judged) / (time.perf_counter() - started):.0f} a second")
    _report(judged, frozenset(languages))
    wrong = [one for one in judged if one.answered and not one.right]
    for one in wrong[:: max(1, len(wrong) // given.wrong)] if given.wrong else []:
        print(one.row["lang"], one.row.get("kind"), one.guess.candidates[:2], repr(one.row["text"]))


def _report(judged: list[Judged], languages: frozenset[str]) -> None:
    enabled = [one for one in judged if one.row["lang"] in languages]
    core = [one for one in enabled if one.row.get("kind") not in ASIDE]
    _line("core", core)
    _groups("kind", enabled)
    _groups("lang", core)
    _line("not enabled, or und", [one for one in judged if one.row["lang"] not in languages])
    for low, high in zip(STEPS, (*STEPS[1:], 1.01), strict=True):
        _line(f"best at {low:.2f}", [one for one in core if low <= one.guess.confidence < high])
    mixed = [one for one in enabled if one.row.get("langs")]
    told = sum(bool({one.guess.language, one.guess.mixed_with} & {one.row["lang"]}) for one in mixed)
    print(f"mixed texts with their main language named: {told} of {len(mixed)}")
    mistaken = Counter((one.row["lang"], one.guess.language) for one in core if one.answered and not one.right)
    print("most frequent mistakes:", ", ".join(f"{a}→{b} {n}" for (a, b), n in mistaken.most_common(12)))


def _groups(key: str, judged: list[Judged]) -> None:
    groups: defaultdict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        groups[one.row.get(key, "")].append(one)
    for name in sorted(groups):
        _line(f"{key} {name}", groups[name])


def _line(name: str, judged: list[Judged]) -> None:
    if not judged:
        return
    answered = [one for one in judged if one.answered]
    precision = sum(one.right for one in answered) / len(answered) if answered else 1.0
    best = sum(one.best for one in judged) / len(judged)
    print(
        f"{name:20} texts {len(judged):5}  coverage {len(answered) / len(judged):.3f}  precision {precision:.4f}"
        f"  best {best:.3f}"
    )


if __name__ == "__main__":
    main()

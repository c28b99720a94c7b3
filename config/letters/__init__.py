"""What letters to the people of a school say, one file a language. Which blanks a phrase has is checked against English."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

__all__ = ["LetterWords", "letter_words"]

_HERE = Path(__file__).parent
ENGLISH = "en"


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Forms(_Words):
    """A sentence about one, and about several."""

    one: str
    other: str

    def say(self, n: int, **blanks: object) -> str:
        return (self.one if n == 1 else self.other).format(n=n, **blanks)


class Assigned(_Words):
    title: Forms
    intro: Forms


class Overdue(_Words):
    title: Forms
    intro: Forms
    late: str
    handed: str
    promise: str


class DailyDigest(_Words):
    title: str
    mine: Forms
    overdue: Forms
    languages: str
    promises: Forms
    school: Forms
    all: str


class LateCancellation(_Words):
    title: str
    intro: str
    missing: str
    stuck: str


class UrgentWords(_Words):
    """`kinds`: those of config.urgent."""

    title: Forms
    intro: str
    since: str
    unseen: str
    only_words: str
    kinds: Mapping[str, str]


class Sample(_Words):
    title: str
    intro: str


class LetterWords(_Words):
    tag: str
    hello: str
    footer: str
    more: Forms
    since: str
    unsure: str
    assigned: Assigned
    overdue: Overdue
    daily_digest: DailyDigest
    late_cancellation: LateCancellation
    urgent: UrgentWords
    test: Sample


def letter_words(tag: str) -> LetterWords:
    """In this language, or the one it is a kind of, or English."""
    known = _known()
    return known.get(tag) or known.get(tag.split("-")[0]) or known[ENGLISH]


@lru_cache(maxsize=1)
def _known() -> Mapping[str, LetterWords]:
    return {
        path.stem: LetterWords(tag=path.stem, **tomllib.loads(path.read_text(encoding="utf-8")))
        for path in sorted(_HERE.glob("*.toml"))
    }

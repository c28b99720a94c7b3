"""What every language engine offers. A new one is one new file and one line where the guesser is built."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol


class Engine(Protocol):
    """Says how likely each language is. Same text, same answer, from any thread."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def supported(self) -> frozenset[str]:
        """The languages it can name, as BCP 47 tags."""
        ...

    def scores(self, text: str, languages: Collection[str]) -> dict[str, float]:
        """Probabilities over those of `languages` it supports, summing to 1; empty when it has nothing to say."""
        ...

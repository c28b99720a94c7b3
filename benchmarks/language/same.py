"""Whether one text always gets one answer: many runs, each from many threads at once, all against one quiet first."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from inbox.language.guess import Guesser, LanguageGuess

RUNS, THREADS = 20, 8


def same(texts: Sequence[str], languages: Sequence[str]) -> float:
    """The share of texts with the same guess every time, to the last digit; the first run is another guesser's."""
    first = [Guesser().guess(text, languages) for text in texts[:1]] + _guesses(Guesser(), texts[1:], languages)
    shared = Guesser()
    different: set[int] = set()
    with ThreadPoolExecutor(THREADS) as threads:
        for _ in range(RUNS):
            runs = list(threads.map(lambda _: _guesses(shared, texts, languages), range(THREADS)))
            different |= {i for run in runs for i, guess in enumerate(run) if guess != first[i]}
    return 1 - len(different) / len(texts)


def _guesses(guesser: Guesser, texts: Sequence[str], languages: Sequence[str]) -> list[LanguageGuess]:
    return [guesser.guess(text, languages) for text in texts]

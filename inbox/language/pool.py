"""Brings what several engines say about one text to one answer: a weighted sum of their logarithms."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

from inbox.language.engine import Engine
from inbox.language.script import leanings

_WEIGHTS = {"langdetect": 1.0, "words": 1.0}
_FLOOR = 1e-4  # no engine is so sure that the others could not overrule it
_UNNAMED = 0.05  # what an engine is taken to say of a language it has no name for: neither yes nor no
_PER_LETTER = 0.7
_FEW = 4
_PRIOR_WEIGHT = 0.35
_PRIOR_FLOOR = 0.05

Scores = dict[str, float]


def pool(
    said: Mapping[str, Scores],
    engines: Sequence[Engine],
    languages: Collection[str],
    text: str,
    weights: Mapping[str, float],
) -> Scores:
    """Probabilities over `languages`, best first. `said` holds each engine's own, silent engines left out.

    A language that no speaking engine can name is out; where no engine speaks, a few languages stay (the script's) and
    only letters lean. `weights` multiply a language's odds (1 where not given).
    """
    spoke = [engine for engine in engines if engine.name in said]
    if not spoke and len(languages) > _FEW:
        return {}
    leaning = leanings(text)
    totals = dict[str, float]()
    for language in languages:
        if not spoke or any(language in engine.supported for engine in spoke):
            heard = sum(_WEIGHTS.get(engine.name, 1.0) * _log(engine, said[engine.name], language) for engine in spoke)
            totals[language] = heard + _PER_LETTER * leaning.get(language, 0) + math.log(weights.get(language, 1.0))
    return _softmax(totals)


def prior_weights(prior: Mapping[str, float], languages: Collection[str]) -> dict[str, float]:
    """What an author's earlier comments do to the odds: at most 3 to 1, so that a clear text always wins."""
    if not prior:
        return {}
    return {one: min(1.0, max(_PRIOR_FLOOR, prior.get(one, 0.0))) ** _PRIOR_WEIGHT for one in languages}


def _log(engine: Engine, scores: Scores, language: str) -> float:
    if language not in engine.supported:
        return math.log(_UNNAMED)
    return math.log(max(_FLOOR, scores.get(language, 0.0)))


def _softmax(totals: Scores) -> Scores:
    if not totals:
        return {}
    best = max(totals.values())
    odds = {language: math.exp(total - best) for language, total in totals.items()}
    whole = sum(odds.values())
    ranked = sorted(odds, key=lambda language: (-odds[language], language))
    return {language: odds[language] / whole for language in ranked}

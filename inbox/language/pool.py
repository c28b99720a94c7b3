"""Brings what several engines say about one text to one answer: a weighted sum of their logarithms.

The numbers are fitted to labelled texts by benchmarks/language/fit.py, so that what comes out tells how often it is right.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Collection, Mapping, Sequence

from inbox.language.engine import Engine
from inbox.language.script import leanings

Scores = dict[str, float]

WEIGHTS: Mapping[str, float] = {"pycld2": 0.46, "py3langid": 0.95, "langdetect": 0.12, "words": 0.75}
UNNAMED: Mapping[str, float] = {"py3langid": -2.6, "langdetect": -0.8}
"""What an engine adds to a language that it has no name for, in nats: neither praise nor the worst."""
PER_LETTER = 0.8
FLOOR = 1e-4  # no engine is so sure that the others could not overrule it

_OTHERWISE, _NAMELESS = 1.0, -3.0  # the same for an engine that is not in the lists
_FEW = 4
_PRIOR_WEIGHT = 0.35
_PRIOR_FLOOR = 0.05

_LATER: Mapping[str, float] = {"py3langid": 5.0, "langdetect": 1.1}
"""Slower than the others: asked where the second language is no more than so many nats behind the first. What is farther
behind they hardly ever bring before it.
"""
_SLOWEST, _LEFT = "langdetect", 5  # asked about the few that are left
_BEFORE_IT = "py3langid"
_STAND_IN = (0.6, -3.5)  # its weight, and what it adds to the nameless, where that one is not installed


def listen(
    engines: Sequence[Engine], text: str, languages: Collection[str], weights: Mapping[str, float]
) -> tuple[dict[str, Scores], Scores]:
    """(what each engine says, silent ones left out; the probabilities that they come to together, best first).

    A language that no speaking engine can name is out; where no engine speaks, a few languages stay (the script's) and
    only letters lean. `weights` multiply a language's odds (1 where not given).
    """
    said = dict[str, Scores]()
    stands_in = all(engine.name != _BEFORE_IT for engine in engines)
    totals = _beginning(text, languages, weights)
    for engine in engines:
        if engine.name in _LATER and said and not _sways(engine.name, totals):
            continue
        asked = _few(totals) if engine.name == _SLOWEST and said.keys() - {"words"} else languages
        scores = engine.scores(text, asked) if _can_choose(engine, asked) else {}
        if scores:
            said[engine.name] = scores
            _add(engine, scores, totals, _STAND_IN if stands_in and engine.name == _SLOWEST else _weight(engine))
    return said, _softmax(_nameable(totals, [engine for engine in engines if engine.name in said]))


def prior_weights(prior: Mapping[str, float], languages: Collection[str]) -> dict[str, float]:
    """What an author's earlier comments do to the odds: at most 3 to 1, so that a clear text always wins."""
    if not prior:
        return {}
    return {one: min(1.0, max(_PRIOR_FLOOR, prior.get(one, 0.0))) ** _PRIOR_WEIGHT for one in languages}


def _beginning(text: str, languages: Collection[str], weights: Mapping[str, float]) -> Scores:
    """In nats, before any engine spoke: by the odds of each language, and by letters that lean."""
    leaning = leanings(text)
    return {one: PER_LETTER * leaning.get(one, 0) + math.log(weights.get(one, 1.0)) for one in languages}


def _few(totals: Scores) -> list[str]:
    return sorted(totals, key=lambda language: (-totals[language], language))[:_LEFT]


def _can_choose(engine: Engine, languages: Collection[str]) -> bool:
    """Asked between two languages of which it can name one, an engine names that one."""
    return len(engine.supported & frozenset(languages)) > 1


def _sways(engine: str, totals: Scores) -> bool:
    """Whether what it says can bring the second before the first."""
    first, second = heapq.nlargest(2, totals.values())
    return first - second < _LATER[engine]


def _nameable(totals: Scores, spoke: Sequence[Engine]) -> Scores:
    if not spoke:
        return totals if len(totals) <= _FEW else {}
    named = frozenset[str]().union(*(engine.supported for engine in spoke))
    return {language: total for language, total in totals.items() if language in named}


def _weight(engine: Engine) -> tuple[float, float]:
    return WEIGHTS.get(engine.name, _OTHERWISE), UNNAMED.get(engine.name, _NAMELESS)


def _add(engine: Engine, scores: Scores, totals: Scores, weight: tuple[float, float]) -> None:
    share_counts, nameless = weight
    least = share_counts * math.log(FLOOR)
    for language in totals:
        if language not in engine.supported:
            totals[language] += nameless
        else:
            share = scores.get(language, 0.0)
            totals[language] += share_counts * math.log(share) if share > FLOOR else least


def _softmax(totals: Scores) -> Scores:
    if not totals:
        return {}
    best = max(totals.values())
    odds = {language: math.exp(total - best) for language, total in totals.items()}
    whole = sum(odds.values())
    ranked = sorted(odds, key=lambda language: (-odds[language], language))
    return {language: odds[language] / whole for language in ranked}

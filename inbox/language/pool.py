"""Brings what several engines say about one text to one answer: a weighted sum of their logarithms.

The numbers are fitted to labelled texts by benchmarks/language/fit.py, so that what comes out tells how often it is right.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

from inbox.language.engine import Engine
from inbox.language.script import leanings

Scores = dict[str, float]

WEIGHTS: Mapping[str, float] = {"pycld2": 0.48, "py3langid": 0.9, "langdetect": 0.26, "words": 0.75}
UNNAMED: Mapping[str, float] = {"py3langid": -3.6, "langdetect": -1.25}
"""What an engine adds to a language that it has no name for, in nats: neither praise nor the worst."""
PER_LETTER = 0.73
FLOOR = 1e-4  # no engine is so sure that the others could not overrule it

_OTHERWISE, _NAMELESS = 1.0, -3.0  # the same for an engine that is not in the lists
_FEW = 4
_PRIOR_WEIGHT = 0.35
_PRIOR_FLOOR = 0.05

_LATER = ("py3langid", "langdetect")  # slower than the others: asked one by one, where they can change the answer
_SLOWEST, _LEFT = "langdetect", 5  # asked about the few that are left


def listen(
    engines: Sequence[Engine], text: str, languages: Collection[str], weights: Mapping[str, float]
) -> tuple[dict[str, Scores], Scores]:
    """(what each engine says, silent ones left out; what they say together, best first)."""
    said = _asked([engine for engine in engines if engine.name not in _LATER], text, languages)
    together = pool(said, engines, languages, text, weights)
    for engine in (one for name in _LATER for one in engines if one.name == name):
        if _sways(engine, together):
            few = engine.name == _SLOWEST and not said.keys() <= {"words"}
            said |= _asked([engine], text, list(together)[:_LEFT] if few else languages)
            together = pool(said, engines, languages, text, weights)
    return said, together


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
    named = frozenset[str]().union(*(engine.supported for engine in spoke)) if spoke else languages
    totals = {
        language: PER_LETTER * leaning.get(language, 0) + math.log(weights.get(language, 1.0))
        for language in languages
        if language in named
    }
    for engine in spoke:
        _add(engine, said[engine.name], totals)
    return _softmax(totals)


def prior_weights(prior: Mapping[str, float], languages: Collection[str]) -> dict[str, float]:
    """What an author's earlier comments do to the odds: at most 3 to 1, so that a clear text always wins."""
    if not prior:
        return {}
    return {one: min(1.0, max(_PRIOR_FLOOR, prior.get(one, 0.0))) ** _PRIOR_WEIGHT for one in languages}


def _asked(engines: Sequence[Engine], text: str, languages: Collection[str]) -> dict[str, Scores]:
    answers = {engine.name: engine.scores(text, languages) for engine in engines if _can_choose(engine, languages)}
    return {name: scores for name, scores in answers.items() if scores}


def _can_choose(engine: Engine, languages: Collection[str]) -> bool:
    """Asked between two languages of which it can name one, an engine names that one."""
    return len(engine.supported & frozenset(languages)) > 1


def _sways(engine: Engine, together: Scores) -> bool:
    """Whether the most that it can say for the second would bring that before the first."""
    first, second = (*together.values(), 0.0, 0.0)[:2]
    return first < second * math.exp(-math.log(FLOOR) * WEIGHTS[engine.name]) or not together


def _add(engine: Engine, scores: Scores, totals: Scores) -> None:
    weight, nameless = WEIGHTS.get(engine.name, _OTHERWISE), UNNAMED.get(engine.name, _NAMELESS)
    least = weight * math.log(FLOOR)
    for language in totals:
        if language not in engine.supported:
            totals[language] += nameless
        else:
            share = scores.get(language, 0.0)
            totals[language] += weight * math.log(share) if share > FLOOR else least


def _softmax(totals: Scores) -> Scores:
    if not totals:
        return {}
    best = max(totals.values())
    odds = {language: math.exp(total - best) for language, total in totals.items()}
    whole = sum(odds.values())
    ranked = sorted(odds, key=lambda language: (-odds[language], language))
    return {language: odds[language] / whole for language in ranked}

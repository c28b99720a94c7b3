"""Guesses the language of one comment, and says "unsure" rather than something wrong.

Clean, look whether there is language at all, read the script, ask the engines, and abstain when it is not clear.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from inbox.language.clean import clean
from inbox.language.doubt import doubt
from inbox.language.ears import absent, ears, hears_else
from inbox.language.engine import Engine
from inbox.language.kin import kin
from inbox.language.mixed import Mix, mix
from inbox.language.pool import Scores, listen, prior_weights
from inbox.language.romanised import romanised
from inbox.language.script import in_script, only, script, told_by_letters
from inbox.language.silence import says_nothing
from inbox.language.tags import ALL_LANGUAGES, NEIGHBOURS, UNSURE, base
from inbox.language.words_engine import WordsEngine

_SCRIPT_SAYS = 0.99
_IN_BOTH = 0.9  # how sure a text in two languages is for somebody who speaks the first
_ELSEWHERE_SPOKEN = 0.1  # odds of a language that ships, at a school that has not enabled it
_HARDLY_SPOKEN = 0.02  # odds of one that does not ship at all
_WIDELY_SPOKEN = {"es": 1.2}  # of the languages that families here speak beside English, most speak this
_BY_WORDS = f"{WordsEngine.name} {WordsEngine.version}"
_SHOWN, _KEPT = 5, 3
_WORTH_TELLING = 0.0005

Ranked = tuple[tuple[str, float], ...]
"""(language, probability), best first."""


@dataclass(frozen=True, slots=True)
class LanguageGuess:
    """`candidates` are best first, also when `language` is `und`; they may name a language that is not enabled.
    `confidence` is 0 to 1, as often right as it says; for `und` that of the best candidate. `scores` keep what each engine
    said ("pycld2 0.42": its best three); empty where the letters told it all. `steps` tell the way in plain sentences.
    """

    language: str
    confidence: float = 0.0
    mixed_with: str | None = None
    candidates: Ranked = ()
    scores: tuple[tuple[str, Ranked], ...] = ()
    steps: tuple[str, ...] = ()

    @property
    def engines(self) -> tuple[str, ...]:
        """Those that said something, with their versions."""
        return tuple(engine for engine, _ in self.scores)


class Guesser:
    """Holds the engines; by default those that ship. Safe to share between threads."""

    def __init__(self, engines: Sequence[Engine] | None = None) -> None:
        self._engines: tuple[Engine, ...] = ears() if engines is None else tuple(engines)
        self._absent = tuple(f"Not installed here: {name}." for name in absent(self._engines))
        heard = frozenset[str]().union(*(engine.supported for engine in self._engines))
        self._latin = in_script("Latin", heard & (NEIGHBOURS | {*ALL_LANGUAGES}))

    def guess(self, text: str, languages: Sequence[str], prior: Mapping[str, float] | None = None) -> LanguageGuess:
        """`languages` are those enabled. `prior` maps languages to 0..1, from what the author wrote earlier."""
        spoken = frozenset(map(base, languages))
        before = {base(tag): share for tag, share in (prior or {}).items()}
        cleaned = clean(text)
        found = self._guess(cleaned, spoken, before)
        found = _unsure(found) if says_nothing(cleaned) else self._with_second(found, cleaned, spoken)
        return _in_tags(replace(found, steps=(f'Cleaned: "{cleaned}".', *found.steps)), text, languages)

    def warm_up(self) -> None:
        """Reads what the engines have to read, so that the first text need not wait for it."""
        for engine in self._engines:
            engine.scores("warm up", ALL_LANGUAGES)

    def _guess(self, text: str, enabled: frozenset[str], prior: Mapping[str, float]) -> LanguageGuess:
        name = script(text)
        if not name:
            return LanguageGuess(UNSURE, steps=("No words in it: unsure.",))
        text = only(text, name)
        left = self._latin if name == "Latin" else told_by_letters(text, name)
        if len(left) <= 1:
            found = _told_by_script(left, enabled)
        else:
            found = self._asked(text, left | (in_script(name, enabled) if name == "Latin" else set()), enabled, prior)
        if name == "Latin" and (typed := romanised(text, enabled, found.candidates)):
            return _told_by_spelling(typed, enabled)
        return replace(found, steps=(f"Script: {name}.", *found.steps))

    def _asked(
        self, text: str, wide: frozenset[str], enabled: frozenset[str], prior: Mapping[str, float]
    ) -> LanguageGuess:
        said, scores = listen(self._engines, text, wide, _weights(wide, enabled, prior))
        best = next(iter(scores), UNSURE)
        why_not = doubt(text, scores, enabled, lambda: hears_else(self._engines, text, wide))
        kept = {name: _ranked(one, _KEPT) for name, one in said.items()}
        versions = {engine.name: f"{engine.name} {engine.version}" for engine in self._engines}
        candidates = _ranked(scores, _SHOWN)
        return LanguageGuess(
            UNSURE if why_not else best,
            round(scores.get(best, 0.0), 4),
            candidates=candidates,
            scores=tuple((versions[name], ranked) for name, ranked in kept.items()),
            steps=(
                *self._absent,
                *(f"{name}: {_told(ranked)}." for name, ranked in kept.items()),
                f"Together: {_told(candidates)}.",
                f"Unsure: {why_not}." if why_not else f"Guess: {best}.",
            ),
        )

    def _with_second(self, found: LanguageGuess, text: str, enabled: frozenset[str]) -> LanguageGuess:
        def listen(rest: str) -> tuple[str, float]:
            return next(iter(self._guess(rest, enabled, {}).candidates), (UNSURE, 0.0))

        likeliest = [found.language] if found.language != UNSURE else [one for one, _ in found.candidates[:2]]
        both = mix(text, likeliest, enabled, listen)
        return _in_two(found, both) if both else found


def _unsure(found: LanguageGuess) -> LanguageGuess:
    return replace(found, language=UNSURE, steps=(*found.steps, "Unsure: only names, or sounds of any language."))


def _in_two(found: LanguageGuess, both: Mix) -> LanguageGuess:
    return replace(
        found,
        language=both.first,
        confidence=_IN_BOTH,
        mixed_with=both.second,
        candidates=((both.first, _IN_BOTH), (both.second, round(1 - _IN_BOTH, 4))),
        steps=(*found.steps, f"In two languages: {both.first}, mixed with {both.second}."),
    )


def _told_by_script(left: frozenset[str], enabled: frozenset[str]) -> LanguageGuess:
    if not left:
        return LanguageGuess(UNSURE, steps=("Unsure: no language here is written like that.",))
    (only_one,) = left
    known = only_one in enabled
    step = f"Guess: {only_one}, by its script and letters." if known else f"Unsure: {only_one}, which is not enabled."
    return LanguageGuess(
        only_one if known else UNSURE, _SCRIPT_SAYS, candidates=((only_one, _SCRIPT_SAYS),), steps=(step,)
    )


def _told_by_spelling(typed: Scores, enabled: frozenset[str]) -> LanguageGuess:
    best, share = next(iter(typed.items()))
    says = f"Guess: {best}" if best in enabled else f"Unsure: {best}, which is not enabled"
    ranked = tuple(typed.items())
    step = f"{says}, typed in Latin letters, by its words: {_told(ranked)}."
    steps = ("Script: Latin.", step)
    return LanguageGuess(best if best in enabled else UNSURE, share, None, ranked, ((_BY_WORDS, ranked),), steps)


def _weights(wide: frozenset[str], enabled: frozenset[str], prior: Mapping[str, float]) -> Mapping[str, float]:
    spoken = _all_spoken(wide, enabled)
    if not prior:
        return spoken
    before = prior_weights(prior, enabled)
    return {one: odds * before.get(one, 1.0) for one, odds in spoken.items()}


@lru_cache(maxsize=64)
def _all_spoken(wide: frozenset[str], enabled: frozenset[str]) -> Mapping[str, float]:
    return {one: _spoken(one, enabled) for one in wide}


def _spoken(language: str, enabled: frozenset[str]) -> float:
    if language in enabled:
        return _WIDELY_SPOKEN.get(language, 1.0)
    return _ELSEWHERE_SPOKEN if language in ALL_LANGUAGES else _HARDLY_SPOKEN


def _ranked(scores: Mapping[str, float], at_most: int) -> Ranked:
    worth_telling = [(-share, language) for language, share in scores.items() if share >= _WORTH_TELLING]
    return tuple((language, round(-share, 4)) for share, language in sorted(worth_telling)[:at_most])


def _told(ranked: Ranked) -> str:
    return ", ".join(f"{language} {share:.2f}" for language, share in ranked[:_KEPT])


def _in_tags(found: LanguageGuess, text: str, enabled: Sequence[str]) -> LanguageGuess:
    """The guess in the school's own tags (pt-BR where it says pt-BR), with what a person should know about it."""
    first = kin(text, found.language, enabled)
    tagged = {language: kin(text, language, enabled).tag for language, _ in found.candidates} | {
        found.language: first.tag
    }
    second = found.mixed_with
    named = replace(
        found,
        language=UNSURE if first.rival else first.tag,
        mixed_with=kin(text, second, enabled).tag if second else None,
        candidates=tuple((tagged[language], share) for language, share in found.candidates),
        steps=(*found.steps, *filter(None, [first.note])),
    )
    return _either(named, first.rival) if first.rival else named


def _either(named: LanguageGuess, rival: str) -> LanguageGuess:
    (first, share), *others = named.candidates
    candidates = ((first, share / 2), (rival, share / 2), *others)
    return replace(named, confidence=share / 2, candidates=candidates, steps=(*named.steps, "Unsure between the two."))

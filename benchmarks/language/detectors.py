"""Ours and two others, each as a function from a text to what it says, built in a process of its own.

Each imports within its function, since loading is measured, too.
"""

# ruff: noqa: PLC0415

from __future__ import annotations

from collections.abc import Callable, Sequence

from benchmarks.language.rows import Said

Detect = Callable[[str], Said]


def ours(languages: Sequence[str]) -> Detect:
    from inbox.language.guess import Guesser

    guesser = Guesser()
    guesser.warm_up()

    def detect(text: str) -> Said:
        guess = guesser.guess(text, languages)
        first = guess.candidates[0][0] if guess.candidates else "und"
        return Said(guess.language, guess.confidence, first, guess.mixed_with)

    return detect


def langdetect(languages: Sequence[str]) -> Detect:
    """The package as it is: all its languages, the text as it came, its seed set."""
    from langdetect import DetectorFactory, LangDetectException, detect_langs

    DetectorFactory.seed = 0

    def detect(text: str) -> Said:
        try:
            best = detect_langs(text)[0]
        except LangDetectException:
            return Said()
        language = best.lang.split("-")[0]
        return Said(language, best.prob, language)

    return detect


def lingua(languages: Sequence[str]) -> Detect:
    """Restricted to those of `languages` that it has a model of."""
    from lingua import IsoCode639_1, Language, LanguageDetectorBuilder

    theirs = {one.iso_code_639_1.name.lower(): one for one in Language.all()}
    wanted = [getattr(IsoCode639_1, one.upper()) for one in languages if one in theirs]
    built = LanguageDetectorBuilder.from_iso_codes_639_1(*wanted).with_preloaded_language_models().build()

    def detect(text: str) -> Said:
        best = built.compute_language_confidence_values(text)[0]
        if not best.value:
            return Said()
        language = best.language.iso_code_639_1.name.lower()
        return Said(language, best.value, language)

    return detect


DETECTORS: dict[str, Callable[[Sequence[str]], Detect]] = {"ours": ours, "langdetect": langdetect, "lingua": lingua}

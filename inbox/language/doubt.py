"""When a guess may not be said: too close, hardly any language in it, or a language that nobody enabled."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from inbox.language.clean import words
from inbox.language.script import script
from inbox.language.words_engine import hits

Stranger = Callable[[], str]

_SURE = 0.6  # as confidence is calibrated, what is said just above is right six times of ten, and most is far above
_NAMED = 0.6
_A_SENTENCE = 4  # words
_SURE_WITHOUT_WORDS = 0.9


def doubt(text: str, scores: Mapping[str, float], enabled: Collection[str], stranger: Stranger) -> str:
    """Why the best of `scores` (best first) may not be said, or nothing. `stranger` tells a language, not among them, that
    an engine hears reliably, or "".
    """
    if not scores:
        return "nothing in it that an engine knows"
    spoken, best = words(text), next(iter(scores))
    if best not in enabled and scores[best] >= _NAMED:
        return f"it looks like {best}, which is not enabled"
    if best not in enabled:
        return "no enabled language stands out"
    heard = hits(text, {best})[best]
    if heard < len(spoken) / 2 and len(spoken) >= _A_SENTENCE and (other := stranger()):
        return f"it looks like {other}, which is not enabled"
    if not heard and not _ordinary(text, spoken, scores[best]):
        return "too few ordinary words to tell"
    if scores[best] < _SURE:
        return "the guesses are too close"
    return ""


def _ordinary(text: str, spoken: Sequence[str], share: float) -> bool:
    """Whether a text without a single everyday word still is language, and not a name or a brand."""
    if script(text) != "Latin":
        return len("".join(spoken)) >= 2
    ordinary = [word for word in spoken if len(word) > 1 and not word[0].isupper()]
    if len(spoken) >= _A_SENTENCE:
        return len(ordinary) >= 2 and share >= _SURE_WITHOUT_WORDS
    beside_names = len(ordinary) < len(spoken)
    if len(ordinary) == 1:
        return len(ordinary[0]) >= 5 and (not beside_names or share >= _SURE_WITHOUT_WORDS)
    return len(ordinary) >= 2

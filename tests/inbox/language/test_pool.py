import math
from collections.abc import Collection

import pytest

from inbox.language.pool import listen, prior_weights


class Voice:
    """An engine that always says the same, and counts how often it was asked."""

    version = "0"

    def __init__(self, name: str, says: dict[str, float], supported: str = "es pt fr en") -> None:
        self.name, self.says, self.supported, self.asked = name, says, frozenset(supported.split()), 0

    def scores(self, text: str, languages: Collection[str]) -> dict[str, float]:
        self.asked += 1
        return {one: share for one, share in self.says.items() if one in languages}


SURE_OF_SPANISH = {"es": 0.9997, "pt": 0.0001, "fr": 0.0001, "en": 0.0001}
TORN = {"es": 0.4, "pt": 0.35, "fr": 0.15, "en": 0.1}


def test_what_engines_agree_on_is_surer_than_what_each_said() -> None:
    voices = [Voice("words", TORN), Voice("pycld2", TORN)]
    _, together = listen(voices, "una", ["es", "pt", "fr", "en"], {})
    _, alone = listen(voices[:1], "una", ["es", "pt", "fr", "en"], {})
    assert together["es"] > alone["es"] > 0.3
    assert list(together) == ["es", "pt", "fr", "en"]
    assert sum(together.values()) == pytest.approx(1)


def test_slow_engines_are_asked_only_where_the_quick_ones_are_torn() -> None:
    for says, asked in ((SURE_OF_SPANISH, 0), (TORN, 1)):
        slow = Voice("py3langid", TORN)
        said, _ = listen([Voice("words", says), Voice("pycld2", says), slow], "una", ["es", "pt", "fr", "en"], {})
        assert slow.asked == asked
        assert ("py3langid" in said) == bool(asked)


def test_a_language_without_a_name_in_an_engine_is_neither_praised_nor_buried() -> None:
    knows = Voice("pycld2", {"hmn": 0.9, "en": 0.1}, "hmn en es")
    does_not = Voice("py3langid", {"en": 0.6, "es": 0.4}, "en es")
    _, together = listen([knows, does_not], "kuv", ["hmn", "en", "es"], {})
    assert next(iter(together)) == "en"
    surely_not = Voice("py3langid", {"en": 0.0001, "es": 0.9999}, "en es")
    _, together = listen([knows, surely_not], "kuv", ["hmn", "en", "es"], {})
    assert together["hmn"] > together["en"]


def test_an_engine_that_can_name_one_of_two_languages_is_not_asked_between_them() -> None:
    voice = Voice("pycld2", {"am": 1.0}, "am")
    said, together = listen([voice], "ሰላም", ["am", "ti"], {})
    assert (voice.asked, said) == (0, {})
    assert set(together) == {"am", "ti"}


def test_where_nobody_speaks_many_languages_stay_unknown() -> None:
    assert listen([], "xyz", ["es", "pt", "fr", "en", "de"], {}) == ({}, {})


def test_the_prior_moves_the_odds_by_three_to_one_at_most() -> None:
    weights = prior_weights({"es": 1.0}, {"es", "pt", "en"})
    assert weights["es"] == 1.0
    assert 1 / 3.0 <= weights["pt"] == weights["en"] < 1
    assert prior_weights({"es": 50.0, "pt": -1.0}, {"es", "pt"}) == pytest.approx({"es": 1.0, "pt": weights["pt"]})
    assert prior_weights({}, {"es"}) == {}


def test_a_prior_decides_between_close_ones_and_never_against_a_clear_voice() -> None:
    weights = prior_weights({"pt": 1.0}, {"es", "pt", "fr", "en"})
    languages = ["es", "pt", "fr", "en"]
    _, close = listen([Voice("words", TORN)], "una", languages, weights)
    _, clear = listen([Voice("words", SURE_OF_SPANISH)], "una", languages, weights)
    assert next(iter(close)) == "pt"
    assert next(iter(clear)) == "es" and math.isclose(clear["es"], 1, abs_tol=0.02)

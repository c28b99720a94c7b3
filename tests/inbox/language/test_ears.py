import pytest

from inbox.language.ears import ears, missing
from inbox.language.guess import Guesser

TEN = ("en", "es", "zh", "vi", "ar", "ht", "so", "pt", "ru", "tl")
SENTENCES = {
    "en": "Will there be somebody to watch the little ones?",
    "es": "¿Alguien puede cuidar a los pequeños esa tarde?",
    "vi": "Có ai trông các cháu nhỏ buổi chiều hôm đó không ạ?",
    "ru": "Кто-нибудь посидит с маленькими в тот вечер?",
}


def test_all_engines_listen_here_and_none_is_missing() -> None:
    assert [engine.name for engine in ears()] == ["words", "pycld2", "py3langid", "langdetect"]
    assert missing() == ()


def test_an_engine_without_a_build_is_left_out_and_named() -> None:
    def installed(package: str) -> bool:
        return package != "pycld2"

    assert [engine.name for engine in ears(installed)] == ["words", "py3langid", "langdetect"]
    assert missing(installed) == ("pycld2",)


@pytest.mark.parametrize("there", [{"langdetect"}, {"pycld2"}, {"py3langid"}, {"langdetect", "py3langid"}])
def test_whoever_is_left_still_tells_clear_sentences_and_says_who_is_not_there(there: set[str]) -> None:
    guesser = Guesser(ears(there.__contains__))
    for language, sentence in SENTENCES.items():
        guess = guesser.guess(sentence, TEN)
        assert (guess.language, guess.confidence > 0.8) == (language, True)
        assert {engine.split()[0] for engine in guess.engines} <= there | {"words"}
    assert "Not installed here: langdetect." in guess.steps or "langdetect" in there


def test_langdetect_alone_is_asked_about_every_language() -> None:
    guess = Guesser(ears({"langdetect"}.__contains__)).guess(
        "Turnbeutel verschwunden, Kleiderhaken abgebrochen", (*TEN, "de")
    )
    assert guess.language == "de"
    assert any(engine.startswith("langdetect") for engine in guess.engines)

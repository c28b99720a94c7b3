from concurrent.futures import ThreadPoolExecutor

import pytest

from inbox.language.engine import Engine
from inbox.language.langdetect_engine import LangdetectEngine
from inbox.language.words_engine import WordsEngine, hits

TEXTS = [
    "¿A qué hora es la reunión?",
    "Will there be child care?",
    "quanto",
    "Cuộc họp lúc mấy giờ?",
    "so cute",
    "明天见",
]
TEN = ("en", "es", "zh", "vi", "ar", "ht", "so", "pt", "ru", "tl")


@pytest.mark.parametrize("engine", [LangdetectEngine(), WordsEngine()])
def test_probabilities_are_over_the_supported_among_the_asked_and_sum_to_one(engine: Engine) -> None:
    scores = engine.scores("Will there be child care?", {"en", "es", "tlh"})
    assert set(scores) == {"en", "es"}
    assert sum(scores.values()) == pytest.approx(1)
    assert scores["en"] > 0.9


@pytest.mark.parametrize("engine", [LangdetectEngine(), WordsEngine()])
def test_an_engine_without_anything_to_say_is_silent(engine: Engine) -> None:
    assert engine.scores("", {"en", "es"}) == {}
    assert engine.scores("hello there", {"tlh"}) == {}


def test_langdetect_gives_the_same_answer_in_twenty_runs_and_in_new_engines() -> None:
    first = [LangdetectEngine().scores(text, TEN) for text in TEXTS]
    assert all([LangdetectEngine().scores(text, TEN) for text in TEXTS] == first for _ in range(2))
    engine = LangdetectEngine()
    assert all([engine.scores(text, TEN) for text in TEXTS] == first for _ in range(20))


def test_langdetect_gives_the_same_answer_from_many_threads() -> None:
    engine = LangdetectEngine()
    alone = [LangdetectEngine().scores(text, TEN) for text in TEXTS * 5]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda text: engine.scores(text, TEN), TEXTS * 5))
    assert together == alone


def test_both_kinds_of_chinese_are_chinese() -> None:
    engine = LangdetectEngine()
    for text in ("明天学校几点开会", "明天學校幾點開會"):
        assert max(engine.scores(text, {"zh", "ja"}).items(), key=lambda pair: pair[1])[0] == "zh"


def test_the_order_of_the_asked_languages_does_not_matter() -> None:
    engine = LangdetectEngine()
    assert engine.scores("quanto custa", ["pt", "es"]) == engine.scores("quanto custa", ["es", "pt"])


def test_everyday_words_are_heard_without_accents_too() -> None:
    assert hits("tambien esta aqui", {"es"}) == hits("también está aquí", {"es"}) == {"es": 3.0}


def test_hmong_is_heard_by_the_shape_of_its_syllables() -> None:
    assert hits("rooj sib tham nyob qhov twg", {"hmn"})["hmn"] > 2
    assert hits("where is the meeting tonight", {"hmn"})["hmn"] == 0

from concurrent.futures import ThreadPoolExecutor

import pytest

from inbox.language.engine import Engine
from inbox.language.langdetect_engine import LangdetectEngine
from inbox.language.langid_engine import LangidEngine
from inbox.language.pycld2_engine import Pycld2Engine
from inbox.language.words_engine import WordsEngine, hits

TEXTS = [
    "¿A qué hora es la reunión?",
    "Will there be child care?",
    "quanto",
    "Cuộc họp lúc mấy giờ?",
    "so cute",
    "明天见",
]
ALL: list[Engine] = [WordsEngine(), Pycld2Engine(), LangidEngine(), LangdetectEngine()]
TEN = ("en", "es", "zh", "vi", "ar", "ht", "so", "pt", "ru", "tl")


@pytest.mark.parametrize("engine", ALL)
def test_probabilities_are_over_the_supported_among_the_asked_and_sum_to_one(engine: Engine) -> None:
    scores = engine.scores("Will there be child care?", {"en", "es", "tlh"})
    assert set(scores) == {"en", "es"}
    assert sum(scores.values()) == pytest.approx(1)
    assert scores["en"] > 0.9


@pytest.mark.parametrize("engine", ALL)
def test_an_engine_without_anything_to_say_is_silent(engine: Engine) -> None:
    assert engine.scores("", {"en", "es"}) == {}
    assert engine.scores("hello there", {"tlh"}) == {}


@pytest.mark.parametrize("engine", ALL)
def test_every_engine_gives_the_same_answer_in_twenty_runs_from_eight_threads_and_anew(engine: Engine) -> None:
    first = [type(engine)().scores(text, TEN) for text in TEXTS]
    with ThreadPoolExecutor(8) as threads:
        runs = list(threads.map(lambda _: [engine.scores(text, TEN) for text in TEXTS], range(20)))
    assert all(run == first for run in runs)


def test_an_engine_that_is_read_at_first_use_is_read_once_for_all_threads() -> None:
    engine = LangidEngine()
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda _: engine.scores("gracias por todo", TEN), range(8)))
    assert together == [engine.scores("gracias por todo", TEN)] * 8


def test_both_kinds_of_chinese_are_chinese() -> None:
    engine = LangdetectEngine()
    for text in ("明天学校几点开会", "明天學校幾點開會"):
        assert max(engine.scores(text, {"zh", "ja"}).items(), key=lambda pair: pair[1])[0] == "zh"


@pytest.mark.parametrize("engine", ALL)
def test_the_order_of_the_asked_languages_does_not_matter(engine: Engine) -> None:
    assert engine.scores("quanto custa", ["pt", "es"]) == engine.scores("quanto custa", ["es", "pt"])


def test_everyday_words_are_heard_without_accents_too() -> None:
    assert hits("tambien esta aqui", {"es"}) == hits("también está aquí", {"es"}) == {"es": 3.0}


def test_hmong_is_heard_by_the_shape_of_its_syllables() -> None:
    assert hits("rooj sib tham nyob qhov twg", {"hmn"})["hmn"] > 2
    assert hits("where is the meeting tonight", {"hmn"})["hmn"] == 0


@pytest.mark.parametrize("engine", ALL)
def test_control_characters_half_pairs_and_new_letters_are_no_trouble(engine: Engine) -> None:
    assert sum(engine.scores("muchas gracias\x00\ud83d\u0378 maestra \ufffe\u202e", TEN).values()) == pytest.approx(1)


def test_pycld2_tells_how_near_the_others_were_and_not_only_the_first() -> None:
    scores = Pycld2Engine().scores("acender", ("en", "es", "pt", "vi"))
    assert scores["pt"] > 0.5 > scores["es"] == scores["vi"] > scores["en"] > 0


def test_pycld2_hears_also_what_nobody_asked_for() -> None:
    sure, language, share = Pycld2Engine().heard("Ndashaka kumenya igihe inama y'ababyeyi izatangirira ku ishuri")
    assert (sure, language) == (True, "rw")
    assert share > 0.9
    assert Pycld2Engine().heard("12345") == (False, "", 0.0)


def test_py3langid_hears_where_words_begin_and_end() -> None:
    engine = LangidEngine()
    assert engine.scores("gracias", TEN) == engine.scores("GRACIAS", TEN)
    assert engine.scores("o que", TEN) != engine.scores("oque", TEN)

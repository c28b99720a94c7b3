"""The sums of `make bench-language`, on texts of a few words of our own."""

from pathlib import Path

import pytest

from benchmarks.language import __main__ as bench
from benchmarks.language import goals, school, shares
from benchmarks.language.child import hear
from benchmarks.language.rows import FOUR, Pair, Row, Said, read
from benchmarks.language.same import same


def pair(lang: str, said: str, confidence: float = 1.0, kind: str = "len03-10", first: str = "") -> Pair:
    return Row("x", lang, kind), Said(said, confidence, first or said)


def test_each_language_counts_the_same_however_many_texts_it_has() -> None:
    pairs = [pair("en", "en")] * 9 + [pair("es", "en")]
    assert shares.macro(pairs) == 0.5
    assert shares.share(pairs) == 0.9


def test_the_first_candidate_counts_as_found_also_when_nothing_was_answered() -> None:
    unsure = pair("es", "und", 0.5, first="es")
    assert (shares.share([unsure]), shares.share([unsure], shares.answered_right)) == (1.0, 0.0)


def test_precision_is_that_of_the_surest() -> None:
    pairs = [pair("en", "es", 0.1), *[pair("en", "en", 0.9)] * 9]
    assert shares.precision_at(pairs, 0.9) == 1.0
    assert shares.precision_at(pairs, 1.0) == 0.9


def test_a_confidence_is_off_by_as_much_as_it_differs_from_how_often_it_is_right() -> None:
    honest = [pair("en", "en", 0.75)] * 3 + [pair("en", "es", 0.75)]
    assert shares.calibration_error(honest) == pytest.approx(0)
    assert shares.calibration_error([pair("en", "es", 0.95)] * 4) == pytest.approx(0.95)


def test_of_100_comments_each_language_counts_with_its_share_and_the_interval_holds_the_mean() -> None:
    pairs = [pair(one, one) for one in FOUR for _ in range(20)] + [pair("es", "en")] * 20 + [pair("en", "und")] * 20
    wrong, unsure = school.wrong_desk(pairs), school.unsure(pairs)
    assert wrong.mean == pytest.approx(7.5) and wrong.low < 7.5 < wrong.high
    assert unsure.mean == pytest.approx(40) and unsure.low < 40 < unsure.high


def test_a_figure_is_met_on_its_side_of_the_target() -> None:
    least = goals.Goal("a", lambda pairs: 0, 0.9)
    most = goals.Goal("b", lambda pairs: 0, 0.05, at_most=True)
    told = goals.Goal("c", lambda pairs: 0, None)
    assert [least.met(0.9), least.met(0.89), most.met(0.05), most.met(0.06), told.met(0)] == [
        True,
        False,
        True,
        False,
        None,
    ]


def test_without_texts_one_line_says_how_to_give_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("LANGUAGE_DATA", raising=False)
    assert bench.main() == 0
    assert capsys.readouterr().out.startswith("Nothing to measure on: LANGUAGE_DATA is not set.")
    monkeypatch.setenv("LANGUAGE_DATA", "/nowhere.jsonl")
    assert bench.main() == 2
    assert "which is not there" in capsys.readouterr().out


def test_a_detector_in_a_process_of_its_own_answers_every_text_in_order(tmp_path: Path) -> None:
    texts = tmp_path / "texts.jsonl"
    texts.write_text(
        '{"text": "¿A qué hora es la fiesta?", "lang": "es", "kind": "len21-40"}\n\n{"text": "Where is it?", "lang": "en"}\n'
    )
    heard = hear("ours", "4", texts)
    assert [one.language for one in heard.said] == [row.lang for row in read(texts)] == ["es", "en"]
    assert heard.memory > 30 and heard.load > 0


def test_the_same_guess_every_time_is_all_of_them() -> None:
    assert same(["que bonito", "so cute"], FOUR) == 1.0

"""What a figure says of itself, and what `make bench` makes of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import run
from benchmarks.figures import Beside, Figure, aim, at_least, at_most, exactly, times_as_fast
from benchmarks.table import line


def test_beside_a_floor_the_ratio_is_what_counts() -> None:
    assert Figure("rate", 80, "/s", at_least(0.8), Beside("floor", 100)).good
    assert not Figure("rate", 79, "/s", at_least(0.8), Beside("floor", 100)).good
    assert Figure("growth", 26, "ms", at_most(1.3), Beside("small", 20)).good
    assert not Figure("growth", 27, "ms", at_most(1.3), Beside("small", 20)).good


def test_of_times_the_shorter_one_is_the_faster_one() -> None:
    ours = Figure("list", 0.5, "ms", times_as_fast(500), Beside("without its index", 300))
    assert (ours.ratio, ours.good) == (600, True)


def test_an_aim_that_is_missed_is_told_and_stops_nobody() -> None:
    figure = Figure("p99", 301, "ms", aim(300))
    assert (figure.met, figure.good) == (False, True)
    assert line(figure, None).endswith("<-- aim missed")


def test_a_wanted_one_that_is_missed_is_told() -> None:
    assert line(Figure("lost", 1, wanted=exactly(0)), None).endswith("<-- MISSED")
    assert "<--" not in line(Figure("lost", 0, wanted=exactly(0)), 0)


def test_what_became_clearly_worse_than_the_baseline_is_told_and_noise_is_not() -> None:
    rate = Figure("rate", 90, "/s", at_least(0.5), Beside("floor", 100))
    assert line(rate, 1.3).endswith("<-- WORSE")
    assert "<--" not in line(rate, 1.1)
    calls = Figure("calls", 2, wanted=at_most(2))
    assert line(calls, 1).endswith("<-- WORSE")
    assert "<--" not in line(calls, 2)


def test_how_long_something_takes_is_not_kept_but_ratios_and_counts_are() -> None:
    assert Figure("page", 12, "ms", aim(200)).lasting is None
    assert Figure("page", 12, "ms", times_as_fast(0.8), Beside("plain rows", 12)).lasting == 1
    assert Figure("calls", 2, wanted=at_most(2)).lasting == 2
    assert Figure("memory", 180, "MB", at_most(512)).lasting == 180


def test_a_figure_comes_back_from_the_process_that_measured_it() -> None:
    figure = Figure("list", 0.5, "ms", times_as_fast(500), Beside("without its index", 300), margin=0.5)
    assert Figure.from_json(json.loads(json.dumps(figure.as_json()))) == figure


def test_a_part_that_lacks_what_it_needs_is_left_out_and_one_that_dies_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "LAST", tmp_path / "last.json")
    monkeypatch.setattr("sys.argv", ["run", "--only", "urgent"])
    monkeypatch.delenv("LANGUAGE_DATA", raising=False)
    assert run.main() == 0
    assert "urgent, left out: LANGUAGE_DATA is not set" in capsys.readouterr().out
    monkeypatch.setenv("LANGUAGE_DATA", "/nowhere.jsonl")
    assert run.main() == 1
    assert "FAILED: it ended with 1" in capsys.readouterr().out
    assert json.loads((tmp_path / "last.json").read_text())["urgent"]["trouble"]

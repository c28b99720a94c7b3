"""A small state by the processes that many machines run: every page looked at, every comment once, nothing said twice."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

import pytest

from commands.demo_crew import Hand, Process
from commands.demo_state import on_stage
from commands.demo_state_steps import StateStory
from commands.main import run
from commands.processes import BEHIND_PEOPLE
from tests.program import Started

SCHOOLS, PAGES = 12, 30


def begin(arguments: Sequence[str], folder: Path, environment: Mapping[str, str], log: IO[bytes]) -> Process:
    return Started(arguments, cwd=folder, env=environment, stderr=log)


def test_the_demo_of_a_state_tells_the_truth_and_leaves_nothing_behind() -> None:
    told: list[str] = []
    with on_stage(None, SCHOOLS, PAGES, told.append, begin) as stage:
        StateStory(stage, told.append).play()
        hands, folder = list(stage.crew.hands), stage.folder
        behind = {hand.name: _behind(hand) for hand in hands}
    assert [line[:2] for line in told if line[0].isdigit()][-5:] == ["1.", "2.", "3.", "4.", "5."]
    assert f"  ✓ {PAGES} pages were read" in "\n".join(told)
    people_first = {"web-1": 0, "web-2": 0, "clock": 0, "worker-1": BEHIND_PEOPLE, "worker-2": BEHIND_PEOPLE}
    assert behind == people_first, "a worker gives way to who waits for a page"
    assert {hand.process.poll() for hand in hands} == {0}, "asked to end, all end well"
    assert not folder.exists()


def _behind(hand: Hand) -> int:
    """By how much its priority is lower than ours."""
    assert isinstance(hand.process, Started)
    return os.getpriority(os.PRIO_PROCESS, hand.process.pid) - os.getpriority(os.PRIO_PROCESS, 0)


def test_it_wants_a_folder_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine").touch()
    assert run(["demo-state", "--pages", "2", "--data", str(tmp_path)]) == 2
    assert "is not empty" in capsys.readouterr().err

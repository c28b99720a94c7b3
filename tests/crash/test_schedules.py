"""Some schedules of the crash harness, each run as its own process; any number by `make crash N=…`."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crash.broken import BROKEN
from tests.crash.plan import schedule
from tests.crash.points import POINTS, reachable, resolved

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("database", "first"), [("sqlite", 0), ("postgresql", 12)])
def test_whatever_is_killed_each_thing_stands_once_and_nothing_is_lost(database: str, first: int) -> None:
    told = _crash("--schedules", "12", "--first", str(first), "--database", database, expect=0)
    assert "wrong: 0" in told
    kills = re.search(r"(\d+) kills", told)
    assert kills and int(kills.group(1)) >= 9


# The first seed that shows it, today: others after it do, too, should that one no longer.
@pytest.mark.parametrize(("rule", "first"), [("dead-is-due", 11), ("unknown-is-refused", 3)])
def test_a_broken_rule_is_found_within_a_few_schedules(rule: str, first: int) -> None:
    told = _crash(
        "--schedules", "34", "--first", str(first), "--database", "sqlite", "--broken", rule, "--until-wrong", expect=1
    )
    assert re.search(r"WRONG .*(stands|told) 2 times", told), "the rule was not broken: the program was"


def test_each_rule_that_can_be_broken_is() -> None:
    assert set(BROKEN) == {"dead-is-due", "unknown-is-refused"}


def test_there_are_at_least_25_points_and_each_names_a_function_that_exists() -> None:
    assert len(POINTS) >= 25
    assert set(resolved()) == set(POINTS)
    assert {point for point, _ in reachable()} >= set(POINTS)


def test_a_seed_tells_all_and_as_many_seeds_as_points_kill_at_each() -> None:
    assert schedule(7) == schedule(7)
    met = {kill.point for seed in range(len(POINTS)) for kill in schedule(seed).kills}
    assert met >= set(POINTS)


def _crash(*arguments: str, expect: int) -> str:
    command = [sys.executable, "-m", "tests.crash", *arguments]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=580)
    assert ended.returncode == expect, f"{ended.stdout}\n{ended.stderr}"
    return ended.stdout + ended.stderr

"""The state machine: each kind of fault at each request in turn, then whatever chance brings.

`python -m tests.centers --runs N` plays as many as one likes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.centers.machine import FATES, Machine, template
from tests.contracts.strict import StrictServer

RUNS = int(os.environ.get("CENTERS_RUNS", "8"))
STEPS = 20
# To make a failure small takes minutes: asked for by CENTERS_SHRINK=1.
PHASES = [Phase.generate, *([Phase.shrink] if os.environ.get("CENTERS_SHRINK") else [])]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StrictServer]:
    with StrictServer() as running:
        Machine.server, Machine.template, Machine.runs = running, template(tmp_path_factory.mktemp("template")), 0
        yield running


@pytest.fixture
def play(server: StrictServer) -> Iterator[Machine]:
    machine = Machine()  # type: ignore[no-untyped-call]
    machine.begin()
    yield machine
    machine.teardown()


@pytest.mark.parametrize("fate", [one for one in FATES if one != "none"])
def test_a_creation_outlives_each_fault_at_each_request(play: Machine, fate: str) -> None:
    for at in range(3):
        play.school_adds()
        play.a_round(fate, at, at)
        play.school_changes(at, "title")
        play.all_is_quiet()


@pytest.mark.parametrize("fate", [one for one in FATES if one != "none"])
@pytest.mark.parametrize("what", ["title", "time"])
def test_a_change_outlives_each_fault_at_each_request(play: Machine, fate: str, what: str) -> None:
    play.school_adds()
    for at in range(4):
        play.school_changes_again_after_a_round_that_went_wrong(True, 0, what, fate, at, "")


def test_whatever_goes_wrong_in_the_end_stands_what_should_stand(server: StrictServer) -> None:
    begun, asked = Machine.runs, len(server.seen)
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Machine,
        settings=settings(
            max_examples=RUNS, stateful_step_count=STEPS, deadline=None, database=None, print_blob=True,
            phases=PHASES, suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    print(f"{Machine.runs - begun} runs, {len(server.seen) - asked} requests")
    assert Machine.runs - begun >= RUNS

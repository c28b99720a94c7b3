"""The state machine, a modest number of times; `python -m tests.centers --runs N` plays as many as one likes."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.centers.machine import Machine, template
from tests.contracts.strict import StrictServer

RUNS = int(os.environ.get("CENTERS_RUNS", "12"))
STEPS = 25
# To make a failure small takes minutes: asked for by CENTERS_SHRINK=1.
PHASES = [Phase.generate, *([Phase.shrink] if os.environ.get("CENTERS_SHRINK") else [])]


def test_whatever_goes_wrong_in_the_end_stands_what_should_stand(tmp_path: Path) -> None:
    with StrictServer() as server:
        Machine.server, Machine.template, Machine.runs = server, template(tmp_path), 0
        run_state_machine_as_test(  # type: ignore[no-untyped-call]
            Machine,
            settings=settings(
                max_examples=RUNS, stateful_step_count=STEPS, deadline=None, database=None, print_blob=True,
                phases=PHASES, suppress_health_check=list(HealthCheck),
            ),
        )  # fmt: skip
        print(f"{Machine.runs} runs, {len(server.seen)} requests")
        assert Machine.runs >= RUNS

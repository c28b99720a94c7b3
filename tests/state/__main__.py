"""Everything that can happen to the machines of a state, again and again: what was lost (nothing) and how late the latest was.

python -m tests.state --minutes 5 --schools 200 --pages 800
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from tests.state.rehearse import Incident, State, living_state, settled

BETWEEN = 10.0  # seconds in which nothing happens
RESUMED = 45.0  # seconds after which at the latest the work of a dead worker goes on


def all_of_them(state: State, between: float, away: float) -> None:
    """Each incident once."""
    state.go_on(between)
    for incident in (
        state.end_a_worker, state.roll_a_web_process, state.restart_the_database,
        lambda: state.kill_the_clock(away), state.kill_a_worker,
    ):  # fmt: skip
        incident()
        print(f"{state.incidents[-1].name} …", file=sys.stderr, flush=True)
        state.go_on(between)


def told(state: State, incidents: Iterable[Incident]) -> str:
    """A table: seconds, of the latest of each kind that happened then."""
    lines = [("incident", "of its own", "comment", "answer", "event", "pages not shown")]
    for one in incidents:
        assert one.late
        took = f"{one.took:.1f} {one.what}" if one.what else ""
        unread = sum(one.begun <= at < one.ended for at in state.unread)
        late = map(_seconds, (one.late.comment, one.late.answer, one.late.event))
        lines.append((one.name, took, *late, str(unread)))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rows = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    counts = (
        f"{len(state.staff.answered)} comments answered ({state.staff.repeated} times the button was pressed again), "
        f"{len(state.moved)} events moved, {len(state.unread)} of {state.reads} agendas not shown."
    )
    return "\n".join(
        [*rows, "", counts, *(["Nothing was lost, nothing stands twice."] if not state.lost else state.lost[:50])]
    )


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--schools", type=int, default=200)
    parser.add_argument("--pages", type=int, default=800)
    parser.add_argument("--rate", type=float, default=4.0, help="comments a second")
    asked = parser.parse_args()
    ended = time.monotonic() + asked.minutes * 60
    with (
        tempfile.TemporaryDirectory() as folder,
        living_state(Path(folder), asked.schools, asked.pages, asked.rate) as state,
    ):
        while True:
            all_of_them(state, BETWEEN, away=30)
            if time.monotonic() > ended:
                break
        known = settled(state)
        print(told(state, (replace(one, late=known.late(one.begun, one.ended)) for one in state.incidents)))
    return bool(state.lost) or any(one.took > RESUMED for one in state.incidents)


if __name__ == "__main__":
    sys.exit(main())

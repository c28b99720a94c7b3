"""All that happens to the machines of a state, once, in a small one; `python -m tests.state` does it for long, in a large one."""

from __future__ import annotations

from pathlib import Path

from tests.state.__main__ import all_of_them
from tests.state.rehearse import living_state, settled


def test_machines_end_and_die_and_nothing_is_lost_and_nothing_said_twice(tmp_path: Path) -> None:
    with living_state(tmp_path, schools=4, pages=6, rate=1.5) as state:
        all_of_them(state, between=0.5, away=2)
        known = settled(state)
        assert state.lost == [], state.machines.log()[-5000:]
        written = [at for at, _ in known.comments.values() if at >= state.begun]
        assert len(written) > 40 and len(known.answers) == len(written)
        assert len(known.events) == len(state.moved) == 4
        rolled = next(one for one in state.incidents if "web" in one.name)
        assert [at for at in state.unread if rolled.begun <= at < rolled.ended] == [], "a page was not shown"

"""`report`: the numbers of who is heard, for programs and for people."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine

from models.page import Page
from tests.commands.conftest import Shell
from tests.models.rows import page, school
from tests.upkeep.heard_month import a_month

NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)


@pytest.fixture
def month(shell: Shell) -> Shell:
    shell("report")  # makes the database
    with shell.db.write() as session:
        for slug in ("maple", "oak"):
            session.add(school(slug))
            session.flush()
            session.add(page(slug))
            session.flush()
            session.get_one(Page, (slug, "pta-page")).connected_at = datetime(2026, 11, 1, tzinfo=UTC)
        a_month(session)
    return shell


def test_each_language_is_a_line_over_all_weeks_and_one_for_each_week(month: Shell) -> None:
    with time_machine.travel(NOW, tick=False):
        lines = month("report", "--weeks", "4", "--school", "maple", "--json").lines
    assert [line["language"] for line in lines if line["week"] is None] == ["so", "es", "en", "hmn", "und"]
    assert len(lines) == 5 + 4 * 5
    assert lines[0] == {
        "school": "maple", "language": "so", "week": None, "from": "2026-11-09", "to": "2026-12-06", "owed": 6, "answered": 5,
        "answered_share": 0.8333, "answered_elsewhere": 1, "closed_unanswered": 0, "waiting": 1, "timed": 6,
        "median_hours": 7.0, "median_at_least": False, "p90_hours": 30.5, "p90_at_least": True, "promises_due": 1,
        "promises_kept": 0, "promises_kept_share": 0.0, "unsure": 1, "unsure_share": 0.1667, "best_language": "en", "gap": 3.5,
        "gap_at_least": False, "flagged": True,
    }  # fmt: skip
    silent = next(line for line in lines if line["language"] == "hmn")
    assert (silent["owed"], silent["answered_share"], silent["median_hours"], silent["gap"]) == (0, None, None, None)
    first = [line for line in lines if line["week"] == "2026-W46"]
    assert [(line["language"], line["owed"], line["median_hours"]) for line in first] == [
        ("so", 1, 10.0), ("es", 1, 4.0), ("en", 3, 2.0), ("hmn", 0, None), ("und", 0, None),
    ]  # fmt: skip


def test_people_read_the_result_first_and_all_schools_without_a_name(month: Shell) -> None:
    with time_machine.travel(NOW, tick=False):
        told = month("report", "--weeks", "4").out
        eight_weeks = month("report", "--json").lines
    assert len(eight_weeks) == (1 + 8) * (5 + 2)
    assert "Maple, 2026-11-09 to 2026-12-06: Somali waits 3.5 times as long as English." in told
    assert "no family has commented in these weeks" in told
    assert "3.50 (!)" in told and "30.5 h" in told and "Hmong" in told
    assert month("report", "--weeks", "0").code == 2

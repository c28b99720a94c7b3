"""`migrate`: what it did, in words and in JSON; and what an older program may do beside a newer one."""

from __future__ import annotations

from pathlib import Path

from models.migrate import NEWEST, migrate
from tests.commands.conftest import Shell
from tests.models.test_migrate import CONTRACT, EXPAND, program_with


def test_it_says_what_it_did_and_does_it_once(shell: Shell) -> None:
    first = shell("migrate", "--json")
    assert (first.code, first.lines) == (
        0, [{"from": None, "to": NEWEST, "program": NEWEST, "oldest_program": first.lines[0]["oldest_program"]}],
    )  # fmt: skip
    again = shell("migrate")
    assert again.code == 0 and f"in the shape of this version already: {NEWEST}" in again.out


def test_beside_a_newer_program_an_older_one_works_but_makes_no_copies(shell: Shell, tmp_path: Path) -> None:
    shell("migrate")
    shell("backup", "before.db")
    migrate(shell.db, program_with(tmp_path / "tomorrow", EXPAND))
    assert "nothing was done" in shell("migrate").out
    assert shell("conversations").code == 0
    for copying in (("backup", "after.db"), ("restore", "before.db", "--yes")):
        refused = shell(*copying)
        assert refused.code and "with that one" in refused.err
    migrate(shell.db, program_with(tmp_path / "later", EXPAND, CONTRACT))
    refused = shell("conversations")
    assert refused.code and "update the program" in refused.err

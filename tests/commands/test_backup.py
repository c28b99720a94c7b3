"""`backup`, `restore`, `resume`, `key`: what they say, and how they end."""

from __future__ import annotations

from cryptography.fernet import Fernet

from models.school import School
from tests.commands.conftest import Shell
from tests.models import rows


def _school(shell: Shell) -> None:
    shell("runs")  # makes the database
    with shell.db.write() as session:
        session.add(rows.school())
        session.flush()
        session.add(rows.page(token_sealed=""))


def test_a_backup_says_what_is_in_it_and_that_the_key_is_not(shell: Shell) -> None:
    _school(shell)
    told = shell("backup", "first.db", "--json")
    assert (told.code, told.lines[0]["rows"]["school"], told.lines[0]["key"]) == (0, 1, "unused")
    again = shell("backup", "first.db")
    assert again.code == 2 and "is there already" in again.err
    assert "1 school," in shell("backup", "second.db").out


def test_restore_goes_on_without_a_terminal_keeps_what_was_there_and_pauses(shell: Shell) -> None:
    _school(shell)
    shell("backup", "first.db")
    told = shell("restore", "first.db", "--json")
    assert told.code == 0 and "resume" in told.lines[0]["paused"]
    assert told.lines[0]["kept"].startswith("data/bridge.db.before-restore-")
    with shell.db.read() as session:
        assert session.get(School, "maple").paused_at  # type: ignore[union-attr]
    assert shell("resume", "--as", "nobody@maple.example").code == 2
    assert "paused" in shell("doctor").out


def test_a_damaged_database_does_not_stand_in_the_way_of_its_backup(shell: Shell) -> None:
    _school(shell)
    shell("backup", "first.db")
    (shell.folder / "data" / "bridge.db").write_bytes(b"SQLite format 3\x00" + b"lost " * 2000)
    for end in ("-wal", "-shm"):
        (shell.folder / "data" / f"bridge.db{end}").unlink(missing_ok=True)
    assert shell("events").code == 1
    told = shell("restore", "first.db")
    assert told.code == 0 and "damaged" in told.err
    assert shell("events").code == 0


def test_what_is_no_backup_changes_nothing(shell: Shell) -> None:
    _school(shell)
    (shell.folder / "wrong").write_text("not a backup")
    told = shell("restore", "wrong")
    assert (told.code, "no backup of ours" in told.err) == (2, True)
    with shell.db.read() as session:
        assert session.get(School, "maple").paused_at is None  # type: ignore[union-attr]


def test_resume_where_nothing_is_paused_says_so(shell: Shell) -> None:
    _school(shell)
    assert "Nothing is paused" in shell("resume", "--as", "office@maple.example").out


def test_a_key_in_the_environment_is_put_there_first(shell: Shell) -> None:
    old = Fernet.generate_key().decode()
    shell.set("BRIDGE_SECRET_KEY", old)
    told = shell("key", "rotate")
    assert told.code == 2 and "NEW,OLD" in told.err and old not in told.err
    new = shell("key", "new").out.strip()
    shell.set("BRIDGE_SECRET_KEY", f"{new},{old}")
    assert "take the old key out" in shell("key", "rotate").out

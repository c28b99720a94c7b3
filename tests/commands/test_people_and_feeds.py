from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import segno

from models.account import account
from models.staff import member
from tests.commands.conftest import Shell
from tests.upkeep.sites import write
from upkeep.passwords import is_right


@pytest.fixture
def maple(shell: Shell) -> Shell:
    assert shell("load", str(write(shell.folder))).code == 0
    return shell


def test_a_person_who_is_added_gets_a_password_that_is_shown_once(maple: Shell) -> None:
    told = maple("person", "add", "Pat@Maple.example", "--role", "volunteer", "--languages", "en,es", "--json")
    shown = told.lines[0]
    assert (told.code, shown["email"], shown["role"]) == (0, "pat@maple.example", "volunteer")
    with maple.db.read() as session:
        row, known = member(session, "maple", "pat@maple.example"), account(session, "pat@maple.example")
    assert row is not None and row.languages == ["en", "es"]
    assert known is not None and is_right(shown["password"], known.password_hash)


def test_a_password_that_was_given_is_not_repeated(maple: Shell) -> None:
    told = maple("person", "password", "maria@maple.example", "--password", "correct horse")
    assert told.code == 0 and "horse" not in told.out + told.err
    with maple.db.read() as session:
        known = account(session, "maria@maple.example")
    assert known is not None and is_right("correct horse", known.password_hash)


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "no address", "--role", "staff"),
        ("add", "pat@maple.example", "--role", "king"),
        ("add", "pat@maple.example", "--role", "staff", "--languages", "spanish"),
        ("add", "pat@maple.example", "--role", "staff", "--hours", "always"),
        ("add", "pat@maple.example", "--role", "staff", "--password", "short"),
        ("add", "pat@maple.example", "--role", "staff", "--school", "oak"),
        ("off", "nobody@maple.example"),
        ("password", "nobody@maple.example"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(maple: Shell, arguments: tuple[str, ...]) -> None:
    told = maple("person", *arguments)
    assert (told.code, told.out) == (2, "") and len(told.err.strip().splitlines()) == 1


def test_where_there_are_two_schools_the_command_asks_which(maple: Shell) -> None:
    maple("load", str(write(maple.folder, ('slug = "maple"', 'slug = "oak"'))))
    told = maple("person", "off", "maria@maple.example")
    assert told.code == 2 and "--school: maple, oak" in told.err
    assert maple("person", "off", "maria@maple.example", "--school", "oak").code == 0
    with maple.db.read() as session:
        assert member(session, "maple", "maria@maple.example") and not member(session, "oak", "maria@maple.example")


def test_an_address_is_shown_when_it_is_made_and_never_again(maple: Shell) -> None:
    maple.set("BRIDGE_PUBLIC_URL", "https://bridge.example")
    made = maple("feeds", "add", "--school", "maple", "--category", "PTA", "--json").lines[0]
    assert made["url"].startswith("https://bridge.example/feeds/") and made["url"].endswith(".ics")
    listed = maple("feeds", "--json").lines
    assert [(one["id"], one["school"], one["category"], one["url"]) for one in listed] == [
        (made["id"], "maple", "PTA", None)
    ]
    closed = maple("feeds", "revoke", made["id"], "--json").lines[0]
    assert closed["revoked_at"] and maple("feeds", "--json").lines[0]["revoked_at"] == closed["revoked_at"]


def test_an_address_that_does_not_exist_cannot_be_revoked(maple: Shell) -> None:
    told = maple("feeds", "revoke", "fe_none")
    assert told.code == 2 and "see their ids with `feeds`" in told.err


def test_the_list_has_a_name_of_its_own_too(maple: Shell) -> None:
    maple("feeds", "add", "--json")
    assert maple("feeds", "list", "--json").lines == maple("feeds", "--json").lines != []


def test_somebody_who_is_switched_on_again_keeps_their_name(maple: Shell) -> None:
    maple("person", "add", "maria@x.example", "--role", "staff", "--name", "Maria Ortiz")
    maple("person", "off", "maria@x.example")
    again = maple("person", "add", "maria@x.example", "--role", "staff", "--json").lines[0]
    assert (again["name"], maple("person", "add", "jo@x.example", "--role", "staff", "--json").lines[0]["name"]) == (
        "Maria Ortiz",
        "jo@x.example",
    )


def test_a_new_address_comes_with_the_link_for_programs_and_the_page_for_families(maple: Shell) -> None:
    maple.set("BRIDGE_PUBLIC_URL", "https://bridge.example")
    made = maple("feeds", "add", "--json").lines[0]
    assert made["webcal"] == made["url"].replace("https:", "webcal:")
    assert made["page"] == made["url"].removesuffix(".ics")
    told = maple("feeds", "add").out
    assert told.count("https://bridge.example/feeds/") == 2 and "webcal://bridge.example/feeds/" in told
    assert "█" not in told, "a picture is for a terminal"


def test_in_a_terminal_a_new_address_is_also_shown_as_a_code_for_a_phone(maple: Shell) -> None:
    ours, theirs = pty.openpty()
    run = [sys.executable, Path(__file__).parents[2] / "run.py", "feeds", "add"]
    # Read while it writes: a terminal holds only a few kilobytes.
    with subprocess.Popen(run, cwd=maple.folder, stdout=theirs, env={**os.environ, "TERM": "xterm"}) as child:
        os.close(theirs)
        told = b"".join(_until_closed(ours)).decode().replace("\r\n", "\n")
    assert child.returncode == 0
    page, drawn = re.findall(r"http://\S+", told)[-1], io.StringIO()
    segno.make(page, micro=False).terminal(drawn, compact=True)
    assert drawn.getvalue() in told and not page.endswith(".ics")


def _until_closed(terminal: int) -> Iterator[bytes]:
    try:
        while some := os.read(terminal, 4096):
            yield some
    except OSError:  # so Linux tells that the other side has gone
        return
    finally:
        os.close(terminal)

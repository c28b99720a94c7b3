"""`find`, `export`, `erase`, `audit`: what they say, and how they end."""

from __future__ import annotations

import json

import pytest
from sqlmodel import select

from inbox.correct import correct
from models.audit import Audit
from models.conversation import Message
from models.page import Page
from models.school import School
from models.source import Source
from models.staff import StaffMember
from tests.commands.conftest import Shell
from tests.models import rows
from tests.upkeep.people_rows import BIRDS, NAME, NOW, ROSA, birds_in, birds_in_rows, fill


@pytest.fixture
def ids(shell: Shell) -> dict[str, str]:
    shell("runs")  # makes the database
    return fill(shell.db)


def test_somebody_is_found_by_name_by_id_and_by_words(shell: Shell, ids: dict[str, str]) -> None:
    for words in ("rosa", "GÓMEZ", ROSA, "kanarienvogel-uno", BIRDS["own post"]):
        found = {one["key"]: one for one in shell("find", words, "--school", "maple", "--json").lines}[ROSA]
        assert (found["name"], found["conversations"]) == (NAME, 2), words
    [nameless] = shell("find", "nobody knows", "--json").lines
    assert nameless["key"] == f"conversation:{ids['nameless']}" and nameless["name"] == ""
    assert shell("find", "%", "--json").lines == [] and "Nothing is held" in shell("find", "no such words").err


def test_texts_whose_language_a_person_said_are_exported_without_names(shell: Shell, ids: dict[str, str]) -> None:
    with shell.db.write() as session:
        correct(session, session.get_one(School, "maple"), ids["talk"], "es", "office@maple.example", NOW)
    done = shell("export", "--labelled", "--out", "labels", "--as", "office@maple.example", "--school", "maple")
    assert done.code == 0 and "look through it before you give it away" in done.out
    saved = [json.loads(line) for line in (shell.folder / "labels" / "labelled.jsonl").read_text().splitlines()]
    assert saved and set(saved[0]) == {"text", "lang", "guessed", "confidence", "engines", "by"}
    assert saved[0]["lang"] == "es" and saved[0]["by"] == "owner"
    both = shell("export", "--labelled", "--person", ROSA, "--out", "x", "--school", "maple")
    assert both.code != 0 and "two exports" in both.err


def test_a_person_is_exported_as_json_and_as_a_page(shell: Shell, ids: dict[str, str]) -> None:
    told = shell(
        "export", "--out", "rosa", "--person", ROSA, "--as", "office@maple.example", "--school", "maple", "--json"
    )
    assert (told.code, told.lines[0]["counts"]["conversation"]) == (0, 2)
    files = sorted(one.name for one in (shell.folder / "rosa").iterdir())
    assert files == ["export.json", "index.html"]
    held = json.loads((shell.folder / "rosa" / "export.json").read_text())
    assert held["person"] == {"external_id": ROSA, "names": [NAME]} and len(held["conversations"]) == 2
    both = b"".join(one.read_bytes() for one in (shell.folder / "rosa").iterdir())
    assert set(birds_in(both)) >= {"id", "name", "answer", "note", "draft", "promise", "picture", "own post"}
    assert b"Ali Other" not in both and b"Nobody knows" not in both
    with shell.db.read() as session:
        row = session.exec(select(Audit).where(Audit.what == "export person")).one()
        assert (row.by, row.subject) == ("office@maple.example", ids["rosa"])


def test_what_is_exported_can_be_read_by_its_owner_only_and_takes_nothing_s_place(
    shell: Shell, ids: dict[str, str]
) -> None:
    assert shell("export", "--out", "deep/all", "--school", "maple").code == 0
    folder = shell.folder / "deep" / "all"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {one.stat().st_mode & 0o777 for one in folder.iterdir()} == {0o600}
    again = shell("export", "--out", "deep/all", "--school", "maple")
    assert again.code == 2 and "is there already" in again.err
    assert [one.name for one in (shell.folder / "deep").iterdir()] == ["all"], "nothing half made is left"


def test_a_school_is_exported_whole_without_another_s_rows_and_without_secrets(
    shell: Shell, ids: dict[str, str]
) -> None:
    with shell.db.write() as session:
        session.get_one(Page, ("maple", "pta-page")).token_sealed = "SEALED-canary"
        session.add(
            rows.source(address="https://calendar.example.org/private-canary/basic.ics?key=canary", username="canary")
        )
        session.add(Source(school="maple", slug="closed", kind="ics", address="x", password_sealed="SEALED-canary"))
    assert shell("export", "--out", "all", "--school", "maple").code == 0
    told = json.loads((shell.folder / "all" / "export.json").read_text())
    tables = told["tables"]
    assert (len(tables["conversation"]), len(tables["visitor"]), len(tables["staff_member"])) == (4, 2, 5)
    assert {row["school"] for name, found in tables.items() if name != "school" for row in found} == {"maple"}
    assert "account" not in tables and "hint" not in tables
    everything = "".join(one.read_text() for one in (shell.folder / "all").iterdir())
    assert "canary" not in everything and "calendar.example.org" in everything and "Rosa of Oak" not in everything
    assert "What time does it begin?" in (shell.folder / "all" / "conversations-0001.html").read_text()
    with shell.db.read() as session:
        assert session.exec(select(Audit.subject).where(Audit.what == "export", Audit.by == "")).one() == "maple"


def test_only_an_owner_exports_by_name_and_only_languages_of_the_pages_are_spoken(
    shell: Shell, ids: dict[str, str]
) -> None:
    for more in (("--as", "maria@maple.example"), ("--language", "xx"), ("--person", "nobody")):
        told = shell("export", "--out", "all", "--school", "maple", *more)
        assert told.code == 2 and not (shell.folder / "all").exists(), more
    assert shell("export", "--out", "es", "--school", "maple", "--language", "es").code == 0
    assert '<html lang="es"' in (shell.folder / "es" / "index.html").read_text()


def test_a_person_is_erased_at_two_people_s_word(shell: Shell, ids: dict[str, str]) -> None:
    person = ("erase", "--school", "maple", "--person", ROSA)
    first = shell(*person, "--as", "maria@maple.example", "--why", "They asked by phone")
    assert first.code == 0 and "nothing is erased yet" in first.out and "export --person" in first.out
    [waits] = shell("erase", "--list", "--json").lines
    assert (waits["state"], waits["person"], waits["asked_by"]) == ("asked", ROSA, "maria@maple.example")
    again = shell(*person, "--as", "maria@maple.example")
    assert again.code == 2 and "somebody else" in again.err
    done = shell(*person, "--as", "office@maple.example")
    assert done.code == 0 and "Facebook is not touched" in done.out
    assert birds_in_rows(shell.db) == []
    [told] = shell("erase", "--list", "--json").lines
    assert (told["state"], told["person"]) == ("done", None) and told["cleaned_at"]
    assert birds_in((shell.folder / "data" / "bridge.db").read_bytes()) in ([], ["id"]), "oak knows the same id"
    assert shell(*person, "--as", "office@maple.example").code == 2


def test_a_wish_is_refused(shell: Shell, ids: dict[str, str]) -> None:
    person = ("erase", "--school", "maple", "--person", ids["nameless"])
    shell(*person, "--as", "maria@maple.example")
    told = shell(*person, "--as", "office@maple.example", "--refuse", "--json")
    assert told.lines[0]["state"] == "refused"
    assert "Nobody asked" in shell(*person, "--as", "office@maple.example", "--refuse").err


def test_a_lone_owner_is_told_what_to_do(shell: Shell, ids: dict[str, str]) -> None:
    with shell.db.write() as session:
        for one in session.exec(select(StaffMember).where(StaffMember.email != "office@maple.example")):
            one.off_at = one.ends_at = rows.NOW
    person = ("erase", "--school", "maple", "--person", ROSA, "--as", "office@maple.example")
    told = shell(*person)
    assert told.code == 2 and "--alone --why" in told.err and "export --person" in told.err
    assert shell(*person, "--alone").code == 2
    assert shell(*person, "--alone", "--why", "They wrote a letter").code == 0 and birds_in_rows(shell.db) == []


def test_the_audit_is_listed_newest_first_and_by_what_it_was_done_to(shell: Shell, ids: dict[str, str]) -> None:
    shell("export", "--out", "all", "--school", "maple", "--why", "A yearly copy")
    found = shell("audit", "--json").lines
    assert [one["at"] for one in found] == sorted((one["at"] for one in found), reverse=True)
    assert [(one["why"], one["by"]) for one in found if one["what"] == "export"] == [("A yearly copy", "")]
    assert {one["what"] for one in shell("audit", "--json", "--subject", ids["talk"]).lines} == {
        "assign",
        "hide message",
    }
    assert {one["by"] for one in shell("audit", "--json", "--by", "maria@maple.example").lines} == {
        "maria@maple.example"
    }
    assert shell("audit", "--school", "oak").err.strip() == "Nothing was done yet."


def test_an_export_of_hostile_words_runs_nothing(shell: Shell, ids: dict[str, str]) -> None:
    with shell.db.write() as session:
        session.get_one(Message, ids["asked"]).text = "</p><script>alert(1)</script> العربية"
    shell("export", "--out", "rosa", "--person", ROSA, "--school", "maple")
    page = (shell.folder / "rosa" / "index.html").read_text()
    assert "<script" not in page and "&lt;script&gt;" in page and "العربية" in page

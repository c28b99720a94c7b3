from __future__ import annotations

import json

from tests.commands.conftest import Shell
from tests.models.rows import event
from tests.upkeep.sites import write

SPANISH = "¿A qué hora empieza la reunión de padres el martes?"
ENGLISH = "What time does the parent meeting start on Tuesday?"


def lines(*texts: object) -> bytes:
    return "".join(json.dumps(text) + "\n" for text in texts).encode()


def test_lines_are_answered_in_their_order(shell: Shell) -> None:
    told = shell("detect", "--languages", "en,es", given=lines({"text": SPANISH}, {"text": ENGLISH}, {"text": "👍"}))
    assert told.code == 0
    assert [line["language"] for line in told.lines] == ["es", "en", "und"]
    assert all({"language", "confidence", "mixed_with", "candidates"} <= line.keys() for line in told.lines)
    assert told.lines[0]["candidates"][0][0] == "es"


def test_a_bad_line_keeps_its_place_and_is_told_with_its_number(shell: Shell) -> None:
    given = b"not json\n\n" + lines({"text": SPANISH}, {"words": "x"}) + b'{"text": "\xff"}\n'
    told = shell("detect", given=given)
    assert told.code == 1
    assert ["error" in line for line in told.lines] == [True, False, True, True]
    assert [line.split(":")[0] for line in told.err.splitlines()] == ["Line 1", "Line 4", "Line 5"]


def test_a_language_that_does_not_exist_is_refused(shell: Shell) -> None:
    told = shell("detect", "--languages", "en,spanish", given=lines({"text": SPANISH}))
    assert (told.code, told.out) == (2, "") and "es" in told.err


def test_the_way_of_a_text_is_told_to_the_person_who_would_answer(shell: Shell) -> None:
    shell("load", str(write(shell.folder)))
    told = shell("routes", "explain", SPANISH, "--school", "maple")
    assert told.code == 0 and "maria@maple.example" in told.out and "Spanish" in told.out
    shown = shell("routes", "explain", SPANISH, "--school", "maple", "--json").lines[0]
    assert (shown["language"], shown["route"]["assignee"]) == ("es", "maria@maple.example")


def test_a_text_nobody_can_place_goes_to_the_fallback(shell: Shell) -> None:
    shell("load", str(write(shell.folder)))
    shown = shell("routes", "explain", "Qwx zzt vlk?", "--json").lines[0]
    assert (shown["language"], shown["route"]["assignee"]) == ("und", "office@maple.example")


BUS = """
[[routes]]
event = ["choir"]
page = "pta-page"
people = ["office@maple.example"]
why = "They sing in it."

[[partners]]
name = "East African Center"
languages = ["so"]
contact = "612-555-0100"
"""


def test_the_way_under_a_page_and_an_event_follows_the_rules_of_the_site_file(shell: Shell) -> None:
    site = write(shell.folder)
    site.write_text(site.read_text() + BUS)
    shell("load", str(site))
    with shell.db.write() as session:
        row = event(title="Winter Choir Concert")
        session.add(row)
        id = row.id
    told = shell("routes", "explain", "Where do they practice tomorrow?", "--page", "pta-page", "--event", id)
    assert "Rule: comments on pta-page under events with “choir” (They sing in it)." in told.out
    told = shell("routes", "explain", "Where do they practice tomorrow?")
    assert "Rule: speaker." in told.out
    told = shell("routes", "explain", "Goorma ayuu furmayaa iskuulka berri?")
    assert told.out.endswith(
        "It looks like Somali, which is not one of the school’s languages. "
        "These can help: East African Center (612-555-0100).\n"
    )
    for wrong in (("--page", "library"), ("--event", "ev_1")):
        refused = shell("routes", "explain", "Where?", *wrong)
        assert (refused.code, refused.out) == (2, "") and wrong[1] in refused.err

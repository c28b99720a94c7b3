from __future__ import annotations

import pytest

from rehearsal.facebook.server import PretendFacebook
from tests.commands.conftest import Shell
from tests.upkeep.sites import without, write


def test_load_tells_what_changed_and_the_second_time_that_nothing_did(shell: Shell) -> None:
    path = str(write(shell.folder))
    told = shell("load", path)
    assert told.code == 0 and "added: page pta-page" in told.out and "REHEARSAL" not in told.out + told.err
    again = shell("load", path)
    assert (again.code, again.out) == (0, "") and "Nothing changed" in again.err


def test_load_tells_changes_as_json_lines(shell: Shell) -> None:
    shell("load", str(write(shell.folder)))
    path = write(shell.folder, ("Maria Ortiz", "Maria Ortiz-Lopez"))
    assert shell("load", str(path), "--json").lines == [
        {
            "what": "person",
            "slug": "maria@maple.example",
            "how": "changed",
            "details": ["name: Maria Ortiz → Maria Ortiz-Lopez"],
        }
    ]


def test_a_site_file_with_mistakes_is_refused_whole_with_line_and_mend(shell: Shell) -> None:
    path = write(shell.folder, ('kind = "pta"', 'kind = "club"'), ('fallback = "office@', 'fallback = "nobody@'))
    told = shell("load", str(path))
    assert told.code == 2 and told.out == ""
    assert len(told.err.strip().splitlines()) == 2 and "maple.toml:10 [groups] kind" in told.err
    assert shell("events", "--school", "maple").code == 2, "nothing was loaded"


def test_a_site_file_that_is_not_there_is_one_sentence(shell: Shell) -> None:
    told = shell("load", "none.toml")
    assert told.code == 2 and len(told.err.strip().splitlines()) == 1


def test_secrets_may_stand_in_dot_env_and_the_environment_wins(shell: Shell) -> None:
    path = str(write(shell.folder, ('"PAGE-10001-REHEARSAL"', '"env:MAPLE_TOKEN"')))
    assert shell("load", path).code == 2
    (shell.folder / ".env").write_text("MAPLE_TOKEN=one\n")
    assert shell("load", path).code == 0
    shell.set("MAPLE_TOKEN", "two")
    assert "token: a new one" in shell("load", path).out


def test_people_that_stay_as_they_are_are_named(shell: Shell) -> None:
    path = str(write(shell.folder))
    shell("load", path)
    shell("person", "off", "maria@maple.example")
    told = shell("load", path)
    assert told.out == "" and "maria@maple.example was added or changed by hand" in told.err


@pytest.mark.usefixtures("unhurried")
def test_the_doctor_ends_with_1_for_problems_and_0_without(shell: Shell) -> None:
    (shell.folder / "maple.ics").write_text("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n")
    with PretendFacebook() as facebook:
        shell.set("BRIDGE_GRAPH_URL", facebook.url)
        shell("load", str(write(shell.folder, without("centers", "eastside"))))
        well = shell("doctor")
        assert well.code == 0 and "PROBLEM" not in well.out
        assert "languages: All engines that tell languages are installed." in well.out
        shell("load", str(write(shell.folder, without("centers", "eastside"), ("PAGE-10001-REHEARSAL", "none"))))
        ill = shell("doctor", "--json")
    assert ill.code == 1
    assert [one["what"] for one in ill.lines if not one["ok"]] == ["maple: token of pta-page"]
    assert all({"ok", "what", "message", "mend"} <= one.keys() for one in ill.lines)


def test_the_doctor_tells_of_a_database_that_is_not_there(shell: Shell) -> None:
    shell.set("BRIDGE_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:9/none")
    told = shell("doctor", "--json")
    assert told.code == 1 and [one["what"] for one in told.lines] == ["database"]
    assert told.lines[0]["message"].endswith(").") and told.lines[0]["mend"].startswith("Check BRIDGE_DATABASE_URL")


def test_the_doctor_ends_with_2_when_settings_cannot_be_used(shell: Shell) -> None:
    shell.set("BRIDGE_SECRET_KEY", "short")
    assert shell("doctor").code == 2

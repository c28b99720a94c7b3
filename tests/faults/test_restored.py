"""Row 33: yesterday's backup restored, by command or by hand, or the whole folder copied. Row 35: the key.

Real processes, the pretend Facebook, a real calendar server.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from rehearsal.facebook.server import PretendFacebook
from rehearsal.radicale import CalendarServer
from tests.faults.lost_day import OWNER, LostTown, lost_town
from tests.journeys.town import Town, settle_in


@pytest.fixture(params=["sqlite", "postgresql"])
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LostTown]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""
    (tmp_path / "here").mkdir()
    with PretendFacebook() as facebook, CalendarServer(tmp_path / "calendars") as calendars:
        yield lost_town(tmp_path / "here", facebook, calendars, database_url=url)


def test_row_33_a_restored_backup_sends_nothing_before_resume_and_nothing_twice_after(town: LostTown) -> None:
    town.begin()
    town.run("backup", "yesterday.db")
    town.live_a_day()
    stood = _everything(town)
    codes = town.codes()
    town.run("restore", "yesterday.db")
    _nothing_before_resume(town, stood)
    town.run("resume", "--as", OWNER)
    town.run("sync", "--until-settled")
    _nothing_twice(town, stood)
    town.run("load", "town/site.toml")
    town.run("sync", "--until-settled")
    _nothing_twice(town, stood)
    lost = codes - town.known_codes()  # the links of the lost day work again
    assert [text for text in town.standing() if any(code in text for code in lost)] == []
    _told(town, "restored by command", stood)


def test_row_33_a_copied_folder_and_an_older_database_put_back_by_hand_are_noticed(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    with PretendFacebook() as facebook, CalendarServer(tmp_path / "calendars") as calendars:
        town = lost_town(tmp_path / "here", facebook, calendars)
        town.begin()
        shutil.copytree(town.folder, tmp_path / "there")  # the file that tells its place is copied along
        shutil.copyfile(town.folder / "data" / "bridge.db", tmp_path / "yesterday.db")
        town.live_a_day()
        stood = _everything(town)
        copy = lost_town(tmp_path / "there", facebook, calendars)
        assert "was copied" in copy.run("sync", expect=1)
        assert _everything(town) == stood
        copy.run("resume", "--as", OWNER)
        copy.run("sync", "--until-settled")
        _nothing_twice(town, stood)
        _told(town, "folder copied", stood)
        town.run("sync")  # the one at its own place goes on
        shutil.copyfile(tmp_path / "yesterday.db", town.folder / "data" / "bridge.db")
        assert "is older" in town.run("sync", expect=1)
        town.run("resume", "--as", OWNER)
        town.run("sync", "--until-settled")
        _nothing_twice(town, stood)
        _told(town, "older file put back by hand", stood)


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Town]:
    """A town with two things posted, and a calendar of its own to answer questions about."""
    with PretendFacebook() as facebook:
        town = settle_in(tmp_path, facebook, daily_limit=2)
        town.run("sync")
        yield town


def test_row_35_a_missing_key_loses_nothing_and_what_needs_none_goes_on(plain: Town) -> None:
    key = plain.folder / "data" / "secret.key"
    saved = key.read_text()
    key.unlink()
    told = plain.run("sync", expect=1)
    assert "The key is missing" in told and not key.exists()  # a new one would hide that the old one is gone
    assert len(plain.rows("events")) > 50  # lists, and reading calendars, need no key
    plain.run("load", "town/site.toml", expect=2)  # nothing is sealed that could not be opened again
    key.write_text(saved)
    plain.run("sync")


def test_row_35_a_wrong_key_is_told_and_nothing_is_overwritten(plain: Town) -> None:
    key = plain.folder / "data" / "secret.key"
    saved = key.read_text()
    key.write_text(Fernet.generate_key().decode())
    assert "sealed with another key" in plain.run("sync", expect=1)
    key.write_text("hunter2")
    plain.run("sync", expect=2)
    key.write_text(saved)
    plain.run("sync")


def test_row_35_a_rotation_killed_half_way_opens_all_and_goes_on(plain: Town) -> None:
    key = plain.folder / "data" / "secret.key"
    old = key.read_text().strip()
    key.write_text(f"{Fernet.generate_key().decode()},{old}\n")  # as it stands when it is killed at its first secret
    plain.run("sync")
    plain.run("key", "rotate")
    assert old not in key.read_text() and "," not in key.read_text()
    plain.run("sync")


def _everything(town: LostTown) -> tuple[Counter[str], Counter[str], dict[str, str]]:
    assert {text: number for text, number in town.ours().items() if number != 1} == {}
    return town.writes(), town.ours(), town.objects()


def _nothing_before_resume(town: LostTown, stood: tuple[Counter[str], Counter[str], dict[str, str]]) -> None:
    town.run("resume", "--as", OWNER, expect=2)  # nothing was read back yet
    assert "nothing is sent" in town.run("sync", expect=1)
    assert (town.writes(), town.ours(), town.objects()) == stood


def _nothing_twice(town: LostTown, stood: tuple[Counter[str], Counter[str], dict[str, str]]) -> None:
    writes, said, objects = stood
    now = town.ours()
    assert {text: number for text, number in now.items() if number != 1} == {}
    assert now == said
    assert town.objects() == objects
    new = town.writes() - writes
    assert {name: number for name, number in new.items() if name != "post edits"} == {}


def _told(town: LostTown, how: str, stood: tuple[Counter[str], Counter[str], dict[str, str]]) -> None:
    print(
        f"{how}: {sum(stood[1].values())} texts and {len(stood[2])} calendar entries stood; "
        f"0 written before resume, {sum((town.writes() - stood[0]).values())} edits and 0 said twice after it"
    )

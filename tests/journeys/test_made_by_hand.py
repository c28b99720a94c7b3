"""A volunteer announced an event by hand before we did: no second post, and a change is told under theirs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from rehearsal.facebook.happenings import add_post
from rehearsal.facebook.server import PretendFacebook
from rehearsal.facebook.towns import PAGE_ID
from tests.journeys.town import Town
from tests.mirroring.feed import calendar, vevent

DAY = (datetime.now(UTC) + timedelta(days=6)).replace(hour=12, minute=0, second=0, microsecond=0)
SITE = f"""
[school]
slug = "maple"
name = "Maple Street"
timezone = "America/Chicago"
languages = ["en"]

[[sources]]
slug = "calendar"
kind = "ics"
path = "maple.ics"

[[pages]]
slug = "pta-page"
facebook_id = "{PAGE_ID}"
token = "env:MAPLE_PAGE_TOKEN"
approval = "auto"
quiet_hours = ""
remind = []

[[staff]]
email = "office@maple.example"
name = "Office"
role = "owner"
languages = ["en"]

[routing]
fallback = "office@maple.example"
"""


def test_a_post_made_by_hand_is_offered_adopted_and_changes_are_told_under_it(tmp_path: Path) -> None:
    with PretendFacebook() as facebook:
        town = _town(tmp_path, facebook, hour=18)
        words = f"Book fair on {DAY:%B} {DAY.day}, come and bring a neighbor!"
        with facebook.world.lock:
            theirs = add_post(facebook.world, PAGE_ID, words)
        town.run("sync")
        (waiting,) = [one for one in town.rows("posts") if one["state"] == "waiting"]
        assert waiting["looks_like"]["external_id"] == theirs.id
        assert [one["state"] for one in town.rows("posts")].count("sent") == 1  # the choir's
        assert "adopt" in town.run("plan")
        assert "Adopted" in town.run("adopt", waiting["id"], "--as", "office@maple.example")
        town.run("sync")
        assert _about_the_fair(town) == [words]

        _calendar(town, hour=19)
        town.run("sync")
        assert theirs.message == words
        told = [one for one in facebook.world.comments.values() if one.post_id == theirs.id]
        assert len(told) == 1 and "7:00" in told[0].message
        town.run("sync")
        assert sum(town.standing().values()) == 3  # theirs, the choir's, and the one comment


def test_who_wants_both_says_yes_to_the_second(tmp_path: Path) -> None:
    with PretendFacebook() as facebook:
        town = _town(tmp_path, facebook, hour=18)
        with facebook.world.lock:
            add_post(facebook.world, PAGE_ID, f"Book fair, {DAY.month}/{DAY.day}")
        town.run("sync")
        (waiting,) = [one for one in town.rows("posts") if one["state"] == "waiting"]
        town.run("approve", waiting["id"], "--as", "office@maple.example")
        town.run("sync")
        assert len(_about_the_fair(town)) == 2
        assert "No post made by hand" in _refused(town, "adopt", waiting["id"], "--as", "office@maple.example")


def _refused(town: Town, *arguments: str) -> str:
    child = town.start(*arguments)
    out, err = child.communicate(timeout=60)
    assert child.returncode not in (0, None)
    return out + err


def _town(folder: Path, facebook: PretendFacebook, hour: int) -> Town:
    town = Town(folder, facebook)
    (folder / "site.toml").write_text(SITE)
    _calendar(town, hour)
    town.run("load", "site.toml")
    return town


def _calendar(town: Town, hour: int) -> None:
    fair, choir = f"{DAY:%Y%m%d}T{hour}0000", f"{DAY + timedelta(days=1):%Y%m%d}T180000"
    (town.folder / "maple.ics").write_bytes(
        calendar(vevent("fair", fair), vevent("choir", choir, title="Choir concert"))
    )


def _about_the_fair(town: Town) -> list[str]:
    return [text for text in town.standing() if "Book fair" in text]

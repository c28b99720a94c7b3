"""A revoked token in mid-round: what a volunteer sees, the letter they get, and the recovery.

To read along: `.venv/bin/python -m pytest tests/journeys/test_a_token_dies.py -s`.
"""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

from rehearsal.facebook import faults, towns
from rehearsal.facebook.server import PretendFacebook
from rehearsal.facebook.towns import PAGE_TOKEN
from rehearsal.visit import families_comment
from tests.journeys.town import Town, settle_in
from tests.mail import MailServer

NEW_TOKEN = "PAGE-10001-AFTERWARDS"
WHY = "changed their password"
CUT_OFF = "cut off from Facebook"


def test_a_volunteer_sees_why_and_what_to_do_and_after_a_new_token_each_post_stands_once(tmp_path: Path) -> None:
    with PretendFacebook() as facebook, MailServer() as mail:
        town = settle_in(tmp_path, facebook, daily_limit=12)
        town.more["BRIDGE_NOTIFY_URL"] = mail.url()
        _revoked_after(facebook, posts=2)

        said = _told(town, "sync", expect=1)
        assert said.count(WHY) == 1
        sent, waiting = _states(town)
        assert sent == 2 and waiting >= 2 and len(town.standing()) == 2
        told = mail.recipients(CUT_OFF)
        assert told == sorted(set(told)) and "office@maple.example" in told, "each who can mend it, once"
        letter = mail.about(CUT_OFF)[0]
        _show(f"a letter each to {', '.join(told)}: {letter['Subject']}", letter.get_content())
        assert WHY in letter.get_content().replace("\n", " ")

        assert WHY in _told(town, "doctor", expect=1)
        families_comment(facebook.world, "10001")
        _told(town, "sync", expect=1)
        assert mail.recipients(CUT_OFF) == told
        assert [(one["kind"], one["subject"]) for one in town.rows("cards")] == [("token", "pta-page")]
        assert _states(town) == (sent, waiting)

        facebook.world.faults.clear()
        towns.add_page(facebook.world, "10001", "Maple Street PTA", token=NEW_TOKEN)
        town.more["MAPLE_PAGE_TOKEN"] = NEW_TOKEN
        _told(town, "load", "town/site.toml")
        _told(town, "sync", "--until-settled")
        assert town.rows("cards") == [] and mail.recipients(CUT_OFF) == told
        assert {one["state"] for one in town.rows("deliveries")} == {"sent"}
        assert set(town.standing().values()) == {1}
        assert {post["text"] for post in town.rows("posts")} == set(town.standing())
        assert town.rows("conversations"), "families' comments of the meantime are here"
        _told(town, "cards", "--all", "--json")


def _revoked_after(facebook: PretendFacebook, posts: int) -> None:
    """The password changes while the round is posting: this call and all later ones are refused."""
    refusal = {
        "code": 190,
        "subcode": 460,
        "message": "Error validating access token: The session has been invalidated",
    }
    calls = 1 + posts  # the page is read before anything is posted there
    with facebook.world.lock:
        faults.add(
            facebook.world, {"kind": "error", "match": {"page": "10001"}, "after": calls, "times": None, **refusal}
        )
    assert PAGE_TOKEN in facebook.world.tokens


def _states(town: Town) -> tuple[int, int]:
    states = [(one["state"], one["attempts"]) for one in town.rows("deliveries") if one["kind"] == "publish"]
    assert {state for state, _ in states} <= {"sent", "due"}
    assert all(tries == 0 for state, tries in states if state == "due"), "a dead token is no try"
    return sum(state == "sent" for state, _ in states), sum(state == "due" for state, _ in states)


def _told(town: Town, *arguments: str, expect: int = 0) -> str:
    out = town.run(*arguments, expect=expect)
    _show("$ run.py " + " ".join(arguments) + (f"   (ends with {expect})" if expect else ""), out)
    return out if "--json" not in arguments else json.dumps(out)


def _show(what: str, text: str) -> None:
    print(f"\n{what}\n{textwrap.indent(text.rstrip(), '    ')}")

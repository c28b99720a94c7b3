"""Row 9: a token dies in mid-round. What is owed waits, nothing is hammered, one card, one letter, the rest goes on.

Two pages of one school; the first one's token dies after so many calls, in the way that each subcode tells. Whether
Facebook's description of the token (`debug_token`) says so too is not certain: both are tried.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from models.conversation import Message
from models.database import Database
from models.page import page
from rehearsal.facebook import faults, happenings, towns
from rehearsal.facebook.server import PretendFacebook
from rehearsal.facebook.towns import PAGE_TOKEN
from tests.faults.two_pages import EACH_ONCE, OTHER, POSTS, SUBCODES, Town
from tests.mail import MailServer

CUT_OFF = "cut off from Facebook"
MEETING = 1  # call: a page that was never read is read before anything is posted there


@pytest.mark.parametrize("after", [0, 1, POSTS])  # at the first post, between two, when comments are read
@pytest.mark.parametrize("described", [True, False])
def test_row_09_what_is_owed_waits_without_hammering_and_resumes_with_a_new_token(
    town: Town, after: int, described: bool
) -> None:
    town.dies(460, MEETING + after)
    report = town.round()

    assert sum("error" in one["faults"] for one in town.calls_of("10001", 0)) == 1, "one refusal, then silence"
    assert sorted(town.owed("pta-page")) == sorted([("sent", 1)] * after + [("due", 0)] * (POSTS - after))
    assert town.owed("other") == [("sent", 1)] * POSTS and "A question on other?" in town.heard()
    town.asks("pta-page", "Is anybody there?")
    assert len([one for one in report.troubles if "changed their password" in one]) == 1
    assert len(report.troubles) == 1

    if described:
        town.facebook.world.tokens[PAGE_TOKEN].revoked = 460
    tried = town.attempts()
    for _ in range(3):
        before = len(town.facebook.world.calls)
        assert [one for one in town.round().troubles if "changed their password" in one] == report.troubles
        asked = [one for one in list(town.facebook.world.calls)[before:] if one["page"] != OTHER]
        assert len(asked) - sum(one["path"] == "/debug_token" for one in asked) == 1, "one probe a round"
    assert town.attempts() == tried
    assert "Is anybody there?" not in town.heard()

    (card,) = town.cards()
    assert (card.kind, card.subject, card.closed_at) == ("token", "pta-page", None)
    assert town.mail.recipients(CUT_OFF) == ["office@maple.example"]

    town.facebook.world.faults.clear()
    towns.add_page(town.facebook.world, "10001", "Maple Street PTA", token="PAGE-10001-NEW")
    town.load("PAGE-10001-NEW")
    report = town.round()
    assert report.troubles == []
    assert town.owed("pta-page") == [("sent", 1)] * POSTS
    assert town.standing() == EACH_ONCE
    assert town.heard() == {"A question on pta-page?", "A question on other?", "Is anybody there?"}
    (card,) = town.cards()
    assert card.closed_at is not None and card.told_at is not None
    assert len(town.mail.about(CUT_OFF)) == 1


@pytest.mark.parametrize("subcode", SUBCODES)
def test_row_09_each_way_to_die_is_told_with_its_own_mend(db: Database, tmp_path: Path, subcode: int) -> None:
    mend = {
        458: "let them allow it again", 459: "they open facebook.com", 460: "changed their password",
        463: "has expired", 464: "confirms it on facebook.com", 467: "no longer valid", 492: "a role on it",
        0: "does not accept the token",
    }[subcode]  # fmt: skip
    with PretendFacebook() as facebook, MailServer() as mail:
        town = Town(db, tmp_path, facebook, mail)
        town.dies(subcode, MEETING + 1)
        report = town.round()
        assert len(report.troubles) == 1 and mend in report.troubles[0]
        assert report.troubles[0].startswith("pta-page: ")
        (letter,) = mail.about(CUT_OFF)
        assert mend in letter.get_content().replace("\n", " ")
        assert town.owed("pta-page").count(("due", 0)) == POSTS - 1
        with db.read() as session:
            row = page(session, "maple", "pta-page")
        assert row.dead_since is not None and row.token_problem


def test_row_09_doubts_are_not_read_back_with_a_dead_token_and_end_well_after_it(town: Town) -> None:
    """Each post was accepted and its answer lost; then the token dies: one look is refused, the others are not tried."""
    faults.add(
        town.facebook.world, {"kind": "cut-after-store", "match": {"page": "10001", "path": "feed$"}, "times": 3}
    )
    town.round()
    assert [state for state, _ in town.owed("pta-page")] == ["unsure"] * POSTS
    before = len(town.facebook.world.calls)
    town.dies(467, 0)
    town.round()
    refused = [one for one in town.calls_of("10001", before) if "error" in one["faults"]]
    assert len(refused) == 1
    assert [state for state, _ in town.owed("pta-page")] == ["unsure"] * POSTS
    town.facebook.world.faults.clear()
    town.round()
    assert [state for state, _ in town.owed("pta-page")] == ["sent"] * POSTS
    assert town.standing() == EACH_ONCE


def test_row_09_a_wrong_kind_of_token_is_told_and_its_silence_is_no_news(town: Town) -> None:
    """A person's token reads empty lists: what was known stays, and nothing is sent with it."""
    town.round()
    assert "A question on pta-page?" in town.heard()
    town.load("USER-7-REHEARSAL")
    report = town.round()
    assert any("a person's token" in one for one in report.troubles)
    with town.db.read() as session:
        found = session.exec(select(Message).where(Message.direction == "received")).all()
    assert [one.removed_at for one in found] == [None, None]


def test_row_09_silence_after_the_access_to_peoples_data_has_ended_is_no_news(town: Town) -> None:
    """The token lives and posts go on, but what Facebook no longer shows may only be hidden from us."""
    town.round()
    token, world = town.facebook.world.tokens[PAGE_TOKEN], town.facebook.world
    token.issued_at -= 91 * 86400
    town.later += timedelta(days=1)
    (asked,) = [one for one in world.comments.values() if one.message == "A question on pta-page?"]
    happenings.remove_comment(world, asked)
    report = town.round()
    assert any("Access to people's data expired" in one for one in report.notes) and report.troubles == []
    with town.db.read() as session:
        assert set(session.exec(select(Message.removed_at))) == {None}
    token.issued_at = world.now()
    town.later += timedelta(days=1)
    town.round()
    with town.db.read() as session:
        assert (
            None in set(session.exec(select(Message.removed_at)))
            and len(set(session.exec(select(Message.removed_at)))) == 2
        )


def test_row_09_a_task_or_scope_that_goes_missing_is_named_and_what_is_owed_waits(db: Database, tmp_path: Path) -> None:
    """Nobody tells the tasks of a Page's own token: they show when something is refused."""
    with PretendFacebook() as facebook, MailServer() as mail:
        town = Town(db, tmp_path, facebook, mail)
        token = facebook.world.tokens[PAGE_TOKEN]
        token.tasks.remove("CREATE_CONTENT")
        report = town.round()
        assert len(report.troubles) == 1
        assert "the task CREATE_CONTENT" in report.troubles[0] and "pages_manage_posts" in report.troubles[0]
        assert town.owed("pta-page") == [("due", 0)] * POSTS and town.owed("other") == [("sent", 1)] * POSTS
        assert [one.kind for one in town.cards()] == ["token"] and len(mail.about(CUT_OFF)) == 1
        assert "A question on pta-page?" in town.heard(), "what may still be read is read"
        town.round()
        assert [one.closed_at for one in town.cards()] == [None] and len(mail.about(CUT_OFF)) == 1
        token.tasks.append("CREATE_CONTENT")
        assert town.round().troubles == []
        assert town.standing() == EACH_ONCE

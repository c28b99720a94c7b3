"""Row 9: a token dies in mid-round. What is owed waits, nothing is hammered, one card, one letter, the rest goes on.

Two pages of one school; the first one's token dies after so many calls, in the way that each subcode tells. Whether
Facebook's description of the token (`debug_token`) says so too is not certain: both are tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlmodel import select

from config.settings import Settings
from config.wording import load_wordings
from connector.doors import Doors
from connector.notices import Notifier
from inbox.language.guess import Guesser
from models.card import Card, cards
from models.conversation import Message
from models.database import Database
from models.delivery import Attempt, Delivery
from models.page import page
from models.school import schools
from models.vault import Vault
from rehearsal.facebook import faults, happenings, towns
from rehearsal.facebook.server import PretendFacebook
from rehearsal.facebook.towns import APP_ID, APP_SECRET, PAGE_TOKEN
from schedulers.house import House
from schedulers.report import RoundReport
from schedulers.round import run_round
from tests.mail import MailServer
from tests.upkeep.sites import site, without
from upkeep.load import load

SUBCODES = (458, 459, 460, 463, 464, 467, 492, 0)
OTHER, OTHER_TOKEN = "10002", "PAGE-10002-REHEARSAL"
RULES = 'approval = "auto"\nquiet_hours = ""\nremind = []\n'
OTHER_PAGE = f'[[pages]]\nslug = "other"\nfacebook_id = "{OTHER}"\n{RULES}token = "{OTHER_TOKEN}"\n\n[routing]'
POSTS = 3


EACH_ONCE = sorted((page_id, f"Fair {number}") for page_id in ("10001", OTHER) for number in range(POSTS))


def _calendar(now: datetime) -> str:
    events = [
        f"BEGIN:VEVENT\r\nUID:{number}\r\nSUMMARY:Fair {number}\r\n"
        f"DTSTART:{now + timedelta(days=3 + number):%Y%m%dT%H%M%SZ}\r\nEND:VEVENT\r\n"
        for number in range(POSTS)
    ]
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{''.join(events)}END:VCALENDAR\r\n"


def _about(message: str) -> str:
    found = re.search(r"Fair \d", message)
    return found.group() if found else message


@dataclass
class Town:
    """One school, two pages, each with posts that are due and a family's comment that nobody has read yet."""

    db: Database
    folder: Path
    facebook: PretendFacebook
    mail: MailServer
    vault: Vault = field(default_factory=lambda: Vault(Fernet.generate_key().decode()))
    later: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        (self.folder / "maple.ics").write_text(_calendar(datetime.now(UTC)), encoding="utf-8")
        towns.add_page(self.facebook.world, OTHER, "Oak PTA", token=OTHER_TOKEN)
        settings = Settings(
            graph_url=self.facebook.url, data=self.folder, unsure_wait=0.0, public_url="http://127.0.0.1:8000"
        )
        doors = Doors(graph_url=self.facebook.url, app_id=APP_ID, app_secret=APP_SECRET)
        self.house = House(
            self.db,
            doors,
            self.vault,
            settings,
            load_wordings(),
            Guesser(()),
            self.clock,
            notifier=Notifier(self.mail.url()),
        )
        self.load(PAGE_TOKEN)
        for page_id, slug in (("10001", "pta-page"), (OTHER, "other")):
            old = happenings.add_post(self.facebook.world, page_id, f"Older post of {slug}")
            author = self.facebook.world.person_named("Ana").id
            happenings.add_comment(self.facebook.world, old, f"A question on {slug}?", author_id=author)

    def clock(self) -> datetime:
        return datetime.now(UTC) + self.later

    def load(self, token: str) -> None:
        own = f'{RULES}token = "{token}"'
        changes = (f'token = "{PAGE_TOKEN}"', own), ("[routing]", OTHER_PAGE)
        said = site(self.folder, without("centers", "eastside"), *changes)
        with self.db.write() as session:
            load(session, self.vault, said, self.clock())

    def round(self) -> RoundReport:
        with self.db.read() as session:
            (school,) = schools(session)
        return run_round(self.house, school, everything=True)

    def calls_of(self, page_id: str, since: int) -> list[dict[str, Any]]:
        return [one for one in list(self.facebook.world.calls)[since:] if one["page"] == page_id]

    def owed(self, slug: str) -> list[tuple[str, int]]:
        with self.db.read() as session:
            found = session.exec(select(Delivery).where(Delivery.lane == f"page:{slug}").order_by(Delivery.id))
            return [(one.state, one.attempts) for one in found]

    def attempts(self) -> int:
        with self.db.read() as session:
            return len(session.exec(select(Attempt)).all())

    def standing(self) -> list[tuple[str, str]]:
        """Our posts: page, and the event that each is about."""
        posts = self.facebook.world.posts.values()
        return sorted((one.page_id, _about(one.message)) for one in posts if one.app_id == APP_ID)

    def heard(self) -> set[str]:
        with self.db.read() as session:
            return set(session.exec(select(Message.text).where(Message.direction == "received")))

    def cards(self) -> list[Card]:
        with self.db.read() as session:
            return cards(session, "maple")

    def dies(self, subcode: int, after: int) -> None:
        code = {"code": 190, "subcode": subcode or None, "message": "Error validating access token: x"}
        faults.add(
            self.facebook.world, {"kind": "error", "match": {"page": "10001"}, "after": after, "times": None, **code}
        )


@pytest.fixture
def town(any_db: Database, tmp_path: Path) -> Iterator[Town]:
    with PretendFacebook() as facebook, MailServer() as mail:
        yield Town(any_db, tmp_path, facebook, mail)


@pytest.mark.parametrize("after", [0, 1, POSTS])  # at the first post, between two, when comments are read
@pytest.mark.parametrize("described", [True, False])
def test_row_09_what_is_owed_waits_without_hammering_and_resumes_with_a_new_token(
    town: Town, after: int, described: bool
) -> None:
    town.dies(460, after)
    report = town.round()

    assert sum("error" in one["faults"] for one in town.calls_of("10001", 0)) == 1, "one refusal, then silence"
    assert sorted(town.owed("pta-page")) == sorted([("sent", 1)] * after + [("due", 0)] * (POSTS - after))
    assert town.owed("other") == [("sent", 1)] * POSTS and "A question on other?" in town.heard()
    assert "A question on pta-page?" not in town.heard()
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

    (card,) = town.cards()
    assert (card.kind, card.subject, card.closed_at) == ("token", "pta-page", None)
    assert town.mail.recipients() == ["office@maple.example"]

    town.facebook.world.faults.clear()
    towns.add_page(town.facebook.world, "10001", "Maple Street PTA", token="PAGE-10001-NEW")
    town.load("PAGE-10001-NEW")
    report = town.round()
    assert report.troubles == []
    assert town.owed("pta-page") == [("sent", 1)] * POSTS
    assert town.standing() == EACH_ONCE
    assert town.heard() == {"A question on pta-page?", "A question on other?"}
    (card,) = town.cards()
    assert card.closed_at is not None and card.told_at is not None
    assert len(town.mail.letters) == 1


@pytest.mark.parametrize("subcode", SUBCODES)
def test_row_09_each_way_to_die_is_told_with_its_own_mend(db: Database, tmp_path: Path, subcode: int) -> None:
    mend = {
        458: "let them allow it again", 459: "they open facebook.com", 460: "changed their password",
        463: "has expired", 464: "confirms it on facebook.com", 467: "no longer valid", 492: "a role on it",
        0: "does not accept the token",
    }[subcode]  # fmt: skip
    with PretendFacebook() as facebook, MailServer() as mail:
        town = Town(db, tmp_path, facebook, mail)
        town.dies(subcode, 1)
        report = town.round()
        assert len(report.troubles) == 1 and mend in report.troubles[0]
        assert report.troubles[0].startswith("pta-page: ")
        (letter,) = mail.letters
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
        assert [one.kind for one in town.cards()] == ["token"] and len(mail.letters) == 1
        assert "A question on pta-page?" in town.heard(), "what may still be read is read"
        town.round()
        assert [one.closed_at for one in town.cards()] == [None] and len(mail.letters) == 1
        token.tasks.append("CREATE_CONTENT")
        assert town.round().troubles == []
        assert town.standing() == EACH_ONCE

"""A school with two pages, each with posts that are due and a family's comment; a mail server for notices."""

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
            happenings.add_post(self.facebook.world, page_id, f"Older post of {slug}")
            self.asks(slug, f"A question on {slug}?")

    def asks(self, slug: str, words: str) -> None:
        """A family comments under the older post of a page."""
        world = self.facebook.world
        old = next(one for one in world.posts.values() if one.message == f"Older post of {slug}")
        happenings.add_comment(world, old, words, author_id=world.person_named("Ana").id)

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

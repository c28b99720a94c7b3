"""A school with one page on a pretend Facebook, a real database, and families who write."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlmodel import select

from connector.doors import Doors
from inbox.collect import Collected, collect
from inbox.language.guess import Guesser
from models.conversation import Assignment, Conversation, Message
from models.database import Database
from models.hint import HintedPost
from models.migrate import migrate
from models.page import Page, PagePost, page
from models.school import Group, School
from models.staff import StaffMember
from models.vault import Vault
from rehearsal.facebook import faults, happenings, towns
from rehearsal.facebook.server import PretendFacebook
from rehearsal.facebook.world import Comment, Post

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # a Tuesday, 09:00 in Chicago
PHOTO = {"type": "photo", "url": "https://example.org/p.jpg", "media": {"image": {"src": "https://example.org/p.jpg"}}}


@dataclass
class Town:
    """Everything a test touches. `now` is everybody's clock; `pass_time` moves it on."""

    facebook: PretendFacebook
    db: Database
    vault: Vault
    guesser: Guesser
    now: datetime = NOW
    doors: Doors = field(init=False)

    def __post_init__(self) -> None:
        self.facebook.world.clock = lambda: self.now.timestamp()
        self.doors = Doors(graph_url=self.facebook.url, app_id=towns.APP_ID, app_secret=towns.APP_SECRET)

    def pass_time(self, **span: float) -> None:
        self.now += timedelta(**span)

    def post(self, message: str = "Fall Festival", *, by: str = "", ago: timedelta = timedelta(0)) -> Post:
        world = self.facebook.world
        author = world.person_named(by).id if by else ""
        at = (self.now - ago).timestamp()
        return happenings.add_post(world, towns.PAGE_ID, message, author_id=author, created_at=at)

    def say(
        self,
        post: Post,
        message: str,
        *,
        by: str = "A family",
        under: Comment | None = None,
        ago: timedelta = timedelta(0),
        photo: bool = False,
        attachment: dict[str, object] | None = None,
        tags: list[dict[str, object]] | None = None,
    ) -> Comment:
        self.pass_time(seconds=1)
        world = self.facebook.world
        return happenings.add_comment(
            world, post, message, author_id=world.person_named(by).id, parent=under, tags=tags,
            attachment=PHOTO if photo else attachment, created_at=(self.now - ago).timestamp(),
        )  # fmt: skip

    def answer_by_hand(self, post: Post, message: str, *, under: Comment | None = None) -> Comment:
        self.pass_time(seconds=1)
        return happenings.add_comment(self.facebook.world, post, message, parent=under, created_at=self.now.timestamp())

    def fault(self, kind: str, **wish: object) -> None:
        faults.add(self.facebook.world, {"kind": kind, **wish})

    def collect(self, hinted: Sequence[str] = ()) -> Collected:
        """`hinted`: the posts of which a webhook spoke just now."""
        with self.db.write() as session:
            for post_id in set(hinted):
                session.merge(HintedPost(school="maple", page="pta", external_id=post_id, hinted_at=self.now))
        self.pass_time(seconds=1)
        return collect(self.db, self.doors, self.vault, self.guesser, "maple", "pta", self.now)

    def calls(self) -> int:
        return len(self.facebook.world.calls)

    def conversations(self) -> list[Conversation]:
        with self.db.read() as session:
            return list(session.exec(select(Conversation).order_by(Conversation.opened_at, Conversation.id)))

    def conversation(self) -> Conversation:
        (only,) = self.conversations()
        return only

    def messages(self) -> list[Message]:
        with self.db.read() as session:
            return list(session.exec(select(Message).order_by(Message.created_at, Message.id)))

    def assignments(self) -> list[Assignment]:
        with self.db.read() as session:
            return list(session.exec(select(Assignment).order_by(Assignment.assigned_at, Assignment.id)))

    def page(self) -> Page:
        with self.db.read() as session:
            return page(session, "maple", "pta")

    def page_posts(self) -> list[PagePost]:
        with self.db.read() as session:
            return list(session.exec(select(PagePost).order_by(PagePost.created_at)))

    def change_page(self, **values: object) -> None:
        with self.db.write() as session:
            row = page(session, "maple", "pta")
            for name, value in values.items():
                setattr(row, name, value)

    def change_person(self, email: str, **values: object) -> None:
        with self.db.write() as session:
            row = session.exec(select(StaffMember).where(StaffMember.email == email)).one()
            for name, value in values.items():
                setattr(row, name, value)

    def everything(self) -> list[str]:
        """All rows but the page's own, as text: to show that nothing changed."""
        with self.db.read() as session:
            kinds = (PagePost, Conversation, Message, Assignment, StaffMember)
            return sorted(repr(row.model_dump()) for kind in kinds for row in session.exec(select(kind)))


@pytest.fixture(scope="session")
def pretend_facebook() -> Iterator[PretendFacebook]:
    with PretendFacebook() as facebook:
        yield facebook


@pytest.fixture(scope="session")
def guesser() -> Guesser:
    return Guesser()


@pytest.fixture(scope="session")
def vault() -> Vault:
    return Vault(Fernet.generate_key().decode())


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory, vault: Vault) -> Path:
    """A database file with the school in it, made once: tests work on copies."""
    path = tmp_path_factory.mktemp("school") / "t.db"
    db = Database(f"sqlite:///{path}")
    migrate(db)
    _furnish(db, vault)
    db.close()
    return path


@pytest.fixture
def town(
    tmp_path: Path, furnished: Path, vault: Vault, pretend_facebook: PretendFacebook, guesser: Guesser
) -> Iterator[Town]:
    with pretend_facebook.world.lock:
        towns.reset(pretend_facebook.world)
    db = Database(f"sqlite:///{shutil.copy(furnished, tmp_path)}")
    yield Town(pretend_facebook, db, vault, guesser)
    db.close()


@pytest.fixture
def named(town: Town) -> Town:
    """The same town where Facebook tells who wrote."""
    town.facebook.world.switches.names = True
    return town


def _furnish(db: Database, vault: Vault) -> None:
    with db.write() as session:
        session.add(
            School(
                slug="maple",
                name="Maple Street",
                timezone="America/Chicago",
                languages=["en", "es", "vi"],
                fallback="office@maple.example",
                loaded_at=NOW,
            )
        )
        session.flush()
        session.add(Group(school="maple", slug="pta", kind="pta", name="Maple PTA"))
        session.flush()
        session.add(
            Page(
                school="maple",
                slug="pta",
                group="pta",
                facebook_id=towns.PAGE_ID,
                token_sealed=vault.seal(towns.PAGE_TOKEN),
                connected_at=NOW,
                token_kind="page",
            )
        )
        for email, name, role, languages in (
            ("maria@maple.example", "Maria Ortiz", "staff", ["es", "en"]),
            ("lan@maple.example", "Lan Pham", "staff", ["vi"]),
            ("office@maple.example", "School office", "owner", ["en"]),
            ("vera@maple.example", "Vera Volunteer", "volunteer", ["es"]),
        ):
            session.add(
                StaffMember(school="maple", email=email, name=name, role=role, languages=languages, made_by="site")
            )

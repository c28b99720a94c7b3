"""A running site with people of every role at two schools, and hands to sign in, send forms and open pages as one of them."""

from __future__ import annotations

import faulthandler
import http.client
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Literal
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from models.account import Account
from models.center import Center
from models.conversation import Conversation, Message, Visitor
from models.database import Database
from models.page import Page as FacebookPage
from models.school import School
from models.source import Source
from models.staff import StaffMember
from tests.web import conftest as public
from tests.web.conftest import NOW, Answer, Serve, Site
from upkeep.backup import copy_rows, snapshot
from upkeep.sign_in import begin
from web.proofs import proof_of

PASSWORD = "a long and quiet sentence"
# As good as any for a test, and a hundred times quicker to check.
HASH = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),)).hash(PASSWORD)

stage, wordings, maple, serve, browser = public.stage, public.wordings, public.maple, public.serve, public.browser


def somebody(email: str, name: str, role: str, languages: str = "en", **more: Any) -> StaffMember:
    school = email.partition("@")[2].partition(".")[0]
    return StaffMember(
        **{"school": school, "email": email, "name": name, "role": role, "languages": languages.split(), "made_by": "site", **more}
    )  # fmt: skip


PEOPLE = {
    "office": somebody("office@maple.example", "School office", "owner"),
    "maria": somebody("maria@maple.example", "Maria Ortiz", "staff", "es en"),
    "amina": somebody("amina@maple.example", "Amina Ali", "staff", "so en"),
    "pat": somebody("pat@maple.example", "Pat Lee", "volunteer"),
    "eve": somebody("eve@eastside.example", "Eve Park", "center", school="maple", center="eastside"),
    "zoe": somebody("zoe@oak.example", "Zoe Kim", "owner"),
}


@dataclass
class Client:
    """Somebody who is signed in, without a browser."""

    desk: Desk
    token: str

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers)

    def post(
        self, path: str, *, keys: bool = True, headers: dict[str, str] | None = None, **fields: str | list[str]
    ) -> Answer:
        """Sends a form; `keys`: with what every form carries."""
        given = {"csrf": proof_of(self.token), "once": f"once-{next(_numbers):012}", **fields} if keys else fields
        return self._ask("POST", path, urlencode(given, doseq=True).encode(), headers or {})

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        connection = http.client.HTTPConnection("127.0.0.1", self.desk.site.port, timeout=20)
        connection.request(
            method,
            path,
            body,
            {"Cookie": f"session={self.token}", **kind, **{k.replace("_", "-"): v for k, v in headers.items()}},
        )
        try:
            response = connection.getresponse()
        except TimeoutError:
            faulthandler.dump_traceback(file=2)  # where whoever should have answered stands
            raise AssertionError(f"{method} {path}: no answer") from None
        answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        connection.close()
        return answer

    def follow(self, answer: Answer) -> Answer:
        """The page that an answer leads to."""
        assert answer.status == 303, (answer.status, answer.text)
        return self.get(answer.headers["location"].partition("#")[0])


_numbers = count(1)


@dataclass
class Desk:
    """The site, and all who work there."""

    site: Site
    opened: list[BrowserContext] = field(default_factory=list)

    @property
    def db(self) -> Database:
        return self.site.db

    @property
    def address(self) -> str:
        return self.site.address

    @property
    def now(self) -> datetime:
        return self.site.now

    def token(self, who: str) -> str:
        """A sign-in of this person that is under way."""
        with self.db.write() as session:
            row, token = begin(session, PEOPLE[who].email, "a test", "password", self.now)
            row.school = PEOPLE[who].school
        return token

    def as_(self, who: str) -> Client:
        return Client(self, self.token(who))

    def open(
        self, browser: Browser, who: str | None, path: str = "/", *, width: int = 1280, height: int = 900,
        scheme: Literal["light", "dark"] = "light", scripts: bool = True, language: str = "en-US",
    ) -> Page:  # fmt: skip
        """A page in a browser of its own, signed in as `who`."""
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=scripts, locale=language,
        )  # fmt: skip
        self.opened.append(context)
        if who:
            context.add_cookies([{"name": "session", "value": self.token(who), "url": self.address}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(self.address + path)
        return page

    def hear(
        self, text: str, *, name: str = "", language: str = "es", state: str = "open", to: str | None = "maria@maple.example",
        ago: timedelta = timedelta(hours=2), post: str = "10001_concert", **more: Any,
    ) -> Conversation:  # fmt: skip
        """A family writes under a post. `name` "" is the normal, nameless one. `more` are other facts of the conversation."""
        n = next(_numbers)
        at = self.now - ago
        author = f"77{n:06}" if name else ""
        with self.db.write() as session:
            visitor = Visitor(school="maple", page="pta-page", external_id=author, name=name, first_seen_at=at)
            if name:
                session.add(visitor)
                session.flush()
            row = Conversation(
                **{
                    "school": "maple", "page": "pta-page", "post_external_id": post, "comment_external_id": f"{post}_{n}",
                    "visitor_id": visitor.id if name else None, "author_name": name, "author_external_id": author,
                    "language": language, "confidence": 0.9, "state": state, "assignee": to, "opened_at": at, "updated_at": at,
                    "reason": "Spanish, and Maria Ortiz speaks it.", "due_at": at + timedelta(days=1), **more,
                }
            )  # fmt: skip
            session.add(row)
            session.flush()
            session.add(
                Message(
                    school="maple", page="pta-page", conversation_id=row.id, direction="received", text=text, owed=True,
                    language=language, confidence=0.9, external_id=row.comment_external_id, post_external_id=post,
                    author=name, author_external_id=author, created_at=at,
                    permalink=f"https://www.facebook.com/{row.comment_external_id}",
                )
            )  # fmt: skip
        return row


@pytest.fixture(scope="session")
def peopled(maple: Site, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Maple with its people, and Oak next door, which must never be seen from here; made once, each test gets a copy."""
    folder = tmp_path_factory.mktemp("peopled")
    shutil.copy(maple.folder / "bridge.db", folder)
    made = Site(Database(f"sqlite:///{folder / 'bridge.db'}"), folder, codes=dict(maple.codes))
    made.add(
        School(
            slug="oak", name="Oak Hill School", timezone="America/New_York", fallback="zoe@oak.example",
            languages=["en", "es"], loaded_at=NOW,
        )
    )  # fmt: skip
    made.add(
        FacebookPage(school="oak", slug="oak-page", facebook_id="20002", token_sealed="", connected_at=NOW),
        Center(school="maple", slug="eastside", name="Eastside Community Center", kind="feed", accept="person"),
        *(StaffMember(**row.model_dump()) for row in PEOPLE.values()),
        *(Account(email=row.email, password_hash=HASH, made_at=NOW) for row in PEOPLE.values()),
    )
    made.db.close()
    return made


@pytest.fixture
def desk(peopled: Site, tmp_path: Any, serve: Callable[..., Site]) -> Iterator[Desk]:
    """Maple with its people, and Oak next door, which must never be seen from here."""
    shutil.copy(peopled.folder / "bridge.db", tmp_path)
    yield from _furnished(Database(f"sqlite:///{tmp_path / 'bridge.db'}"), peopled, tmp_path, serve)


@pytest.fixture
def state_desk(peopled: Site, tmp_path: Any, serve: Callable[..., Site], shared_postgres: str) -> Iterator[Desk]:
    """The same on PostgreSQL, where there is a second wall."""
    db = Database(shared_postgres).everywhere
    with snapshot(peopled.db) as source, db.write() as session:
        copy_rows(source, session.connection(), lambda *_: None)
    yield from _furnished(db, peopled, tmp_path, serve)


def _furnished(db: Database, peopled: Site, tmp_path: Any, serve: Callable[..., Site]) -> Iterator[Desk]:
    site = Site(db, tmp_path, codes=dict(peopled.codes))
    with site.db.write() as session:
        session.get_one(Source, ("maple", "calendar")).address = str(tmp_path / "school.ics")
    running: Serve = serve
    made = Desk(running(site, public_url="http://127.0.0.1"))
    yield made
    for context in made.opened:
        context.close()
    site.db.close()

"""A school with a calendar that was really read, its posts, and the real server on a port of its own."""

from __future__ import annotations

import http.client
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, sync_playwright
from starlette.types import Receive, Scope, Send

from config.settings import Settings
from config.wording import Wording, load_wordings
from connector.doors import Doors
from connector.notices import Notifier
from mirroring.intake import take_in
from models.database import Database
from models.event import Event, EventText, events
from models.page import Page
from models.post import Post
from models.school import School
from models.source import Source
from models.vault import Vault, key_from
from tests.databases import sqlite_copy
from web.app import build
from web.context import Wake
from web.readiness import Readiness

NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)

CALENDAR = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//maple//EN
BEGIN:VEVENT
UID:concert
DTSTART;TZID=America/Chicago:20261210T180000
DTEND;TZID=America/Chicago:20261210T193000
SUMMARY:Winter concert & sing-along
LOCATION:Gym
DESCRIPTION:Bring a <b>friend</b>.\\nTickets: https://maple.example/tickets
CATEGORIES:Music
END:VEVENT
BEGIN:VEVENT
UID:homework
DTSTART;TZID=America/Chicago:20261103T153000
DTEND;TZID=America/Chicago:20261103T163000
RRULE:FREQ=WEEKLY;COUNT=12
SUMMARY:Homework club
LOCATION:Library
END:VEVENT
BEGIN:VEVENT
UID:homework
RECURRENCE-ID;TZID=America/Chicago:20261208T153000
DTSTART;TZID=America/Chicago:20261208T170000
DTEND;TZID=America/Chicago:20261208T180000
SUMMARY:Homework club
LOCATION:Room 12
END:VEVENT
BEGIN:VEVENT
UID:homework
RECURRENCE-ID;TZID=America/Chicago:20261222T153000
DTSTART;TZID=America/Chicago:20261222T153000
DTEND;TZID=America/Chicago:20261222T163000
SUMMARY:Homework club
LOCATION:Library
STATUS:CANCELLED
END:VEVENT
BEGIN:VEVENT
UID:picnic
DTSTART;TZID=America/Chicago:20261212T110000
DTEND;TZID=America/Chicago:20261212T130000
SUMMARY:Picnic
LOCATION:Park
STATUS:CANCELLED
END:VEVENT
BEGIN:VEVENT
UID:fair
DTSTART;TZID=America/Chicago:20261120T090000
DTEND;TZID=America/Chicago:20261120T120000
SUMMARY:Book fair
END:VEVENT
BEGIN:VEVENT
UID:break
DTSTART;VALUE=DATE:20261221
DTEND;VALUE=DATE:20270101
SUMMARY:Winter break
END:VEVENT
BEGIN:VEVENT
UID:staff
DTSTART;TZID=America/Chicago:20261203T080000
DTEND;TZID=America/Chicago:20261203T090000
SUMMARY:Staff only meeting
END:VEVENT
END:VCALENDAR
"""


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Site:
    """The running site, and the hands to change what it stands on. `now` is what its clock shows."""

    db: Database
    folder: Path
    port: int = 0
    now: datetime = NOW
    codes: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request(
            method, path, body, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )
        response = connection.getresponse()
        answer = Answer(
            response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
        )
        connection.close()
        return answer

    def page(self, uid: str, lang: str = "en") -> str:
        return self.get(f"/e/{self.codes[uid]}?lang={lang}").text

    def add(self, *rows: Any) -> None:
        with self.db.write() as session:
            session.add_all(rows)

    def read_calendar(self, text: str) -> None:
        """What the school's calendar says from now on, read by the real intake."""
        path = self.folder / "school.ics"
        path.write_text(text.replace("\n", "\r\n"))
        doors = Doors(graph_url="http://127.0.0.1:9", graph_version="v26.0")
        with self.db.read() as session:
            school, source = session.get_one(School, "maple"), session.get_one(Source, ("maple", "calendar"))
        taken = take_in(self.db, doors, Vault(key_from("", self.folder)), school, source, self.now)
        assert taken.outcome not in ("held", "refused", "failed"), taken.message

    def heads(self) -> dict[str, Event]:
        with self.db.read() as session:
            return {row.uid: row for row in events(session, "maple") if not row.series}

    def tell(self, uid: str, **changes: Any) -> Post:
        """A post about an event, as it stands on the page."""
        row = Post(
            **{
                "school": "maple", "page": "pta-page", "kind": "announcement", "event_id": self.heads()[uid].id,
                "purpose": f"announcement:{uid}", "text": "…", "fingerprint": "1", "state": "sent", "created_at": self.now,
                "due_at": self.now, "permalink": f"https://www.facebook.com/10001/posts/{uid}", **changes,
            }
        )  # fmt: skip
        self.add(row)
        self.codes.setdefault(uid, row.code)
        return row

    def translate(self, uid: str, language: str, title: str, description: str = "", status: str = "typed") -> None:
        event_id = self.heads()[uid].id
        self.add(
            EventText(
                school="maple",
                event_id=event_id,
                language=language,
                title=title,
                description=description,
                status=status,
            )
        )


class Stage:
    """The one real server of all these tests; `app` is what it serves just now."""

    app: FastAPI
    port: int

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    made = Stage()
    config = uvicorn.Config(made, host="127.0.0.1", port=0, log_level="critical", access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        thread.join(0.01)
    made.port = server.servers[0].sockets[0].getsockname()[1]
    yield made
    server.should_exit = True
    thread.join(10)


def settings(folder: Path, public_url: str = "https://events.maple.example", **more: str) -> Settings:
    return Settings(_env_file=None, data=folder, public_url=public_url, **more)  # type: ignore[call-arg, arg-type]


@pytest.fixture(scope="session")
def wordings() -> Mapping[str, Wording]:
    return load_wordings()


Serve = Callable[..., Site]


@pytest.fixture
def serve(tmp_path: Path, wordings: Mapping[str, Wording], stage: Stage) -> Serve:
    """Puts a site on the stage, where it runs until the next one comes."""

    def start(site: Site, wake: Wake | None = None, readiness: Readiness | None = None, **changes: str) -> Site:
        vault = Vault(key_from("", tmp_path))
        chosen = settings(tmp_path, **changes)
        mails = Notifier(chosen.notify_url).personal
        stage.app = build(
            site.db, chosen, wordings, lambda: site.now, wake, vault=vault, mails=mails, readiness=readiness
        )
        site.port = stage.port
        return site

    return start


@pytest.fixture(scope="session")
def maple(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """One school whose calendar was read and told on its page; made once, each test gets a copy."""
    folder = tmp_path_factory.mktemp("maple")
    made = Site(Database(sqlite_copy(folder / "bridge.db")), folder)
    made.add(
        School(slug="maple", name="Maple Street Elementary", timezone="America/Chicago", fallback="office@maple.example",
               languages=["en", "es", "so", "tlh"], loaded_at=NOW),
    )  # fmt: skip
    made.add(
        Source(school="maple", slug="calendar", kind="ics", address=str(folder / "school.ics")),
        Page(school="maple", slug="pta-page", facebook_id="10001", token_sealed="", connected_at=NOW,
             languages=["en", "es", "ar"], exclude=["staff only"]),
    )  # fmt: skip
    made.read_calendar(CALENDAR)
    for uid in ("concert", "homework", "picnic", "fair", "break"):
        made.tell(uid)
    made.translate("concert", "es", "Concierto de invierno", "Traiga a un amigo.")
    made.translate("concert", "ar", "حفل الشتاء")
    made.db.close()  # the last connection folds the write-ahead log into the file that is copied
    return made


@pytest.fixture
def site(maple: Site, tmp_path: Path, serve: Serve) -> Iterator[Site]:
    """The school of `maple`, running, with a database of the test's own."""
    shutil.copy(maple.folder / "bridge.db", tmp_path)
    copy = Site(Database(f"sqlite:///{tmp_path / 'bridge.db'}"), tmp_path, codes=dict(maple.codes))
    with copy.db.write() as session:
        session.get_one(Source, ("maple", "calendar")).address = str(tmp_path / "school.ics")
    yield serve(copy)
    copy.db.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()

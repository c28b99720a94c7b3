"""/live of several web processes on one PostgreSQL: applications that share nothing but the database."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import uvicorn
from sqlalchemy import text

from config.wording import Wording
from models.account import Account
from models.conversation import Conversation
from models.database import Database
from models.inbox_marks import changes
from models.page import Page
from models.school import School
from models.staff import StaffMember
from tests.desk.ear import Ear
from tests.web.conftest import NOW, settings
from upkeep.sign_in import begin
from web.app import build

MARIA = "maria@maple.example"


@pytest.fixture
def db(shared_postgres: str) -> Iterator[Database]:
    """Two schools, each with a conversation; Maria answers at one."""
    made = Database(shared_postgres).everywhere
    with made.write() as session:
        for slug in ("maple", "oak"):
            session.add(
                School(
                    slug=slug, name=slug, timezone="America/Chicago", fallback=MARIA, languages=["en"], loaded_at=NOW
                )
            )
            session.flush()
            session.add(Page(school=slug, slug="page", facebook_id=slug, token_sealed="", connected_at=NOW))
            session.flush()
            session.add(Conversation(
                id=f"co_{slug}", school=slug, page="page", post_external_id="1", comment_external_id="1_1", language="en",
                state="open", opened_at=NOW, updated_at=NOW,
            ))  # fmt: skip
        session.add(Account(email=MARIA, made_at=NOW))
        session.flush()
        session.add(
            StaffMember(school="maple", email=MARIA, name="Maria", role="staff", made_by="site", languages=["en"])
        )
    yield made
    made.close()


def change(db: Database, school: str = "maple", after: int = 1) -> None:
    with db.write() as session:
        session.get_one(Conversation, f"co_{school}").updated_at = NOW + timedelta(seconds=after)


@contextmanager
def web_process(url: str, folder: Path, wordings: Mapping[str, Wording]) -> Iterator[int]:
    """Its port."""
    own = Database(url).everywhere
    app = build(own, settings(folder, public_url="http://127.0.0.1"), wordings, lambda: NOW)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", lifespan="off"))
    server.force_exit = True  # pages listen for ever
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        thread.join(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(10)
    own.close()


def test_pages_of_every_web_process_hear_what_another_one_did_and_go_on_when_the_bell_is_lost(
    db: Database, tmp_path: Path, wordings: Mapping[str, Wording]
) -> None:
    with db.write() as session:
        _, token = begin(session, MARIA, "a test", "password", NOW)
    with ExitStack() as both:
        ears = [Ear(both.enter_context(web_process(db.url, tmp_path, wordings)), token) for _ in range(2)]
        change(db)
        for one in ears:
            one.until(b"event: changed")
        with db.write() as session:
            session.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN inbox' OR query = 'SELECT 1'"
                )
            )
        change(db, after=2)
        for one in ears:
            one.until(b"event: changed")
            one.close()


def test_a_change_rings_with_its_commit_and_only_for_its_school(db: Database) -> None:
    async def rung() -> list[str]:
        heard = changes(db)
        first = [await anext(heard)]
        with db.read() as session:  # taken back: nobody may hear of it
            session.get_one(Conversation, "co_oak").updated_at = NOW + timedelta(seconds=1)
            session.flush()
        await asyncio.to_thread(change, db)
        async with asyncio.timeout(30):
            first.append(await anext(heard))
        await heard.aclose()  # type: ignore[attr-defined]
        return first

    assert asyncio.run(rung()) == ["", "maple"]

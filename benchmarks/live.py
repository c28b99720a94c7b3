"""Open pages: how long after a change was committed they hear of it, 500 on one web process beside 50 on it.

All look at one school, so that each change is told to each of them; what a page does then is not counted.
"""

from __future__ import annotations

import random
import selectors
import socket
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Beside, Figure, aim, at_most
from benchmarks.servers import postgres, running, serve_pages
from models.account import Account
from models.conversation import Conversation
from models.database import Database
from models.migrate import migrate
from models.page import Page
from models.school import School
from models.staff import StaffMember
from upkeep.sign_in import begin

FEW, MANY, WANTED, CHANGES = 50, 500, 3, 20
LONGEST = 10.0  # seconds in which each page must have heard


def measure() -> Iterator[Figure]:
    with postgres() as url, TemporaryDirectory() as folder:
        db = Database(url).everywhere
        migrate(db)
        tokens = _staff(db)
        waited = {}
        for count in (FEW, MANY):
            with running(serve_pages, url, Path(folder)) as port, _pages(port, tokens[:count]) as pages:
                waited[count] = [one for _ in range(CHANGES) for one in _change(db, pages)]
        db.close()
    few, many = _p99(waited[FEW]), _p99(waited[MANY])
    yield Figure(f"{MANY} open pages hear of a change: p99", many, "ms", at_most(WANTED), Beside(f"{FEW} of them", few))
    yield Figure(f"{MANY} open pages hear of a change: p50", 1000 * statistics.median(waited[MANY]), "ms", aim(1000))


def _staff(db: Database) -> list[str]:
    """As many sign-ins of one person as there are pages; their tokens."""
    now, email = datetime.now(UTC), "maria@maple.example"
    with db.write() as session:
        session.add(
            School(
                slug="maple", name="Maple", timezone="America/Chicago", languages=["en"], fallback=email, loaded_at=now
            )
        )
        session.add(Account(email=email, made_at=now))
        session.flush()
        session.add(
            StaffMember(school="maple", email=email, name="Maria", role="staff", made_by="site", languages=["en"])
        )
        session.add(Page(school="maple", slug="page", facebook_id="10001", token_sealed="", connected_at=now))
        session.flush()
        session.add(Conversation(
            id="co_1", school="maple", page="page", post_external_id="10001_1", comment_external_id="10001_1_1", language="en",
            state="open", opened_at=now, updated_at=now,
        ))  # fmt: skip
        return [begin(session, email, "a browser", "password", now)[1] for _ in range(MANY)]


@contextmanager
def _pages(port: int, tokens: list[str]) -> Iterator[list[socket.socket]]:
    """Each of them listens already."""
    with ExitStack() as stack:
        pages = []
        for token in tokens:
            page = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            page.sendall(f"GET /live HTTP/1.1\r\nHost: x\r\nCookie: session={token}\r\n\r\n".encode())
            pages.append(page)
        for page in pages:
            heard = b""
            while b"event: listening" not in heard:
                heard += page.recv(4096) or _ended()
        yield pages


def _change(db: Database, pages: list[socket.socket]) -> Iterator[float]:
    """Seconds until each page heard, from the moment in which the commit began."""
    time.sleep(random.uniform(1.2, 2.2))  # wherever a look once a second may be just then
    with selectors.DefaultSelector() as waiting:
        for page in pages:
            waiting.register(page, selectors.EVENT_READ)
        with db.write() as session:
            session.get_one(Conversation, "co_1").updated_at = datetime.now(UTC)
            session.flush()
            begun = time.perf_counter()
        while waiting.get_map():
            ready = waiting.select(LONGEST)
            if not ready:
                raise RuntimeError(f"{len(waiting.get_map())} pages did not hear within {LONGEST} s")
            for key, _ in ready:
                if b"event: changed" in (key.fileobj.recv(4096) or _ended()):  # type: ignore[union-attr]
                    yield time.perf_counter() - begun
                    waiting.unregister(key.fileobj)


def _ended() -> bytes:
    raise RuntimeError("a page's stream ended")


def _p99(waited: list[float]) -> float:
    return 1000 * statistics.quantiles(waited, n=100)[98]

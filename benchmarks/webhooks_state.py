"""A state at work: a hundred webhooks a second while its pages are polled and fifty staff look into their inboxes.

Everything is real and a process of its own, as in `make demo-state`: PostgreSQL, two web processes, two workers, a clock.
It lasts the five minutes of a bad evening; SECONDS=20 for a glance.
"""

from __future__ import annotations

import http.client
import multiprocessing
import os
import statistics
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import func
from sqlmodel import Session, col, select

from benchmarks.callers import all_at_once, p99, paced
from benchmarks.figures import Figure, aim, exactly
from benchmarks.servers import until
from commands.demo_state import on_stage
from commands.demo_state_steps import Stage
from models.account import Account
from models.conversation import Conversation, Message
from models.hint import Hint
from models.progress import progress
from rehearsal.facebook.towns import APP_SECRET
from rehearsal.state.schools import StateSchool
from upkeep.sign_in import begin

SCHOOLS, PAGES = 40, 120
RATE, STAFF, EVERY = 100, 50, 5.0
SECONDS = float(os.environ.get("SECONDS", "300"))
CALLS = 64  # that may be under way at once: Facebook does not wait with one for the answer to another
TALKS = 100  # in each school's inbox


def measure() -> Iterator[Figure]:
    with on_stage(None, SCHOOLS, PAGES, lambda line: None) as here:
        until(lambda: _read(here) == PAGES, 240)
        tokens = _staff(here)
        before = _hints(here)
        delays, looks = _evening(here, tokens)
        kept = _hints(here) - before
        began = time.monotonic()
        until(lambda: not _hints(here, packed=True), 240)
        waited = time.monotonic() - began
    yield Figure("a state: webhooks answered", len(delays))
    yield Figure("a state: of them lost, or kept twice", abs(len(delays) - kept), wanted=exactly(0))
    yield Figure("a state: a webhook’s answer: p99", p99(delays), "ms", aim(300))
    yield Figure("a state: a webhook’s answer: p50", 1000 * statistics.median(delays), "ms")
    yield Figure("a state: the last ones are heeded after", waited, "s", aim(5))
    yield Figure("a state: an inbox for staff: p99", p99(looks), "ms")
    yield Figure("a state: an inbox for staff: p50", 1000 * statistics.median(looks), "ms")


def _evening(here: Stage, tokens: Sequence[str]) -> tuple[list[float], list[float]]:
    """Who calls are processes of their own, too."""
    ports = [urlsplit(web).port or 0 for web in here.webs]
    pages = [page.id for school in here.state.schools for page in school.pages]
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as callers:
        hooks = callers.submit(paced, ports, RATE, SECONDS, pages=pages, secret=APP_SECRET, connections=CALLS)
        looks = callers.submit(look, ports, tokens, SECONDS)
        return hooks.result(), looks.result()


def look(ports: Sequence[int], tokens: Sequence[str], seconds: float) -> list[float]:
    """Each looks into their inbox every few seconds; seconds until each page was there.

    By a new connection each time: the server lets go of one that was idle for as long as they wait.
    """
    took: list[float] = []

    def person(number: int) -> None:
        at = ends - seconds + EVERY * number / len(tokens)
        while at < ends:
            time.sleep(max(0.0, at - time.perf_counter()))
            begun = time.perf_counter()
            connection = http.client.HTTPConnection("127.0.0.1", ports[number % len(ports)], timeout=60)
            connection.request("GET", "/", headers={"Cookie": f"session={tokens[number - 1]}"})
            answer = connection.getresponse()
            if b'class="talk"' not in answer.read():
                raise RuntimeError(f"no inbox but {answer.status}")
            connection.close()
            took.append(time.perf_counter() - begun)
            at += EVERY

    ends = time.perf_counter() + seconds
    all_at_once(len(tokens), person)
    return took


def _staff(here: Stage) -> list[str]:
    """Of each school's office in turn, somebody who is signed in; each inbox has something in it."""
    now = datetime.now(UTC)
    schools = [here.state.schools[number % SCHOOLS] for number in range(STAFF)]
    with here.bridge.db.everywhere.write() as session:
        for school in here.state.schools:
            _talks(session, school, now)
            session.merge(Account(email=school.office, made_at=now))
        session.flush()
        return [begin(session, one.office, "a browser", "password", now)[1] for one in schools]


def _talks(session: Session, school: StateSchool, now: datetime) -> None:
    page = school.pages[0]
    for number in range(TALKS):
        at, id = now - timedelta(minutes=10 + number), f"{page.id}_1_{number}"
        talk = Conversation(
            school=school.slug, page=page.slug, post_external_id=f"{page.id}_1", comment_external_id=id, language="en",
            assignee=school.office, state="open", opened_at=at, updated_at=at, due_at=at + timedelta(days=1),
        )  # fmt: skip
        session.add(talk)
        session.flush()
        session.add(Message(
            school=school.slug, page=page.slug, conversation_id=talk.id, direction="received", text="When does it begin?",
            owed=True, language="en", external_id=id, post_external_id=f"{page.id}_1", created_at=at,
        ))  # fmt: skip


def _read(here: Stage) -> int:
    with here.bridge.db.everywhere.read() as session:
        return progress(session).read


def _hints(here: Stage, *, packed: bool = False) -> int:
    query = select(func.count()).select_from(Hint)
    with here.bridge.db.everywhere.read() as session:
        return session.exec(query.where(col(Hint.unpacked_at).is_(None)) if packed else query).one()

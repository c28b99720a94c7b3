from __future__ import annotations

import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from sqlmodel import text

from models.database import Database
from schedulers import embedded
from schedulers.embedded import Embedded, Waiting
from schedulers.wishes import HEED, Wish, comments_of, look_at, round_of

LONG = 10  # seconds that nothing here comes near, unless it is broken


class Hands:
    """What jobs do here: tell that they were done."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.told = threading.Semaphore(0)

    def __call__(self, house: Any, ask: Any, *, name: str) -> None:
        self.done.append(name)
        self.told.release()
        if name == "broken":
            raise RuntimeError("a calendar fell off the wall")


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    made = Hands()
    monkeypatch.setattr(embedded, "JOBS", {"do": made})
    monkeypatch.setattr(embedded, "PERIODIC", {})
    return made


@pytest.fixture
def engine(hands: Hands) -> Iterator[Embedded]:
    made = Embedded(SimpleNamespace(stopping=threading.Event()))  # type: ignore[arg-type]
    made.start()
    yield made
    made.stop()


def do(name: str) -> Wish:
    return Wish("do", {"name": name}, once=name)


def test_a_job_begins_after_the_commit_and_never_before(db: Database, engine: Embedded, hands: Hands) -> None:
    with db.write() as session:
        engine.ask(session, do("one"))
        assert not hands.told.acquire(timeout=0.2)
    assert hands.told.acquire(timeout=LONG)
    assert hands.done == ["one"]


def test_what_is_rolled_back_is_never_done_and_the_end_of_a_savepoint_is_no_end(
    db: Database, engine: Embedded, hands: Hands
) -> None:
    with pytest.raises(ZeroDivisionError), db.write() as session:
        engine.ask(session, do("never"))
        raise ZeroDivisionError
    with db.write() as session:
        session.execute(text("SELECT 1"))
        engine.ask(session, do("kept"))
        with pytest.raises(ZeroDivisionError), session.begin_nested():
            raise ZeroDivisionError
        with session.begin_nested():
            pass
        assert not hands.told.acquire(timeout=0.2)
    assert hands.told.acquire(timeout=LONG)
    assert hands.done == ["kept"]


def test_a_job_that_fails_is_told_and_the_next_one_is_done(db: Database, engine: Embedded, hands: Hands) -> None:
    for name in ("broken", "whole"):
        with db.write() as session:
            engine.ask(session, do(name))
        assert hands.told.acquire(timeout=LONG)
    assert hands.done == ["broken", "whole"]


def test_of_those_that_do_the_same_one_waits_and_families_come_first() -> None:
    waiting = Waiting(lambda: 0.0)
    slow = [look_at([("maple", "pta")]), round_of("maple"), look_at([("oak", "pta")])]
    for wish in (*slow, comments_of("maple", "pta"), comments_of("maple", "pta"), round_of("maple")):
        waiting.put(wish)
    assert [waiting.take() for _ in range(5)] == [comments_of("maple", "pta"), *slow, None]
    assert waiting.put(round_of("maple")), "it is under way; what comes now is done after it"


def test_a_burst_of_webhooks_gathers_for_a_second() -> None:
    now = 0.0
    waiting = Waiting(lambda: now)
    for _ in range(100):
        waiting.put(HEED)
    assert waiting.take() is None
    now = 1.0
    assert waiting.take() == HEED and waiting.take() is None

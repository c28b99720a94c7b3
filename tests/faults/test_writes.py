"""Rows 2-8, 16 and 17: whatever becomes of a write, its post or reply stands once. Both databases, real sockets, real processes."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlmodel import select

from connector.clocks import boot_seconds
from connector.doors import Doors
from inbox.collect import collect
from inbox.language.guess import Guesser
from models.card import open_cards
from models.delivery import Attempt
from models.page import page
from models.vault import Vault
from outbox.settle import recover
from outbox.twins import scan_for_duplicates
from tests.faults.broken_wire import BrokenWire, Where
from tests.outbox.conftest import WAIT, Yard
from tests.program import ROOT, Started

STEP = WAIT / 3 + timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
STALE = 0.3  # seconds: a process that stood still for longer sends nothing
WORKER = "from tests.faults.worker import main\nmain()\n"
ANSWER = "Sí, en el gimnasio."


def owed_post_and_reply(yard: Yard, reply: str, kind: str) -> tuple[str, str]:
    """One delivery that is due, and how it will be known on the page."""
    if kind == "reply":
        return reply, ANSWER
    yard.owe_post("The first")
    yard.deliver()  # these go first, so that nothing else is owed and something older stands
    owed = yard.owe_post()
    return owed, yard.post_of(owed).text


def standing(yard: Yard, text: str) -> int:
    return yard.standing().count(text) + sum(one["text"] == text for one in yard.comments())


def later(yard: Yard, by: timedelta) -> None:
    """Our time and Facebook's."""
    yard.clock.later += by
    yard.facebook.world.switches.clock_offset += by.total_seconds()
    yard.deliver()


BOTH = pytest.mark.parametrize("kind", ["publish", "reply"])


@BOTH
def test_row_02_an_accepted_write_whose_answer_was_lost_is_read_back(yard: Yard, reply: str, kind: str) -> None:
    owed, text = owed_post_and_reply(yard, reply, kind)
    yard.fault("cut-after-store")
    yard.deliver()
    assert yard.delivery(owed).state == "unsure"
    yard.deliver(STEP)
    assert (yard.delivery(owed).state, standing(yard, text), len(yard.attempts(owed))) == ("sent", 1, 1)


@BOTH
def test_row_03_an_accepted_write_that_was_answered_500_is_read_back(yard: Yard, reply: str, kind: str) -> None:
    owed, text = owed_post_and_reply(yard, reply, kind)
    yard.fault("code2-after-store")
    yard.deliver()
    assert yard.delivery(owed).state == "unsure"
    yard.deliver(STEP)
    assert (yard.delivery(owed).state, standing(yard, text), len(yard.attempts(owed))) == ("sent", 1, 1)


@BOTH
def test_row_04_what_was_not_accepted_is_sent_exactly_once_more(yard: Yard, reply: str, kind: str) -> None:
    owed, text = owed_post_and_reply(yard, reply, kind)
    yard.fault("empty-500", match={"method": "POST"})
    yard.deliver()
    began = yard.clock.later
    while yard.delivery(owed).state == "unsure":
        assert standing(yard, text) == 0
        yard.deliver(STEP)
    assert yard.clock.later - began >= WAIT
    assert (yard.delivery(owed).state, standing(yard, text), len(yard.attempts(owed))) == ("sent", 1, 2)


@BOTH
@pytest.mark.parametrize(
    ("where", "state", "stands"), [("before", "unsure", 0), ("during", "unsure", 0), ("after", "unsure", 1)]
)
def test_row_05_a_connection_that_is_reset_leaves_a_doubt_once_a_byte_is_out(
    yard: Yard, reply: str, kind: str, where: Where, state: str, stands: int
) -> None:
    """Before the body, too: the head had left, and nobody knows what Facebook makes of it."""
    owed, text = owed_post_and_reply(yard, reply, kind)
    with BrokenWire(yard.facebook.url) as wire:
        yard.outbox = replace(yard.outbox, doors=Doors(graph_url=wire.url))
        wire.breaks(where)
        yard.deliver()
        assert (yard.delivery(owed).state, standing(yard, text)) == (state, stands)
        for _ in range(6):
            yard.deliver(STEP)
    assert (yard.delivery(owed).state, standing(yard, text), len(yard.attempts(owed))) == ("sent", 1, 2 - stands)


def test_row_05_a_connection_that_never_was_is_a_clear_no(yard: Yard) -> None:
    with BrokenWire(yard.facebook.url) as wire:
        nowhere = wire.url
    owed, good = yard.owe_post(), yard.outbox.doors
    yard.outbox = replace(yard.outbox, doors=Doors(graph_url=nowhere))
    yard.deliver()
    assert (yard.delivery(owed).state, yard.attempts(owed)[0].outcome) == ("due", "refused")
    yard.outbox = replace(yard.outbox, doors=good)
    yard.deliver(2 * MINUTE)
    assert (yard.delivery(owed).state, len(yard.standing())) == ("sent", 1)


@pytest.mark.parametrize("minutes", [0, 1, 5, 10, 14])
def test_row_06_what_shows_late_is_found_before_it_is_sent_again(yard: Yard, minutes: int) -> None:
    yard.fault("lag", seconds=60 * minutes)
    yard.fault("cut-after-store")
    owed = yard.owe_post()
    yard.deliver()
    for _ in range(25):
        later(yard, MINUTE)
    assert (yard.delivery(owed).state, len(yard.standing()), len(yard.attempts(owed))) == ("sent", 1, 1)


def test_row_06_what_shows_later_than_the_wait_is_found_twice_and_shown_to_a_person(yard: Yard) -> None:
    yard.facebook.world.switches.refuse_duplicates = False  # else its 506 would keep the second one away
    yard.fault("lag", seconds=60 * 40)
    yard.fault("cut-after-store")
    owed = yard.owe_post()
    yard.deliver()
    for _ in range(45):
        later(yard, MINUTE)
    assert (yard.delivery(owed).state, len(yard.standing())) == ("sent", 2)
    collect(yard.db, yard.outbox.doors, yard.outbox.vault, Guesser(), "maple", "pta-page", yard.clock())
    with yard.db.write() as session:
        scan_for_duplicates(session, "maple", yard.clock())
        [card] = open_cards(session, "maple")
    assert (card.kind, card.subject) == ("duplicate", yard.post_of(owed).id)
    assert card.message.count("http") == 2
    assert len(yard.calls("DELETE")) == 0


@BOTH
def test_row_07_an_empty_read_is_no_absence(yard: Yard, reply: str, kind: str) -> None:
    owed, text = owed_post_and_reply(yard, reply, kind)
    yard.fault("cut-after-store")
    yard.deliver()
    yard.fault("empty", times=None)
    for _ in range(12):
        yard.deliver(STEP)
    assert (yard.delivery(owed).state, standing(yard, text)) == ("unsure", 1)
    yard.facebook.world.faults.clear()
    yard.deliver(STEP)
    assert (yard.delivery(owed).state, standing(yard, text)) == ("sent", 1)


@pytest.mark.parametrize("there", [True, False])
def test_row_08_a_506_is_settled_by_what_stands(yard: Yard, there: bool) -> None:
    yard.fault("error", code=506, http=400, store=there, match={"method": "POST"})
    owed = yard.owe_post()
    yard.deliver()
    assert yard.delivery(owed).state == "unsure"
    for _ in range(6):
        yard.deliver(STEP)
    assert (yard.delivery(owed).state, len(yard.standing())) == ("sent", 1)
    assert len(yard.attempts(owed)) == (1 if there else 2)


# --- real processes


class Worker:
    """tests/faults/worker.py, told what to do."""

    def __init__(self, yard: Yard, key: str, name: str, *, stale: float = 5.0, pause: bool = False) -> None:
        theirs, ours = os.pipe()
        self.process = Started([], cwd=ROOT, env=os.environ, code=WORKER, stdin=theirs, stderr=2)
        os.close(theirs)
        self.ears = ours
        told = {"database": yard.db.url, "graph": yard.facebook.url, "key": key, "name": name}
        self.say(json.dumps({**told, "stale": stale, "pause": pause}))

    def say(self, line: str = "") -> None:
        os.write(self.ears, f"{line}\n".encode())

    def hears(self, word: str) -> None:
        """Lines of the log may stand between."""
        assert self.process.stdout
        while line := self.process.stdout.readline():
            if line.strip() == word:
                return
        raise AssertionError(f"the worker ended without saying {word}")


@pytest.fixture
def key(yard: Yard) -> str:
    """One that other processes can be given, too."""
    made = Fernet.generate_key().decode()
    vault = Vault(made)
    with yard.db.write() as session:
        page(session, "maple", "pta-page").token_sealed = vault.seal("PAGE-10001-REHEARSAL")
    yard.outbox = replace(yard.outbox, vault=vault)
    return made


@pytest.fixture
def workers() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def started(stack: ExitStack, *args: Any, **choices: Any) -> Worker:
    worker = Worker(*args, **choices)
    stack.callback(os.close, worker.ears)
    stack.callback(worker.process.wait)
    stack.callback(worker.process.kill)
    worker.hears("ready")
    return worker


def test_row_16_two_workers_send_each_delivery_once_and_one_at_a_time(yard: Yard, key: str, workers: ExitStack) -> None:
    owed = [yard.owe_post(f"Event {number}") for number in range(8)]
    yard.fault("slow", seconds=0.1, times=None, match={"method": "POST"})
    two = [started(workers, yard, key, name) for name in ("one", "two")]
    for one in two:
        one.say()
    sent = sum(int(one.process.communicate(timeout=60)[0].split()[-1]) for one in two)
    assert sent >= 1  # who finds the other at the page passes by: how often is a matter of luck
    yard.deliver()  # what both passed by while the other was at the page
    assert {yard.delivery(one).state for one in owed} == {"sent"}
    assert len(yard.standing()) == len(set(yard.standing())) == len(yard.calls("POST")) == 8
    with yard.db.read() as session:
        tries = list(session.exec(select(Attempt).order_by(Attempt.started_at)))  # type: ignore[arg-type]
    assert len(tries) == 8
    assert all(two.started_at >= (one.ended_at or two.started_at) for one, two in pairwise(tries))


def test_row_17_a_process_that_stood_still_between_intent_and_call_sends_nothing_late(
    yard: Yard, key: str, workers: ExitStack
) -> None:
    owed = yard.owe_post()
    worker = started(workers, yard, key, "stopped", stale=STALE, pause=True)
    worker.say()
    worker.hears("claimed")
    worker.process.send_signal(signal.SIGSTOP)
    stopped_at = boot_seconds()
    assert recover(yard.db, "maple", yard.clock() + 10 * MINUTE, lease=2 * MINUTE, alone=False) == 1
    yard.clock.later += 10 * MINUTE
    for _ in range(5):
        yard.deliver(STEP)
    assert (yard.delivery(owed).state, len(yard.calls("POST"))) == ("sent", 1)
    time.sleep(max(0.0, stopped_at + 2 * STALE - boot_seconds()))  # as long as the row says, and no longer
    worker.process.send_signal(signal.SIGCONT)
    worker.say()
    worker.process.communicate(timeout=30)
    assert worker.process.returncode == 0
    assert (yard.delivery(owed).state, len(yard.calls("POST")), len(yard.standing())) == ("sent", 1, 1)
    assert "stood still" in yard.attempts(owed)[0].error

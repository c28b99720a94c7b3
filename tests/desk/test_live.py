"""/live: who hears of changes, how many may, and when they hear no more. By plain sockets, without a browser."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from models.conversation import Conversation
from models.inbox_marks import mark_of
from models.run import Run
from tests.desk.conftest import Desk
from tests.desk.ear import Ear
from upkeep.sign_in import end

MANY = 100


def change(desk: Desk, row: Conversation) -> None:
    desk.site.now += timedelta(seconds=1)
    with desk.db.write() as session:
        session.get_one(Conversation, row.id).updated_at = desk.now


def test_a_hundred_listen_on_no_thread_of_their_own_and_all_hear(desk: Desk) -> None:
    row, token = desk.hear("¿Cuándo?", ago=timedelta(days=1)), desk.token("maria")
    first = Ear(desk.site.port, token)
    threads, memory = threading.active_count(), resident()
    ears = [first, *(Ear(desk.site.port, token) for _ in range(MANY - 1))]
    assert threading.active_count() <= threads + 45  # the pool that all requests share has forty
    assert resident() - memory < 60
    change(desk, row)
    for one in ears:
        one.until(b"event: changed")
    assert desk.as_("maria").get("/").status == 200
    for one in ears:
        one.close()


def resident() -> float:
    """MB of this process, in which the server runs, too."""
    return int(Path("/proc/self/status").read_text().partition("VmRSS:")[2].split()[0]) / 1024


def test_only_that_something_changed_is_told_never_what(desk: Desk) -> None:
    row = desk.hear("¿Un secreto?", name="Rosa Díaz")
    ear = Ear(desk.site.port, desk.token("maria"))
    change(desk, row)
    ear.until(b"event: changed")
    end_of(desk, "maria")
    said = ear.rest()
    assert b"secreto" not in said and b"Rosa" not in said and row.id.encode() not in said


def test_another_school_s_changes_are_not_heard(desk: Desk) -> None:
    row = desk.hear("¿Cuándo?")
    ear = Ear(desk.site.port, desk.token("zoe"))
    change(desk, row)
    maria = Ear(desk.site.port, desk.token("maria"))
    change(desk, row)
    maria.until(b"event: changed")  # by then the other one would have heard, too
    end_of(desk, "zoe")
    assert b"changed" not in ear.rest()


def end_of(desk: Desk, who: str) -> None:
    with desk.db.write() as session:
        end(session, f"{who}@{'oak' if who == 'zoe' else 'maple'}.example", desk.now)


def test_a_stream_ends_with_its_sign_in(desk: Desk) -> None:
    desk.hear("¿Cuándo?")
    ear = Ear(desk.site.port, desk.token("maria"))
    end_of(desk, "maria")
    assert b"changed" not in ear.rest()


@pytest.mark.parametrize("who", ["pat", "eve"])
def test_whoever_answers_nobody_hears_nothing(desk: Desk, who: str) -> None:
    assert desk.as_(who).get("/live").status == 404


def test_what_a_long_round_found_is_noticed_though_others_did_something_later(desk: Desk) -> None:
    desk.hear("¿Nueva?", ago=timedelta(minutes=1))
    with desk.db.read() as session:
        before = mark_of(session, "maple")
    desk.hear("¿Vieja?", ago=timedelta(hours=1))
    with desk.db.write() as session:
        session.add(Run(job="round", school="maple", started_at=desk.now, ended_at=desk.now, outcome="ok"))
    with desk.db.read() as session:
        assert mark_of(session, "maple") != before

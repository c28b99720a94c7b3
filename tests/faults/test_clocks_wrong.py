"""Row 11: rounds on a machine whose clock is wrong. Neighbours (a feed's server, Facebook) tell the time as it is.

What a wrong clock must not do: post early, withdraw, expire, take for over or for long missing, send twice. Once it is
right again everything goes on as if the wrong rounds had not been.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from models.card import open_cards
from models.database import Database
from models.delivery import Attempt, Delivery
from models.event import Event, Occurrence
from models.page import page
from models.post import Post
from models.source import Source
from rehearsal.facebook import faults
from rehearsal.facebook.server import PretendFacebook
from tests.connector.site import Site
from tests.faults.machine import Machine

MINUTE, HOUR, DAY, YEAR = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(days=365)
JUMPS = pytest.mark.parametrize("jump", [HOUR, -HOUR, 25 * HOUR, YEAR, -YEAR], ids=str)


def event(title: str, starts: datetime) -> str:
    return f"BEGIN:VEVENT\r\nUID:{title}\r\nDTSTART:{starts:%Y%m%dT%H%M%SZ}\r\nDURATION:PT1H\r\nSUMMARY:{title}\r\nEND:VEVENT"


@pytest.fixture
def machine(db: Database, site: Site, facebook: PretendFacebook, tmp_path: Path) -> Machine:
    """Two posts stand, one announcement is due in half an hour, one event is missing since just now."""
    made = Machine(db, site, facebook, tmp_path)
    now = made.clock()
    listed = [event(f"Fair {n}", now + (n + 3) * DAY) for n in range(6)] + [event("Far", now + 14 * DAY + HOUR / 2)]
    with db.write() as session:
        session.exec(select(Source)).one().missing = "3d"
        page(session, "maple", "pta-page").exclude = ["Fair 2", "Fair 3", "Fair 4", "Fair 5"]
    made.serve(*listed)
    assert made.round().troubles == []
    made.serve(*listed[:5], *listed[6:])
    assert made.round().troubles == []
    assert len(made.standing()) == 2
    return made


@JUMPS
def test_row_11_a_round_by_a_wrong_clock_says_so_once_and_changes_nothing(machine: Machine, jump: timedelta) -> None:
    before, written, machine.wrong = machine.kept(), machine.written(), jump
    for _ in range(2):
        [said] = machine.round().troubles
        assert "set this machine's clock" in said
    assert (machine.kept(), machine.written()) == (before, written)
    assert machine.outcomes() == ["failed", "failed", "ok", "ok"]


@JUMPS
def test_row_11_a_new_process_with_a_wrong_clock_asks_its_neighbours_first(machine: Machine, jump: timedelta) -> None:
    before, written, machine.wrong = machine.kept(), machine.written(), jump
    machine.starts_anew()
    assert ["set this machine's clock" in said for said in machine.round().troubles] == [True]
    assert (machine.kept(), machine.written()) == (before, written)


@JUMPS
def test_row_11_with_the_right_clock_the_next_round_goes_on_and_each_post_stands_once(
    machine: Machine, jump: timedelta
) -> None:
    machine.wrong = jump
    machine.round()
    machine.wrong = timedelta(0)
    machine.starts_anew()
    assert machine.round().troubles == []
    assert (machine.written(), len(machine.standing())) == (2, 2)
    machine.later = 31 * MINUTE
    for _ in range(2):
        assert machine.round().troubles == []
    assert (machine.written(), len(machine.standing()), len(set(machine.standing()))) == (3, 3, 3)
    assert {row.status for row in machine.all(Event)} == {"confirmed", "missing"}


@pytest.mark.parametrize("step", [5 / 60, -5 / 60, 20, -20, -50], ids=lambda minutes: f"{minutes:+.2f} min")
def test_row_11_a_clock_that_is_put_right_by_a_little_stops_nothing(machine: Machine, step: float) -> None:
    machine.wrong = step * MINUTE
    for _ in range(2):
        assert machine.round().troubles == []
    assert (machine.written(), len(machine.standing()), set(machine.outcomes())) == (2, 2, {"ok"})


@pytest.mark.parametrize("jump", [-2 * HOUR, -YEAR, 25 * HOUR, YEAR], ids=str)
def test_row_11_a_jump_between_two_rounds_is_not_believed_while_no_neighbour_answers(
    machine: Machine, jump: timedelta
) -> None:
    machine.starts_anew()
    told = (Delivery, Attempt, Event, Occurrence, Post)
    before, machine.wrong = machine.kept(*told), jump
    machine.site.acts["/maple.ics"] = lambda handler: handler.raw(b"")
    machine.facebook.stop()
    said = machine.round().troubles
    assert sum("check the clock" in one for one in said) == 1
    assert machine.kept(*told) == before


@JUMPS
def test_row_11_a_jump_between_two_reads_proves_no_absence(machine: Machine, jump: timedelta) -> None:
    """The third post was accepted, its answer lost, and it does not show yet: a forward jump would make it absent."""
    world = machine.facebook.world
    faults.add(world, {"kind": "lag", "seconds": 600})
    faults.add(world, {"kind": "cut-after-store"})
    machine.later = 31 * MINUTE
    machine.round()
    machine.later += 6 * MINUTE
    machine.round()
    assert [one.state for one in machine.all(Delivery)].count("unsure") == 1
    before, machine.wrong = machine.kept(Delivery, Attempt), jump
    for _ in range(5):
        machine.round()
    assert (machine.kept(Delivery, Attempt), machine.written()) == (before, 3)
    machine.wrong = timedelta(0)
    world.switches.clock_offset = 660.0  # now it shows
    machine.later += 6 * MINUTE
    machine.round()
    assert {one.state for one in machine.all(Delivery)} == {"sent"}
    assert (machine.written(), len(machine.standing())) == (3, 3)


@JUMPS
def test_row_11_what_a_dead_process_left_is_looked_for_as_soon_as_the_clock_is_right(
    machine: Machine, jump: timedelta
) -> None:
    """Its lease ends by a wrong clock, but never into a resend, nor into a year of waiting."""
    faults.add(machine.facebook.world, {"kind": "cut-after-store"})
    machine.later = 31 * MINUTE
    machine.round()
    with machine.db.write() as session:  # as the process would have left it, had it died in the call
        session.exec(select(Delivery).where(Delivery.state == "unsure")).one().state = "sending"
        session.exec(select(Attempt).where(Attempt.outcome == "unsure")).one().outcome = ""
    machine.wrong = jump
    machine.round()
    assert ([one.state for one in machine.all(Delivery)].count("unsure"), machine.written()) == (1, 3)
    machine.wrong = timedelta(0)
    machine.round()
    assert {one.state for one in machine.all(Delivery)} == {"sent"}
    assert (machine.written(), len(machine.standing())) == (3, 3)


@JUMPS
def test_row_11_no_card_tells_of_a_token_that_ends_by_a_wrong_clock_only(machine: Machine, jump: timedelta) -> None:
    with machine.db.write() as session:
        page(session, "maple", "pta-page").data_access_expires_at = machine.clock() + 60 * DAY
    machine.wrong = jump
    machine.round()
    with machine.db.read() as session:
        assert open_cards(session, "maple") == []

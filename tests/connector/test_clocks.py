"""The time that neighbours tell, and what follows from it for our own clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from connector.clocks import Clocks, astray
from connector.doors import Doors
from connector.errors import OutsideError
from connector.fetch import Fetcher
from rehearsal.facebook.server import PretendFacebook
from rehearsal.facebook.towns import PAGE_ID, PAGE_TOKEN
from tests.connector.site import Site, get

NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
HOUR, YEAR = timedelta(hours=1), timedelta(days=365)


def dated(at: datetime, **more: str) -> dict[str, str]:
    return {"Date": format_datetime(at, usegmt=True), **more}


class Machine:
    """Its clock can be set; what counts since its start cannot."""

    def __init__(self) -> None:
        self.wall, self.boot = NOW.timestamp(), 1000.0
        self.clocks = Clocks(wall=lambda: self.wall, boot=lambda: self.boot)

    def passes(self, by: timedelta) -> None:
        self.wall += by.total_seconds()
        self.boot += by.total_seconds()

    def is_set(self, by: timedelta) -> None:
        self.wall += by.total_seconds()


@pytest.mark.parametrize("by", [HOUR * 2, -HOUR * 2, YEAR, -YEAR])
def test_a_clock_that_is_set_wrong_after_a_neighbour_spoke_is_noticed_without_another_call(by: timedelta) -> None:
    machine = Machine()
    machine.clocks.hear("graph", dated(NOW))
    machine.passes(timedelta(days=3))
    assert machine.clocks.astray() == ""
    machine.is_set(by)
    assert "set this machine's clock" in machine.clocks.astray()
    assert f"it is {NOW + timedelta(days=3):%Y-%m-%d %H:%M}" in machine.clocks.astray()
    machine.is_set(-by)
    assert machine.clocks.astray() == ""


def test_nobody_heard_says_nothing() -> None:
    assert Machine().clocks.astray() == ""


def test_one_neighbour_who_agrees_is_enough() -> None:
    assert astray({"wrong": YEAR, "graph": timedelta(minutes=-54)}, NOW) == ""
    assert "wrong" in astray({"wrong": HOUR * 2, "worse": YEAR}, NOW)


@pytest.mark.parametrize(
    "told", ["", "yesterday", "Mon, 99 Nov 2026 10:00:00 GMT", "Mon, 23 Nov 99999 10:00:00 GMT", "\x00"]
)
def test_a_date_that_is_none_is_not_heard(told: str) -> None:
    machine = Machine()
    machine.clocks.hear("odd", {"Date": told})
    machine.clocks.hear("older", {})
    assert machine.clocks.ahead() == {}


def test_what_a_cache_kept_for_a_while_is_as_old_as_it_says() -> None:
    machine = Machine()
    machine.clocks.hear("cached", dated(NOW - HOUR * 9, Age=str(9 * 3600)))
    assert machine.clocks.ahead() == {"cached": timedelta(0)}


def test_neighbours_are_remembered_within_bounds() -> None:
    machine = Machine()
    for number in range(1000):
        machine.clocks.hear(f"host{number}", dated(NOW))
    assert len(machine.clocks.ahead()) == 100


def test_a_feed_is_heard_also_when_it_refuses(site: Site) -> None:
    clocks = Clocks()
    with pytest.raises(OutsideError):
        get(Fetcher(allow_hosts="127.0.0.1", clocks=clocks), site.says("/a.ics", 500))
    assert abs(clocks.ahead()["127.0.0.1"]) < timedelta(minutes=1)


def test_facebook_is_heard() -> None:
    with PretendFacebook() as facebook:
        doors = Doors(graph_url=facebook.url)
        doors.prove(PAGE_ID, PAGE_TOKEN, datetime.now(UTC))
        assert [abs(by) < timedelta(minutes=1) for by in doors.clocks.ahead().values()] == [True]

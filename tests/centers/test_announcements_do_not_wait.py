"""Whatever a center's calendar does, families are told first."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlmodel import select

from connector.doors import Doors
from models.center import CalendarEntry, Center
from models.delivery import Delivery
from models.event import Event
from rehearsal.facebook.server import PretendFacebook
from tests.contracts.strict import StrictServer
from tests.outbox.conftest import Yard, facebook, yard

__all__ = ["facebook", "yard"]


@pytest.fixture
def calendar() -> Iterator[StrictServer]:
    with StrictServer(calendars=("eastside",)) as running:
        yield running


def owe_entry(yard: Yard, url: str, facebook: PretendFacebook) -> None:
    yard.outbox = replace(yard.outbox, doors=Doors(graph_url=facebook.url, allow_hosts="127.0.0.1"))
    with yard.db.write() as session:
        session.add(
            Center(
                school="maple", slug="eastside", name="Eastside", kind="caldav", url=url, username="bridge",
                password_sealed=yard.outbox.vault.seal("secret"),
            )
        )  # fmt: skip
        session.flush()
        event = session.exec(select(Event)).first()
        assert event is not None
        body = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART:20261208T000000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        entry = CalendarEntry(
            school="maple", center="eastside", event_id=event.id, href="aa.ics", uid="a", body=body, fingerprint="1",
            state="due", changed_at=yard.clock(),
        )  # fmt: skip
        session.add(entry)
        session.flush()
        session.add(
            Delivery(
                school="maple", kind="calendar-put", lane="center:eastside", target=entry.id, revision="1", state="due",
                created_at=yard.clock(), next_at=yard.clock(),
            )
        )  # fmt: skip


@pytest.mark.parametrize("any_db", ["sqlite"], indirect=True)
def test_the_post_stands_before_the_center_is_asked(
    yard: Yard, facebook: PretendFacebook, calendar: StrictServer
) -> None:
    yard.owe_post()
    owe_entry(yard, calendar.collection_url("eastside"), facebook)
    standing: list[int] = []
    calendar.before[0] = lambda: standing.append(len(yard.standing()))
    assert yard.deliver().sent == 2
    assert standing == [1]


@pytest.mark.parametrize("any_db", ["sqlite"], indirect=True)
def test_a_center_that_cannot_be_reached_stops_no_post(yard: Yard, facebook: PretendFacebook) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    yard.owe_post()
    owe_entry(yard, f"http://127.0.0.1:{port}/bridge/eastside/", facebook)
    report = yard.deliver()
    assert len(yard.standing()) == 1
    assert (report.sent, len(report.problems)) == (1, 1)

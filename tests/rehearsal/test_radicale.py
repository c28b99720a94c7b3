"""The real calendar server of the rehearsal: it starts, keeps what is put, ends, and says why when it cannot start."""

import http.client
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from rehearsal.radicale import CalendarServer, DidNotStart

OBJECT = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//rehearsal//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n"
    "DTSTAMP:20261123T120000Z\r\nDTSTART:20261201T180000Z\r\nSUMMARY:{title}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CalendarServer]:
    with CalendarServer(tmp_path_factory.mktemp("radicale"), calendars=("eastside", "empty")) as running:
        yield running


def test_the_calendar_is_there_and_empty_once_the_server_has_started(server: CalendarServer) -> None:
    assert server.objects("empty") == {}


def test_what_is_put_is_listed_with_its_text(server: CalendarServer) -> None:
    written = server.put("eastside", "tet.ics", OBJECT.format(uid="tet", title="Tết & friends"))

    assert written.status == 201
    assert written.headers["etag"]
    assert "SUMMARY:Tết & friends" in server.objects("eastside")["/bridge/eastside/tet.ics"]


def test_a_deleted_object_is_gone_from_the_list(server: CalendarServer) -> None:
    server.put("eastside", "short.ics", OBJECT.format(uid="short", title="Short-lived"))

    assert server.delete("eastside", "short.ics").status in {200, 204}
    assert "/bridge/eastside/short.ics" not in server.objects("eastside")


def test_the_collection_url_is_the_address_that_a_client_uses(server: CalendarServer) -> None:
    place = urlsplit(server.collection_url("eastside"))

    assert place.netloc == f"127.0.0.1:{server.port}"
    assert server.ask("GET", place.path).body.startswith("BEGIN:VCALENDAR")


def test_nobody_reads_without_a_password(server: CalendarServer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", "/bridge/eastside/")

    assert connection.getresponse().status == 401
    connection.close()


def test_making_a_calendar_again_leaves_its_objects_alone(server: CalendarServer) -> None:
    server.make_calendar("kept")
    server.put("kept", "a.ics", OBJECT.format(uid="a", title="Kept"))
    server.make_calendar("kept")

    assert list(server.objects("kept")) == ["/bridge/kept/a.ics"]


def test_a_calendar_that_is_not_there_is_named(server: CalendarServer) -> None:
    with pytest.raises(LookupError, match="No calendar westside for bridge"):
        server.objects("westside")


def test_data_outlive_a_stop_and_nothing_answers_in_between(tmp_path: Path) -> None:
    with CalendarServer(tmp_path, users={"maria": "word"}) as first:
        first.put("eastside", "a.ics", OBJECT.format(uid="a", title="Kept"))
    with pytest.raises(OSError):
        first.objects("eastside")

    with CalendarServer(tmp_path, users={"maria": "word"}) as second:
        assert list(second.objects("eastside")) == ["/maria/eastside/a.ics"]


def test_an_error_on_the_way_ends_the_server_too(tmp_path: Path) -> None:
    server = CalendarServer(tmp_path, calendars=())

    with pytest.raises(ZeroDivisionError), server:
        _ = server.port / 0

    with socket.socket() as caller, pytest.raises(ConnectionRefusedError):
        caller.connect(("127.0.0.1", server.port))


def test_a_port_taken_by_somebody_else_is_told_in_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        with pytest.raises(DidNotStart, match=r"does not start.*radicale\.log"):
            CalendarServer(tmp_path, port=taken.getsockname()[1]).start()


def test_a_stop_can_be_repeated(tmp_path: Path) -> None:
    server = CalendarServer(tmp_path)

    server.stop()
    server.stop()

    assert not list(tmp_path.iterdir())

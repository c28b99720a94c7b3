"""The door against real sockets that misbehave."""

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from connector.errors import OutcomeUnknown, OutsideError, TooMuchData, TryLater
from connector.graph.door import GraphDoor

TOKEN = "EAATESTtokenOfThePage123"
Answer = Callable[[socket.socket], None]


class Server:
    """Answers each connection with `answer`, and keeps what it was sent."""

    def __init__(self, answer: Answer) -> None:
        self.received: list[bytes] = []
        self.answer = answer
        self.over = threading.Event()
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while not self.over.is_set():
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection: socket.socket) -> None:
        with closing(connection):
            try:
                self.received.append(connection.recv(65536))
                self.answer(connection)
            except OSError:
                pass  # the other side hung up: that is what some of these tests are about

    def close(self) -> None:
        self.over.set()
        self.listening.close()


@contextmanager
def serving(answer: Answer) -> Iterator[Server]:
    server = Server(answer)
    try:
        yield server
    finally:
        server.close()


def whole(body: bytes, status: str = "200 OK", extra: str = "") -> Answer:
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n{extra}\r\n"
    return lambda connection: connection.sendall(head.encode() + body)


def drip(start: bytes, piece: bytes) -> Answer:
    """Sends `piece` again and again, each well within any wait for one read, for ten seconds."""

    def answer(connection: socket.socket) -> None:
        connection.sendall(start)
        for _ in range(200):
            connection.sendall(piece)
            time.sleep(0.05)

    return answer


def endless(start: bytes, piece: bytes) -> Answer:
    def answer(connection: socket.socket) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(piece)

    return answer


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


def door(url: str, **more: Any) -> GraphDoor:
    return GraphDoor(TOKEN, base_url=url, **{"deadline": 2.0, "connect_timeout": 2.0, **more})


def read(door: GraphDoor) -> Any:
    return door.request("v26.0/10001/feed", {"limit": 5})


def write(door: GraphDoor) -> Any:
    return door.request("v26.0/10001/feed", post_args={"message": "Hi"})


def failure(call: Callable[[GraphDoor], Any], door: GraphDoor) -> OutsideError:
    with pytest.raises(OutsideError) as caught:
        call(door)
    return caught.value


BROKEN: dict[str, Answer] = {
    "hangs up at once": lambda connection: None,
    "resets": reset,
    "cuts the body": lambda connection: connection.sendall(
        b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"id":"1_2"}'
    ),
    "cuts the headers": lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Le"),
    "cuts a chunk": lambda connection: connection.sendall(
        b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nc\r\n{"id":'
    ),
    "talks another language": lambda connection: connection.sendall(b"SSH-2.0-OpenSSH_9\r\n\r\n"),
    "lies about gzip": whole(b'{"id":"1_2"}', extra="Content-Encoding: gzip\r\n"),
}

SLOW: dict[str, Answer] = {
    "drips headers": drip(b"HTTP/1.1 200 OK\r\n", b"X-More: x\r\n"),
    "drips one header": drip(b"HTTP/1.1 200 OK\r\nX: ", b"x"),
    "drips a body of known length": drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b" "),
    "drips a body of unknown length": drip(b'HTTP/1.1 200 OK\r\n\r\n{"id":"1_2"}', b" "),
    "drips chunks": drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "says nothing": drip(b"", b""),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_answer_leaves_a_write_unknown_and_a_read_to_be_repeated(name: str) -> None:
    with serving(BROKEN[name]) as server:
        # Patient: on a machine that stalls before anything is sent, a deadline rightly means "surely not done".
        assert type(failure(write, door(server.url, deadline=20.0, connect_timeout=20.0))) is OutcomeUnknown
        assert type(failure(read, door(server.url, deadline=20.0, connect_timeout=20.0))) is TryLater
        assert len(server.received) == 2


@pytest.mark.parametrize("name", SLOW)
def test_the_deadline_ends_every_part_of_a_call(name: str) -> None:
    with serving(SLOW[name]) as server:
        unknown, later = failure(write, door(server.url)), failure(read, door(server.url))
        assert type(unknown) is OutcomeUnknown
        assert type(later) is TryLater
        assert "no whole answer in time" in unknown.message
        assert "no whole answer within 2 seconds" in later.message


def test_an_answer_that_is_too_large_is_cut_and_asks_for_less() -> None:
    flood = endless(b"HTTP/1.1 200 OK\r\n\r\n", b" " * 1_000_000)
    with serving(flood) as server:
        patient = door(server.url, deadline=20.0)
        assert type(failure(read, patient)) is TooMuchData
        assert type(failure(write, patient)) is OutcomeUnknown


def test_nothing_was_sent_where_nobody_listens() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        port = listening.getsockname()[1]
    error = failure(write, door(f"http://127.0.0.1:{port}"))
    assert type(error) is TryLater
    assert "could not be reached" in error.message


def test_nothing_was_sent_where_the_name_is_unknown() -> None:
    error = failure(write, door("http://graph.facebook.invalid"))
    assert type(error) is TryLater
    assert "graph.facebook.invalid could not be found" in error.message


def test_nothing_was_sent_where_no_secure_connection_came_about() -> None:
    with serving(whole(b'{"id":"1_2"}', status="400 Bad Request")) as server:
        error = failure(write, door(server.url.replace("http:", "https:")))
        assert type(error) is TryLater
        assert "BRIDGE_CA_FILE" in error.message
        assert TOKEN.encode() not in b"".join(server.received)


def test_nothing_was_sent_where_the_secure_connection_never_comes_about() -> None:
    with serving(SLOW["says nothing"]) as server:
        assert type(failure(write, door(server.url.replace("http:", "https:")))) is TryLater


def test_nothing_was_sent_to_facebook_where_the_proxy_refuses_the_way() -> None:
    with serving(whole(b"", status="403 Forbidden")) as proxy:
        error = failure(write, door("https://graph.facebook.com", proxy=proxy.url))
        assert type(error) is TryLater
        assert "BRIDGE_PROXY" in error.message
        assert proxy.received[0].startswith(b"CONNECT graph.facebook.com:443")
        assert TOKEN.encode() not in proxy.received[0]


def test_nothing_was_sent_where_the_certificates_are_missing() -> None:
    error = failure(write, door("https://graph.facebook.com", ca_file="/nowhere/ca.pem"))
    assert type(error) is TryLater
    assert "BRIDGE_CA_FILE" in error.message


def test_a_call_goes_through_the_proxy_where_one_is_set() -> None:
    with serving(whole(b'{"id":"1_2"}')) as proxy:
        assert write(door("http://graph.facebook.invalid", proxy=proxy.url)) == {"id": "1_2"}
        assert proxy.received[0].startswith(b"POST http://graph.facebook.invalid/v26.0/10001/feed ")


def test_the_environments_proxy_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with serving(whole(b'{"id":"1_2"}')) as server:
        assert write(door(server.url)) == {"id": "1_2"}


def test_redirects_are_not_followed() -> None:
    with serving(whole(b'{"id":"1_2"}')) as other:
        elsewhere = whole(b"", status="302 Found", extra=f"Location: {other.url}/x?access_token=1\r\n")
        with serving(elsewhere) as server:
            assert type(failure(read, door(server.url))) is TryLater
            assert type(failure(write, door(server.url))) is OutcomeUnknown
        assert other.received == []


def test_one_door_goes_on_after_a_failure() -> None:
    answers = iter([reset, whole(b'{"id":"1_2"}')])
    with serving(lambda connection: next(answers)(connection)) as server:
        ours = door(server.url)
        failure(write, ours)
        assert write(ours) == {"id": "1_2"}
        assert ours.calls == 2


def test_a_write_never_uses_a_connection_that_was_idle() -> None:
    more: list[bytes] = []

    def stay(connection: socket.socket) -> None:
        whole(b'{"id":"1_2"}')(connection)
        more.append(connection.recv(65536))

    with serving(stay) as server:
        ours = door(server.url)
        read(ours)
        write(ours)
        assert [one.split(b" ")[0] for one in server.received] == [b"GET", b"POST"]
        assert b"POST" not in b"".join(more)


def test_the_token_is_in_no_log_no_error_and_no_cause(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    odd = whole(b'{"data":[]}', extra="Broken header without colon\r\n")
    with serving(odd) as server:
        read(door(server.url, app_secret="the-app-secret"))
    with serving(BROKEN["cuts the body"]) as server:
        errors = [failure(read, door(server.url)), failure(write, door(server.url))]
    errors.append(failure(read, door("http://127.0.0.1:9")))
    assert "/v26.0/10001/feed" in caplog.text
    told = caplog.text + "".join(f"{error!r} {error.__context__!r} {error.__cause__!r}" for error in errors)
    assert TOKEN not in told
    assert "the-app-secret" not in told
    assert "appsecret_proof=…" in caplog.text


def test_the_time_of_a_call_is_its_own_also_after_a_slow_one() -> None:
    answers = iter([drip(b"", b""), whole(b'{"data":[]}')])
    with serving(lambda connection: next(answers)(connection)) as server:
        ours = door(server.url)
        failure(read, ours)
        assert read(ours) == {"data": []}

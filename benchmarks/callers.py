"""Those who call a web server: signed webhooks over a few connections, as many as are answered or as many as are wanted."""

from __future__ import annotations

import hmac
import itertools
import json
import socket
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from hashlib import sha256

from benchmarks.servers import SECRET

CONNECTIONS = 16
_numbers = itertools.count()  # of parcels: none comes twice


def rate(port: int, seconds: float) -> float:
    """Deliveries in a second, each connection sending its next as soon as it is answered."""
    counts: list[int] = []

    def call(_: int) -> None:
        with _caller(port) as caller:
            done = 0
            while time.perf_counter() < ends:
                _send(caller, parcel(next(_numbers)))
                done += 1
            counts.append(done)

    begun = time.perf_counter()
    ends = begun + seconds
    all_at_once(CONNECTIONS, call)
    return sum(counts) / (time.perf_counter() - begun)


def paced(
    ports: Sequence[int],
    rate: float,
    seconds: float,
    *,
    pages: Sequence[str] = ("10001",),
    secret: str = SECRET,
    connections: int = CONNECTIONS,
) -> list[float]:
    """Seconds from when each delivery was to be sent until it was answered: one that waits for its turn waits, too."""
    delays: list[float] = []
    gap, each = connections / rate, int(rate * seconds / connections)
    begun = time.perf_counter() + 0.1

    def call(number: int) -> None:
        with _caller(ports[number % len(ports)]) as caller:
            for turn in range(each):
                at = begun + gap * (turn + number / connections)
                request = parcel(next(_numbers), pages[(number + turn * connections) % len(pages)], secret)
                time.sleep(max(0.0, at - time.perf_counter()))
                _send(caller, request)
                delays.append(time.perf_counter() - at)

    all_at_once(connections, call)
    return delays


def p99(delays: Sequence[float]) -> float:
    """In milliseconds."""
    return 1000 * statistics.quantiles(delays, n=100)[98]


def all_at_once(count: int, call: Callable[[int], None]) -> None:
    """Each with its number, from one. What one of them raises ends all."""
    wrong: list[BaseException] = []

    def guarded(number: int) -> None:
        try:
            call(number)
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=guarded, args=(number + 1,)) for number in range(count)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    if wrong:
        raise wrong[0]


def parcel(number: int, page: str = "10001", secret: str = SECRET) -> bytes:
    """A signed request about one comment, unlike any other."""
    value = {
        "from": {"id": "77001", "name": "Ana Pérez"}, "message": "¿Hay cuidado de niños?", "post_id": f"{page}_5551",
        "comment_id": f"5551_{number}", "created_time": 1795424462, "item": "comment", "parent_id": f"{page}_5551",
        "verb": "add",
    }  # fmt: skip
    told = {"object": "page", "entry": [{"id": page, "time": 1, "changes": [{"field": "feed", "value": value}]}]}
    body = json.dumps(told, separators=(",", ":")).encode()
    signature = hmac.new(secret.encode(), body, sha256).hexdigest()
    head = f"POST /webhooks/facebook HTTP/1.1\r\nHost: x\r\nX-Hub-Signature-256: sha256={signature}\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def _caller(port: int) -> socket.socket:
    caller = socket.create_connection(("127.0.0.1", port), timeout=30)
    caller.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return caller


def _send(caller: socket.socket, request: bytes) -> None:
    caller.sendall(request)
    answer = b""
    while not answer.endswith(b"ok\n"):
        piece = caller.recv(4096)
        if not piece or (answer and not answer.startswith(b"HTTP/1.1 200")):
            raise RuntimeError(f"a delivery was not kept: {answer[:200]!r}")
        answer += piece

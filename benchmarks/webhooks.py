"""Webhooks: how many signed ones are kept durably in a second, against the same server with one bare insert.

Both run as processes of their own; a few connections send as fast as they are answered. Then the delay at half that rate.
"""

from __future__ import annotations

import hmac
import json
import socket
import sqlite3
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.types import Receive, Scope, Send

from benchmarks.figures import Beside, Figure, aim, at_least
from benchmarks.servers import SECRET, running, serve_app
from config.settings import Settings
from config.wording import load_wordings
from inbox.hints import unpack
from models.database import PRAGMAS, Database
from models.migrate import migrate
from schedulers.clock import Clock, Job
from web.app import build
from web.context import Wake

WANTED = 0.6
CONNECTIONS, SECONDS, TURNS = 16, 2.0, 3


def measure() -> Iterator[Figure]:
    rates: dict[str, list[float]] = {"floor": [], "ours": []}
    with TemporaryDirectory() as name:
        folder = Path(name)
        for turn in range(TURNS):  # in turns, since other work on the machine comes and goes
            for which, serve in (("floor", _serve_floor), ("ours", _serve_ours)):
                with running(serve, folder / f"{which}{turn}.db") as port:
                    rates[which].append(_rate(port))
        ours = statistics.median(rates["ours"])
        with running(_serve_ours, folder / "paced.db") as port:
            slowest = _p99(port, ours / 2)
    floor = Beside("bare insert", statistics.median(rates["floor"]))
    yield Figure("webhooks kept durably", ours, "/s", at_least(WANTED), floor)
    yield Figure("webhooks at half that rate: p99", slowest * 1000, "ms", aim(200))


# --- the two servers


def _serve_floor(port: int, database: Path) -> None:
    """What nothing can do without: a server, and one row on the disk before the answer."""
    connection = sqlite3.connect(database, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute("PRAGMA " + pragma)
    connection.execute("CREATE TABLE parcel (body BLOB)")

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        connection.execute("INSERT INTO parcel VALUES (?)", (message["body"],))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"3")]})
        await send({"type": "http.response.body", "body": b"ok\n"})

    serve_app(app, port)


def _serve_ours(port: int, database: Path) -> None:
    """The whole application, and the clock that unpacks what came."""
    db = Database(f"sqlite:///{database}")
    migrate(db)
    clock = Clock([Job("hints", timedelta(seconds=30), lambda: _unpack(db))])
    clock.start()
    wake = Wake(heed=lambda session: threading.Timer(1.0, clock.wake, ["hints"]).start())
    settings = Settings(data=database.parent, fb_app_secret=SECRET)
    serve_app(build(db, settings, load_wordings(), lambda: datetime.now(UTC), wake), port)


def _unpack(db: Database) -> None:
    unpack(db, datetime.now(UTC))


# --- those who call


def _rate(port: int) -> float:
    """Deliveries in a second, each connection sending its next as soon as it is answered."""
    counts: list[int] = []

    def call(number: int) -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as caller:
            caller.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            done = 0
            while time.perf_counter() < ends:
                _send(caller, _parcel(number * 1_000_000 + done))
                done += 1
            counts.append(done)

    begun = time.perf_counter()
    ends = begun + SECONDS
    _all_at_once(call)
    return sum(counts) / (time.perf_counter() - begun)


def _p99(port: int, rate: float) -> float:
    """Seconds from when a delivery was to be sent until it was answered: one that waits for its turn waits, too."""
    delays: list[float] = []
    gap, each = CONNECTIONS / rate, int(rate * SECONDS / CONNECTIONS)
    begun = time.perf_counter() + 0.1

    def call(number: int) -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as caller:
            caller.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for turn in range(each):
                at = begun + gap * (turn + number / CONNECTIONS)
                time.sleep(max(0.0, at - time.perf_counter()))
                _send(caller, _parcel(number * 1_000_000 + turn))
                delays.append(time.perf_counter() - at)

    _all_at_once(call)
    return statistics.quantiles(delays, n=100)[98]


def _all_at_once(call: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=call, args=(number + 1,)) for number in range(CONNECTIONS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


def _parcel(number: int) -> bytes:
    """A signed request about one comment, unlike any other."""
    value = {
        "from": {"id": "77001", "name": "Ana Pérez"}, "message": "¿Hay cuidado de niños?", "post_id": "10001_5551",
        "comment_id": f"5551_{number}", "created_time": 1795424462, "item": "comment", "parent_id": "10001_5551",
        "verb": "add",
    }  # fmt: skip
    told = {"object": "page", "entry": [{"id": "10001", "time": 1, "changes": [{"field": "feed", "value": value}]}]}
    body = json.dumps(told, separators=(",", ":")).encode()
    signature = hmac.new(SECRET.encode(), body, sha256).hexdigest()
    head = f"POST /webhooks/facebook HTTP/1.1\r\nHost: x\r\nX-Hub-Signature-256: sha256={signature}\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def _send(caller: socket.socket, request: bytes) -> None:
    caller.sendall(request)
    answer = b""
    while not answer.endswith(b"ok\n"):
        piece = caller.recv(4096)
        if not piece or (answer and not answer.startswith(b"HTTP/1.1 200")):
            raise RuntimeError(f"a delivery was not kept: {answer[:200]!r}")
        answer += piece

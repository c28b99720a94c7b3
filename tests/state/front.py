"""What stands before the web processes: hands each request to the next one that says that it is ready."""

from __future__ import annotations

import http.client
import itertools
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

LOOK_EVERY = 0.2  # seconds
PATIENCE = 10  # seconds


class Front:
    """A context manager. `ports` are those of the web processes; `unanswered` counts requests that got no answer of theirs."""

    def __init__(self, ports: Callable[[], list[int]]) -> None:
        self._ports, self._ready, self._turn = ports, list[int](), itertools.count()
        self.asked = self.unanswered = 0
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.front = self
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=self._server.serve_forever, name="front", daemon=True),
            threading.Thread(target=self._look, name="readyz", daemon=True),
        ]

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def ready(self) -> list[int]:
        return self._ready

    def __enter__(self) -> Front:
        for one in self._threads:
            one.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()
        for one in self._threads:
            one.join()

    def hand_on(self, method: str, path: str, headers: dict[str, str], body: bytes) -> _Answer:
        """To one after the other, until one answers. What may have been done already is asked of nobody else."""
        self.asked += 1
        ready = self._ready
        begin = next(self._turn)
        for turn in range(len(ready)):
            with suppress(ConnectionRefusedError):
                try:
                    return _asked(ready[(begin + turn) % len(ready)], method, path, headers, body)
                except ConnectionRefusedError:
                    raise
                except (OSError, http.client.HTTPException):
                    if method != "GET":
                        break
        self.unanswered += 1
        return 502, [], b""

    def _look(self) -> None:
        while not self._ended.wait(LOOK_EVERY):
            self._ready = [port for port in self._ports() if _is_ready(port)]


_Answer = tuple[int, list[tuple[str, str]], bytes]


def _is_ready(port: int) -> bool:
    with suppress(OSError, http.client.HTTPException):
        return _asked(port, "GET", "/readyz", {}, b"")[0] == 200
    return False


def _asked(port: int, method: str, path: str, headers: dict[str, str], body: bytes) -> _Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return response.status, response.getheaders(), response.read()
    finally:
        connection.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    front: Front

    def handle_error(self, request: object, client_address: object) -> None:
        """Somebody hung up: that is theirs to do."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        status, headers, text = self.server.front.hand_on(self.command, self.path, dict(self.headers), body)
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_HEAD = _answer

    def log_message(self, format: str, *args: object) -> None:
        pass

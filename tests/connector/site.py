"""A web site on this machine that does, path by path, whatever a test wants, also what no good server would do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from connector.fetch import Fetched, Fetcher

SUBJECT = "The feed of Maple Street"
ICS = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"

Act = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Does for each path what the test put there; remembers the headers it saw."""

    protocol_version = "HTTP/1.1"
    server: Site

    def act(self) -> None:
        self.server.seen.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        self.server.acts[urlsplit(self.path).path](self)

    do_GET = do_PUT = do_POST = do_CONNECT = do_PROPFIND = do_REPORT = act

    def log_message(self, format: str, *args: object) -> None:
        pass

    def say(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def raw(self, data: bytes) -> None:
        """Writes bytes as they are and hangs up."""
        self.wfile.write(data)
        self.close_connection = True

    def drip(self, start: bytes, drop: bytes) -> None:
        """Sends a drop every now and then until the other side has had enough."""
        self.close_connection = True
        try:
            self.wfile.write(start)
            while not self.server.over.wait(0.05):
                self.wfile.write(drop)
        except OSError:
            self.server.gave_up.set()


class Site(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.acts: dict[str, Act] = {}
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.over = threading.Event()
        self.gave_up = threading.Event()
        self.scheme = "http"

    def on(self, path: str, act: Act) -> str:
        self.acts[path] = act
        return f"{self.scheme}://127.0.0.1:{self.server_port}{path}"

    def says(self, path: str, status: int, body: bytes = b"", **headers: str) -> str:
        return self.on(path, lambda handler: handler.say(status, body, **headers))

    def handle_error(self, request: object, client_address: object) -> None:
        pass


@pytest.fixture
def sites() -> Iterator[Callable[[], Site]]:
    running: list[tuple[Site, threading.Thread]] = []

    def start() -> Site:
        site = Site()
        thread = threading.Thread(target=site.serve_forever, args=(0.01,))
        thread.start()
        running.append((site, thread))
        return site

    yield start
    for site, thread in running:
        site.over.set()
        site.shutdown()
        thread.join()
        site.server_close()


@pytest.fixture
def site(sites: Callable[[], Site]) -> Site:
    return sites()


@pytest.fixture
def fetcher() -> Fetcher:
    return Fetcher(allow_hosts="127.0.0.1")


def get(fetcher: Fetcher, url: str) -> Fetched:
    return fetcher.get(url, subject=SUBJECT)


def cut(head: str, body: bytes) -> Act:
    return lambda handler: handler.raw(f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n".encode() + body)

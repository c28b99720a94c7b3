"""A running pretend Facebook, empty before each test, and a small caller that speaks plain HTTP to it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import urllib3

from rehearsal.facebook.server import PretendFacebook

PAGE_TOKEN = "PAGE-10001-REHEARSAL"


@dataclass
class Reply:
    status: int
    headers: Any
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> tuple[int, int | None]:
        error = self.json["error"]
        return error["code"], error.get("error_subcode")


class Graph:
    """`get`, `post`, `delete` under `/v26.0` as the Page unless told otherwise; `control` under `/_rehearsal`."""

    def __init__(self, facebook: PretendFacebook) -> None:
        self.facebook = facebook
        self.http = urllib3.PoolManager(retries=False, timeout=10)

    def get(self, path: str, *, token: str | None = PAGE_TOKEN, version: str = "/v26.0", **params: Any) -> Reply:
        return self.call("GET", f"{version}/{path}", self._with(token, params))

    def post(self, path: str, *, token: str | None = PAGE_TOKEN, **params: Any) -> Reply:
        return self.call("POST", f"/v26.0/{path}", self._with(token, params))

    def delete(self, path: str, *, token: str | None = PAGE_TOKEN, **params: Any) -> Reply:
        return self.call("DELETE", f"/v26.0/{path}", self._with(token, params))

    def call(self, method: str, path: str, params: dict[str, Any]) -> Reply:
        encoding = {"encode_multipart": False} if method == "POST" else {}
        return self.raw(method, path, fields=params, **encoding)

    def raw(self, method: str, path: str, **options: Any) -> Reply:
        url = path if path.startswith("http") else self.facebook.url + path
        reply = self.http.request(method, url, redirect=False, **options)
        return Reply(reply.status, reply.headers, reply.data)

    def control(self, method: str, path: str, wish: dict[str, Any] | None = None) -> Any:
        reply = self.raw(method, f"/_rehearsal/{path}", **({"json": wish} if wish is not None else {}))
        assert reply.status == 200, reply.body
        return reply.json

    def publish(self, message: str, **params: Any) -> str:
        return str(self.post("10001/feed", message=message, **params).json["id"])

    def family(self, post: str, message: str = "", name: str = "Ana Pérez", **more: Any) -> str:
        wish = {"name": name, "message": message, **more}
        return str(self.control("POST", f"posts/{post}/comments", wish)["id"])

    def fault(self, kind: str, **more: Any) -> None:
        self.control("POST", "faults", {"kind": kind, **more})

    def switch(self, **switches: Any) -> None:
        self.control("POST", "switches", switches)

    def posts(self) -> list[dict[str, Any]]:
        return list(self.control("GET", "state")["pages"][0]["posts"])

    @staticmethod
    def _with(token: str | None, params: dict[str, Any]) -> dict[str, Any]:
        return params if token is None else {**params, "access_token": token}


@pytest.fixture(scope="module")
def running() -> Iterator[PretendFacebook]:
    with PretendFacebook() as facebook:
        yield facebook


@pytest.fixture
def graph(running: PretendFacebook) -> Graph:
    calling = Graph(running)
    calling.control("POST", "reset", {})
    return calling


@dataclass
class Received:
    path: str
    headers: dict[str, str]
    body: bytes


class Neighbour:
    """A little server that keeps what it is sent. `answer` decides status and body from (method, path, count so far)."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answer: Callable[[str, str, int], tuple[int, bytes]] = lambda method, path, count: (200, b"ok")
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture
def neighbour() -> Iterator[Neighbour]:
    made = Neighbour()
    yield made
    made.server.shutdown()
    made.server.server_close()


def _handler(neighbour: Neighbour) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._keep(b"")

        def do_POST(self) -> None:
            self._keep(self.rfile.read(int(self.headers["Content-Length"])))

        def _keep(self, body: bytes) -> None:
            status, answer = neighbour.answer(self.command, self.path, len(neighbour.received))
            neighbour.received.append(Received(self.path, dict(self.headers), body))
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler

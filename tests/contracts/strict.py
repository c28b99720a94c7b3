"""A small strict CalDAV server in this process: quick enough for thousands of rounds, held to the contract of the real ones.

It can lose an answer after the change was made, and lets others act between our reading and our writing.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote, unquote
from xml.sax.saxutils import escape

from defusedxml.ElementTree import fromstring

from rehearsal.radicale import Answer

_D, _C = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"


@dataclass
class _Object:
    body: bytes
    version: int


class StrictServer:
    """Calendars by name; each change gets the next number, which is its ETag and the collection's sync token."""

    def __init__(self, folder: Path | None = None, *, calendars: tuple[str, ...] = ()) -> None:
        self.calendars: dict[str, dict[str, _Object]] = {name: {} for name in calendars}
        self.history: dict[str, list[str]] = {name: [] for name in calendars}  # names in the order of their changes
        self.number = 0
        self.lock = threading.RLock()
        self.seen: list[str] = []
        self.lose: set[int] = set()  # numbers of requests, from `seen`'s start, whose answers are lost
        self.before: dict[int, Callable[[], None]] = {}  # what others do just before such a request
        self.connections: set[tuple[str, int]] = set()

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Hand", (_Hand,), {"calendars": self}))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    # --- what rehearsal.radicale.CalendarServer offers, too

    @property
    def port(self) -> int:
        return int(self._server.server_port)

    def make_calendar(self, name: str) -> None:
        self.calendars.setdefault(name, {})
        self.history.setdefault(name, [])

    def collection_url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.port}/bridge/{quote(name)}/"

    def objects(self, name: str) -> dict[str, str]:
        with self.lock:
            return {file: one.body.decode() for file, one in self.calendars[name].items()}

    def put(self, name: str, file: str, ics: str) -> Answer:
        with self.lock:
            self.change(name, file, ics.encode())
        return Answer(201, {}, "")

    def delete(self, name: str, file: str) -> Answer:
        with self.lock:
            self.change(name, file, None)
        return Answer(204, {}, "")

    def change(self, name: str, file: str, body: bytes | None) -> str:
        self.number += 1
        self.history[name].append(file)
        if body is None:
            self.calendars[name].pop(file, None)
            return ""
        self.calendars[name][file] = _Object(body, self.number)
        return f'"{self.number}"'

    def token(self, name: str) -> str:
        return f"strict:{name}:{len(self.history[name])}"


class _Hand(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    calendars: StrictServer

    def handle_one(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        on = self.calendars
        with on.lock:
            on.connections.add(self.client_address[:2])
            number = len(on.seen)
            on.seen.append(self.command)
            if (act := on.before.pop(number, None)) is not None:
                act()
            _, _, name, file = [*map(unquote, self.path.split("/", 3)), "", ""][:4]
            answer = self._answer(name, file, body)
            if number in on.lose:
                on.lose.discard(number)
                self.close_connection = True
                return
        self._say(*answer)

    do_GET = do_PUT = do_DELETE = do_PROPFIND = do_REPORT = do_MKCALENDAR = handle_one

    def _say(self, status: int, body: str = "", etag: str = "") -> None:
        self.send_response(status)
        if etag:
            self.send_header("ETag", etag)
        data = body.encode()
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _answer(self, name: str, file: str, body: bytes) -> tuple[int, str] | tuple[int, str, str]:
        if self.command == "MKCALENDAR":
            self.calendars.make_calendar(name)
            return 201, ""
        there = self.calendars.calendars.get(name)
        if there is None:
            return (409 if self.command == "PUT" else 404), ""
        if self.command in ("GET", "PUT", "DELETE"):
            return self._on_object(name, file, body, there)
        if self.command == "PROPFIND":
            return 207, self._listing(name, there)
        return self._report(name, there, body)

    def _on_object(self, name: str, file: str, body: bytes, there: dict[str, _Object]) -> tuple[int, str, str]:
        one = there.get(file)
        if self.command == "GET":
            return (200, one.body.decode(), f'"{one.version}"') if one else (404, "", "")
        if not self._condition_holds(one):
            return 412, "", ""
        if self.command == "DELETE":
            self.calendars.change(name, file, None)
            return (204, "", "") if one else (404, "", "")
        uids = set(re.findall(rb"^UID:(.*?)\r?$", body, re.MULTILINE))
        if len(uids) != 1 or not body.endswith(b"END:VCALENDAR\r\n"):
            return 400, "", ""
        [uid] = uids
        if any(other != file and b"UID:" + uid + b"\r\n" in each.body for other, each in there.items()):
            return 409, f'<error xmlns="DAV:"><C:no-uid-conflict xmlns:C="{_C[1:-1]}"/></error>', ""
        return (204 if one else 201), "", self.calendars.change(name, file, body)

    def _condition_holds(self, one: _Object | None) -> bool:
        if self.headers.get("If-None-Match") == "*":
            return one is None
        wanted = self.headers.get("If-Match")
        return wanted is not None and one is not None and wanted in ("*", f'"{one.version}"')

    def _listing(self, name: str, there: dict[str, _Object]) -> str:
        kind = f'<resourcetype><collection/><C:calendar xmlns:C="{_C[1:-1]}"/></resourcetype>'
        own = f"<sync-token>{escape(self.calendars.token(name))}</sync-token>{kind}"
        return _multistatus(
            [_found(self._href(name), own), *(self._member(name, file, one) for file, one in there.items())]
        )

    def _member(self, name: str, file: str, one: _Object, more: str = "") -> str:
        return _found(self._href(name, file), f"<getetag>&quot;{one.version}&quot;</getetag>{more}")

    def _href(self, name: str, file: str = "") -> str:
        return f"/bridge/{quote(name)}/{quote(file)}"

    def _report(self, name: str, there: dict[str, _Object], body: bytes) -> tuple[int, str]:
        asked = fromstring(body)
        if asked.tag == f"{_D}sync-collection":
            return self._changes(name, there, asked.findtext(f"{_D}sync-token") or "")
        answers = []
        for href in asked.iterfind(f"{_D}href"):
            file = unquote((href.text or "").rsplit("/", 1)[-1])
            one = there.get(file)
            data = f'<C:calendar-data xmlns:C="{_C[1:-1]}">{escape(one.body.decode())}</C:calendar-data>' if one else ""
            answers.append(self._member(name, file, one, data) if one else _gone(self._href(name, file)))
        return 207, _multistatus(answers)

    def _changes(self, name: str, there: dict[str, _Object], token: str) -> tuple[int, str]:
        known = re.fullmatch(rf"strict:{re.escape(name)}:(\d+)", token)
        history = self.calendars.history[name]
        if known is None or int(known[1]) > len(history):
            return 403, '<error xmlns="DAV:"><valid-sync-token/></error>'
        files = dict.fromkeys(history[int(known[1]) :])
        answers = [
            self._member(name, file, there[file]) if file in there else _gone(self._href(name, file)) for file in files
        ]
        return 207, _multistatus(answers, f"<sync-token>{escape(self.calendars.token(name))}</sync-token>")

    def log_message(self, format: str, *args: object) -> None:
        pass


def _multistatus(answers: list[str], more: str = "") -> str:
    return f'<multistatus xmlns="DAV:">{"".join(answers)}{more}</multistatus>'


def _found(href: str, props: str) -> str:
    return (
        f"<response><href>{escape(href)}</href><propstat><prop>{props}</prop><status>HTTP/1.1 200 OK</status></propstat>"
        "</response>"
    )


def _gone(href: str) -> str:
    return f"<response><href>{escape(href)}</href><status>HTTP/1.1 404 Not Found</status></response>"

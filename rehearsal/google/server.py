"""The stand-in as an HTTP server, in a thread of its own."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from rehearsal.google import methods
from rehearsal.google.calendar import Calendar
from rehearsal.google.refusals import Refusal, not_found
from rehearsal.google.tokens import Accounts, Denied

_ROOT = "/calendar/v3/calendars/"


@dataclass(frozen=True, slots=True)
class Call:
    """One request that came in."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str] = field(repr=False)
    body: Any = None


@dataclass(slots=True)
class Faults:
    """What goes wrong next. `refusals` are answered instead of the next calls of a method, `lost` answers never arrive.

    `lost_writes`: by their number from the start. `before`: done once, before the next call of that method: a second writer.
    """

    refusals: list[tuple[str, Refusal]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    lost_writes: set[int] = field(default_factory=set)
    writes: int = 0
    before: dict[str, Callable[[], object]] = field(default_factory=dict)

    def refuse(self, method: str, refusal: Refusal, times: int = 1) -> None:
        self.refusals += [(method, refusal)] * times

    def next_refusal(self, method: str) -> Refusal | None:
        for number, (on, refusal) in enumerate(self.refusals):
            if on == method:
                del self.refusals[number]
                return refusal
        return None

    def loses(self, method: str) -> bool:
        if method in ("POST", "PATCH", "DELETE"):
            self.writes += 1
            if self.writes in self.lost_writes:
                return True
        if method in self.lost:
            self.lost.remove(method)
            return True
        return False


class PretendGoogle:
    """A running stand-in: `url` to talk to, calendars to look into. Also a context manager."""

    def __init__(self) -> None:
        self.accounts = Accounts()
        self.calendars: dict[str, Calendar] = {}
        self.faults = Faults()
        self.calls: list[Call] = []
        self._server = _Server(("127.0.0.1", 0), _Hand)
        self._server.google = self
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        self.accounts.url = f"{self.url}/token"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), name="pretend-google")

    def calendar(self, id: str, zone: str = "America/Chicago", role: str = "writer") -> Calendar:
        """A new calendar, shared with the service account and with Rosa."""
        roles = {self.accounts.service: role, "rosa@center.example": role}
        self.calendars[id] = Calendar(id, zone, roles)
        return self.calendars[id]

    def methods(self) -> list[str]:
        """The calls to calendars so far, in order."""
        return [one.method for one in self.calls if one.path.startswith(_ROOT)]

    def answer(self, call: Call) -> tuple[int, dict[str, Any] | None]:
        """Status and JSON. Raises Refusal."""
        account = self.accounts.account(call.headers.get("authorization", ""))
        if account is None:
            raise Refusal(401, "authError", "Invalid Credentials")
        name, _, rest = call.path.removeprefix(_ROOT).partition("/events")
        calendar = self.calendars.get(unquote(name))
        if calendar is None or account not in calendar.roles:
            raise not_found()
        role = calendar.roles[account]
        methods.may(role, write=call.method != "GET")
        id, _, edge = unquote(rest).strip("/").partition("/")
        return _routed(calendar, role, account, call, id, edge)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _routed(
    calendar: Calendar, role: str, account: str, call: Call, id: str, edge: str
) -> tuple[int, dict[str, Any] | None]:
    if_match = call.headers.get("if-match")
    match call.method, id, edge:
        case "GET", "", "":
            return 200, methods.events_list(calendar, role, call.query)
        case "GET", _, "instances":
            return 200, methods.events_instances(calendar, id, call.query)
        case "GET", _, "":
            return 200, methods.events_get(calendar, id, call.query)
        case "POST", "import", "":
            return 200, methods.events_import(calendar, call.body, call.query, account)
        case "POST", "", "":
            return 200, methods.events_insert(calendar, call.body, call.query, account)
        case "PATCH", _, "" if id:
            return 200, methods.events_patch(calendar, id, call.body, call.query, if_match)
        case "DELETE", _, "" if id:
            methods.events_delete(calendar, id, call.query, if_match)
            return 204, None
    raise not_found()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    google: PretendGoogle


class _Hand(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def handle_call(self) -> None:
        google, parts = self.server.google, urlsplit(self.path)
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        is_token = parts.path == "/token"
        body = parse_qs(raw.decode()) if is_token else (json.loads(raw) if raw else None)
        call = Call(self.command, parts.path, parse_qs(parts.query, keep_blank_values=True), headers, body)
        google.calls.append(call)
        if act := google.faults.before.pop("TOKEN" if is_token else self.command, None):
            act()
        try:
            if refusal := google.faults.next_refusal("TOKEN" if is_token else self.command):
                raise refusal
            status, said = (200, _granted(google, call)) if is_token else google.answer(call)
        except Refusal as refused:
            self._say(refused.status, refused.body(), refused.retry_after)
            return
        except Denied as denied:
            self._say(400, {"error": denied.error, "error_description": denied.description})
            return
        if google.faults.loses("TOKEN" if is_token else self.command):
            self.close_connection = True
            return
        self._say(status, said)

    def _say(self, status: int, said: dict[str, Any] | None, retry_after: int | None = None) -> None:
        body = b"" if said is None else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        if retry_after is not None:
            self.send_header("Retry-After", str(retry_after))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = handle_call

    def log_message(self, format: str, *args: object) -> None:
        pass


def _granted(google: PretendGoogle, call: Call) -> dict[str, Any]:
    return google.accounts.grant({name: values[-1] for name, values in call.body.items()})

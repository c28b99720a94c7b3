"""A real calendar server on this machine: Radicale as its own process, for the demo and the tests."""

from __future__ import annotations

import http.client
import secrets
import socket
import subprocess
import sys
import time
import weakref
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from defusedxml import ElementTree

HOST = "127.0.0.1"
USERS: Mapping[str, str] = {"bridge": "secret"}

_MARK = "X-Rehearsal-Server"  # tells our own server from another one that took the port a moment earlier
_PORT_TRIES = 5
_PATIENCE = 30.0
_PAUSE = 0.05

_CONFIG = """\
[server]
hosts = {host}:{port}

[auth]
type = htpasswd
htpasswd_filename = {folder}/users
htpasswd_encryption = plain
delay = 0

[rights]
type = owner_only

[storage]
filesystem_folder = {folder}/collections

[logging]
level = warning

[headers]
{mark_name} = {mark}
"""

_ALL_OBJECTS = """\
<?xml version="1.0" encoding="utf-8"?>
<c:calendar-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">
<d:prop><c:calendar-data/></d:prop>
<c:filter><c:comp-filter name="VCALENDAR"/></c:filter>
</c:calendar-query>
"""


class DidNotStart(Exception):
    """The calendar server is not there; the message is one sentence with the reason and where to look."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said: the status, its headers (names in lower case) and the body."""

    status: int
    headers: dict[str, str]
    body: str


class CalendarServer:
    """Radicale with its data in `folder`, on a free port of this machine. `users` maps names to passwords.

    Use as a context manager, or call `start` and `stop`. Data outlive a stop: a second start in the same folder finds
    them again, on another port unless `port` names one. Raises DidNotStart.
    """

    def __init__(
        self,
        folder: Path,
        *,
        users: Mapping[str, str] = USERS,
        calendars: Sequence[str] = ("eastside",),
        port: int = 0,
    ) -> None:
        self.folder = folder.resolve()
        self.users = dict(users)
        self.calendars = tuple(calendars)
        self.port = port
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> Self:
        """Returns when the server answers and every calendar of `calendars` is there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "users").write_text("".join(f"{name}:{word}\n" for name, word in self.users.items()))
        try:
            self._listen()
            for name in self.calendars:
                self.make_calendar(name)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Ends the process; harmless when it is not running."""
        process, self._process = self._process, None
        if process:
            end_process(process)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}/"

    @property
    def user(self) -> str:
        """The user whose calendars are meant where none is named: the first."""
        return next(iter(self.users))

    def collection_url(self, name: str, user: str = "") -> str:
        """The address of one calendar, with its closing slash."""
        return f"{self.url.rstrip('/')}{self._path(name, user)}"

    def make_calendar(self, name: str, user: str = "") -> None:
        """An empty calendar; one that is there already is left as it is."""
        answer = self.ask("MKCALENDAR", self._path(name, user), user=user)
        if answer.status not in {201, 405, 409}:
            raise DidNotStart(f"The calendar server refused to make the calendar {name} (HTTP {answer.status}).")

    def objects(self, name: str, user: str = "") -> dict[str, str]:
        """All objects of a calendar: href (a path on this server) to iCalendar text."""
        headers = {"Content-Type": "application/xml; charset=utf-8", "Depth": "1"}
        answer = self.ask("REPORT", self._path(name, user), _ALL_OBJECTS, headers, user=user)
        if answer.status != 207:
            raise LookupError(f"No calendar {name} for {user or self.user} (HTTP {answer.status}).")
        found = ElementTree.fromstring(answer.body).iterfind("{DAV:}response")
        return {
            item.findtext("{DAV:}href", ""): item.findtext(".//{urn:ietf:params:xml:ns:caldav}calendar-data", "")
            for item in found
        }

    def put(self, name: str, file: str, ics: str, user: str = "") -> Answer:
        """What somebody at the center does by hand: writes one object, whatever stood there."""
        headers = {"Content-Type": "text/calendar; charset=utf-8"}
        return self.ask("PUT", self._path(name, user) + quote(file), ics, headers, user=user)

    def delete(self, name: str, file: str, user: str = "") -> Answer:
        return self.ask("DELETE", self._path(name, user) + quote(file), user=user)

    def ask(
        self, method: str, path: str, body: str = "", headers: Mapping[str, str] | None = None, *, user: str = ""
    ) -> Answer:
        """One request, signed in as `user`. `path` starts with a slash."""
        who = user or self.user
        sign_in = b64encode(f"{who}:{self.users[who]}".encode()).decode()
        return _request(self.port, method, path, body, {"Authorization": f"Basic {sign_in}", **(headers or {})})

    def _path(self, name: str, user: str) -> str:
        return f"/{quote(user or self.user, safe='')}/{quote(name, safe='')}/"

    def _listen(self) -> None:
        """A free port may be taken by the time the server wants it: then another one."""
        fixed = self.port
        for _ in range(1 if fixed else _PORT_TRIES):
            self.port = fixed or free_port()
            if self._answers(self._launch(mark := secrets.token_hex(8)), mark):
                return
        raise DidNotStart(f"The calendar server does not start{self._last_words()}; its log is {self._log}.")

    def _launch(self, mark: str) -> subprocess.Popen[bytes]:
        config = self.folder / "radicale.ini"
        config.write_text(
            _CONFIG.format(host=HOST, port=self.port, folder=self.folder, mark_name=_MARK, mark=mark), encoding="utf-8"
        )
        # -P: the files of the folder must never be taken for modules
        command = [sys.executable, "-P", "-m", "radicale", "--config", str(config)]
        with self._log.open("wb") as log:
            process = subprocess.Popen(command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._process = process
        weakref.finalize(self, end_process, process)
        return process

    def _answers(self, process: subprocess.Popen[bytes], mark: str) -> bool:
        """True once our own server answers; False when the process has ended without."""
        deadline = time.monotonic() + _PATIENCE
        while process.poll() is None:
            if _mark_at(self.port) == mark:
                return True
            if time.monotonic() > deadline:
                raise DidNotStart(
                    f"The calendar server did not answer within {_PATIENCE:.0f} s; its log is {self._log}."
                )
            time.sleep(_PAUSE)
        return False

    @property
    def _log(self) -> Path:
        return self.folder / "radicale.log"

    def _last_words(self) -> str:
        lines = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return f" ({lines[-1]})" if lines else ""


def _request(
    port: int, method: str, path: str, body: str, headers: Mapping[str, str], timeout: float = _PATIENCE
) -> Answer:
    connection = http.client.HTTPConnection(HOST, port, timeout=timeout)
    try:
        connection.request(method, path, body.encode(), dict(headers))
        response = connection.getresponse()
        named = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, named, response.read().decode("utf-8", "replace"))
    finally:
        connection.close()


def _mark_at(port: int) -> str:
    try:
        return _request(port, "GET", "/", "", {}, timeout=1.0).headers.get(_MARK.lower(), "")
    except (OSError, http.client.HTTPException):
        return ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def end_process(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

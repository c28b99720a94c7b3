"""The calendars of all schools of the state, on one small server: `ETag`s and 304 as schools' servers do, and changes."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

from rehearsal.state.schools import StateSchool
from rehearsal.town.event import Event
from rehearsal.town.ics import calendar, vevent

_TITLES = ("Family Night", "Book Fair", "Spring Concert", "Math Games", "Parent Coffee", "Science Fair")
_EVENTS = 6  # of each school, one every three weeks
_APART = timedelta(days=21)


class PretendFeeds:
    """A running server: `address(school)` is a school's calendar. `changes` counts how often each calendar was changed."""

    def __init__(self, schools: Iterable[StateSchool], today: date) -> None:
        self.schools = {one.slug: one for one in schools}
        self.today = today
        self.changes: dict[str, int] = {}
        self.asked = 0
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.feeds = self
        self._thread = threading.Thread(target=self._server.serve_forever, name="pretend-feeds", daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def address(self, school: StateSchool) -> str:
        return f"http://127.0.0.1:{self.port}/{school.slug}.ics"

    def change(self, slug: str) -> str:
        """The school moves its first event by an hour; the event's title."""
        self.changes[slug] = self.changes.get(slug, 0) + 1
        return self.events(slug)[0].title

    def events(self, slug: str) -> list[Event]:
        school, moved = self.schools[slug], self.changes.get(slug, 0)
        return [_event(school, self.today, turn, moved if turn == 0 else 0) for turn in range(_EVENTS)]

    def body(self, slug: str) -> bytes:
        """The same school after as many changes gives the same bytes."""
        return calendar(self.schools[slug].name, map(vevent, self.events(slug)))

    def __enter__(self) -> PretendFeeds:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def _event(school: StateSchool, today: date, turn: int, moved: int) -> Event:
    day = today + timedelta(days=school.first_event_in) + turn * _APART
    starts = datetime.combine(day, time(10 + moved % 8))
    title = f"{_TITLES[(school.number + turn) % len(_TITLES)]} {turn + 1}"
    return Event(
        f"{school.slug}-{turn}@state.example", title, starts, starts + timedelta(hours=1), place="Gymnasium",
        stamped=datetime.combine(today, time(6, moved % 60)),
    )  # fmt: skip


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    feeds: PretendFeeds


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        feeds, slug = self.server.feeds, self.path.strip("/").removesuffix(".ics")
        feeds.asked += 1
        if slug not in feeds.schools:
            return self._answer(404, b"", "")
        body = feeds.body(slug)
        mark = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        same = self.headers.get("If-None-Match") == mark
        return self._answer(304 if same else 200, b"" if same else body, mark)

    def _answer(self, status: int, body: bytes, mark: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/calendar; charset=utf-8")
        self.send_header("ETag", mark)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass

"""A school, a center's real calendar server behind a counting door, and the round between them by a clock that we move."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography.fernet import Fernet
from sqlmodel import select

from connector.doors import Doors
from mirroring.entries import plan_entries
from mirroring.intake import take_in
from mirroring.look import Looked, look
from models.center import CalendarEntry, Center, center, entries
from models.database import Database
from models.delivery import Attempt, Delivery, deliveries
from models.school import schools
from models.source import sources
from models.vault import Vault
from outbox.deliver import deliver
from outbox.ledger import Delivered, Outbox
from rehearsal.radicale import CalendarServer
from tests.mirroring.feed import NOW, on_disk
from tests.models import rows


class Counting(ThreadingHTTPServer):
    """Hands every request on to the calendar server and writes down which; loses as many answers as a test says."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Hand)
        self.behind = port
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.lose = 0
        self.connections: set[tuple[str, int]] = set()
        self.before: dict[str, list] = {}  # method -> things to do once before it is handed on

    def methods(self) -> list[str]:
        return [method for method, _ in self.seen]


class _Hand(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Counting

    def hand_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        told = {name.lower(): value for name, value in self.headers.items()}
        self.server.seen.append((self.command, {**told, "path": self.path}))
        self.server.connections.add(self.client_address)
        for act in self.server.before.pop(self.command, []):
            act()
        connection = http.client.HTTPConnection("127.0.0.1", self.server.behind, timeout=20)
        connection.request(self.command, self.path, body, dict(self.headers))
        answer = connection.getresponse()
        said = answer.read()
        connection.close()
        if self.command in ("PUT", "DELETE") and self.server.lose:
            self.server.lose -= 1
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() in ("etag", "content-type", "www-authenticate"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_PUT = do_DELETE = do_PROPFIND = do_REPORT = hand_on

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def counting(port: int) -> Iterator[Counting]:
    server = Counting(port)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Town:
    """One school with one calendar on disk, and the centers that a test adds."""

    db: Database
    server: CalendarServer
    door: Counting
    folder: Path
    name: str  # of the calendar on the server
    now: datetime = NOW
    notes: list[str] = field(default_factory=list)  # of the last round's looks
    vault: Vault = field(default_factory=lambda: Vault(Fernet.generate_key().decode()))
    doors: Doors = field(init=False)

    def __post_init__(self) -> None:
        self.server.make_calendar(self.name)
        self.doors = Doors(allow_hosts=f"127.0.0.1:{self.door.server_port}")
        with self.db.write() as session:
            session.add(rows.school())
            session.flush()
            session.add(rows.source(address=str(on_disk(self.folder))))
        self.add_center("eastside", self.name)

    def add_center(self, slug: str, calendar: str, password: str = "secret", **more: object) -> None:
        self.server.make_calendar(calendar)
        url = f"http://127.0.0.1:{self.door.server_port}/bridge/{calendar}/"
        given = {"name": slug.title(), "kind": "caldav", "url": url, "username": "bridge", **more}
        with self.db.write() as session:
            session.add(
                Center(school="maple", slug=slug, password_sealed=self.vault.seal(password), **given)  # type: ignore[arg-type]
            )

    def change_center(self, slug: str = "eastside", **values: object) -> None:
        with self.db.write() as session:
            row = center(session, "maple", slug)
            for name, value in values.items():
                setattr(row, name, value)

    # --- a round, and its parts

    def round(self, *vevents: str, later: timedelta = timedelta(minutes=15)) -> Delivered:
        """Reads these events (the same as before, if none are given), and goes on as a round does."""
        self.now += later
        self.door.seen.clear()
        self.notes.clear()
        if vevents:
            on_disk(self.folder, *vevents)
        with self.db.read() as session:
            school, source = schools(session)[0], sources(session, "maple")[0]
        take_in(self.db, self.doors, self.vault, school, source, self.now)
        self.plan()
        report = self.deliver()
        for one in ("eastside", "westside"):
            looked = self.look(one)
            self.notes += looked.notes
            if looked.owed:
                self.deliver()
        return report

    def plan(self) -> int:
        with self.db.write() as session:
            return plan_entries(session, schools(session)[0], self.now)

    def deliver(self) -> Delivered:
        outbox = Outbox(self.db, self.doors, self.vault, lambda: self.now, timedelta(minutes=15), "test")
        return deliver(outbox, "maple")

    def look(self, slug: str = "eastside") -> Looked:
        with self.db.read() as session:
            found = session.exec(select(Center).where(Center.slug == slug)).one_or_none()
            school = schools(session)[0]
        return look(self.db, self.doors, self.vault, school, found, self.now) if found else Looked(slug)

    # --- what there is

    def objects(self, calendar: str = "") -> list[str]:
        return [_unfolded(body) for body in self.server.objects(calendar or self.name).values()]

    def object(self) -> str:
        [only] = self.objects()
        return only

    def entry(self) -> CalendarEntry:
        [only] = self.entries()
        return only

    def entries(self) -> list[CalendarEntry]:
        with self.db.read() as session:
            return entries(session, "maple")

    def deliveries(self) -> list[Delivery]:
        with self.db.read() as session:
            return deliveries(session, "maple")

    def attempts(self) -> list[Attempt]:
        with self.db.read() as session:
            return list(session.exec(select(Attempt)))

    def center(self, slug: str = "eastside") -> Center:
        with self.db.read() as session:
            return center(session, "maple", slug)

    # --- what people at the center do

    def edits(self, old: str, new: str) -> None:
        """Somebody at the center changes our one object by hand."""
        body = self.object()
        assert old in body
        answer = self.server.put(self.name, self.entry().href, body.replace(old, new))
        assert answer.status in (201, 204), answer

    def edits_version(self) -> None:
        """The server gives every object a new version that says the same."""
        for name, body in self.server.objects(self.name).items():
            marked = body.replace("SUMMARY:", "X-SERVER:1\r\nSUMMARY:", 1).replace("\r\n", "\n").replace("\n", "\r\n")
            self.server.put(self.name, name.rsplit("/", 1)[-1], marked)

    def takes_out(self, *entries: CalendarEntry) -> None:
        for one in entries or (self.entry(),):
            self.server.delete(self.name, one.href)


def _unfolded(body: str) -> str:
    return body.replace("\r\n", "\n").replace("\n ", "").replace("\n", "\r\n")

"""250 new events into a center's calendar, through the outbox, against a bare loop of the same PUTs in the same run.

Rounds of both take turns, each into a fresh calendar of one server; the best of each counts. Then a round with no change.
"""

from __future__ import annotations

import http.client
import time
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.fernet import Fernet
from sqlmodel import select

from benchmarks.figures import Beside, Figure, at_least, at_most, exactly
from benchmarks.town import CountingFetcher
from connector.doors import Doors
from mirroring.entries import plan_entries
from mirroring.intake import take_in
from mirroring.look import look
from models.center import CalendarEntry, Center, center, entries
from models.database import Database
from models.delivery import Delivery
from models.migrate import migrate
from models.school import School
from models.source import Source
from models.vault import Vault
from outbox.deliver import deliver
from outbox.ledger import Outbox
from rehearsal.radicale import CalendarServer

EVENTS, ROUNDS, WANTED = 250, 3, 0.85
NOW = datetime(2026, 12, 1, 15, tzinfo=UTC)


def measure() -> Iterator[Figure]:
    with TemporaryDirectory() as name, CalendarServer(Path(name) / "calendars", calendars=()) as server:
        ours, bare = [], []
        for number in range(ROUNDS):
            school = _Pushing(Path(name), server, f"pushed{number}")
            ours.append(school.push())
            bare.append(_bare(server, f"bare{number}", school.bodies()))
            quiet, objects = school.quiet(), len(server.objects(f"pushed{number}"))
        bare_loop = Beside("bare loop", EVENTS / min(bare))
        yield Figure("center: events put in", EVENTS / min(ours), "/s", at_least(WANTED), bare_loop)
        yield Figure("center: objects there", objects, wanted=exactly(EVENTS))
        yield Figure("center, no change: writes", quiet[1], wanted=exactly(0))
        yield Figure("center, no change: requests", quiet[0], wanted=at_most(2))


class _Methods(CountingFetcher):
    """Also remembers which."""

    def __init__(self, hosts: str) -> None:
        super().__init__(allow_hosts=hosts)
        self.methods: list[str] = []

    def request(self, method: str, *args: object, **more: object):  # type: ignore[no-untyped-def]
        self.methods.append(method)
        return super().request(method, *args, **more)


class _Pushing:
    """A school with so many events, and one center."""

    def __init__(self, folder: Path, server: CalendarServer, calendar: str) -> None:
        self.folder = folder / calendar
        self.folder.mkdir()
        server.make_calendar(calendar)
        (self.folder / "school.ics").write_text(_feed(), newline="")
        self.db = Database(f"sqlite:///{self.folder / 'bridge.db'}")
        migrate(self.db)
        self.vault = Vault(Fernet.generate_key().decode())
        self.fetcher = _Methods(f"127.0.0.1:{server.port}")
        self.doors = Doors()
        self.doors.fetcher = self.fetcher
        self.school = School(
            slug="maple",
            name="Maple",
            timezone="America/Chicago",
            languages=["en"],
            fallback="x@maple.example",
            loaded_at=NOW,
        )
        with self.db.write() as session:
            session.add(self.school)
            session.flush()
            self.source = Source(school="maple", slug="calendar", kind="ics", address=str(self.folder / "school.ics"))
            session.add(self.source)
            session.add(
                Center(
                    school="maple", slug="eastside", name="Eastside", kind="caldav", url=server.collection_url(calendar),
                    username=server.user, password_sealed=self.vault.seal(server.users[server.user]),
                )
            )  # fmt: skip
        take_in(self.db, self.doors, self.vault, self.school, self.source, NOW)
        with self.db.write() as session:
            plan_entries(session, self.school, NOW)

    def bodies(self) -> dict[str, bytes]:
        with self.db.read() as session:
            return {one.href: one.body.encode() for one in entries(session, "maple")}

    def push(self) -> float:
        """Seconds."""
        began = time.perf_counter()
        self._deliver()
        took = time.perf_counter() - began
        with self.db.read() as session:
            assert {one.state for one in session.exec(select(CalendarEntry))} == {"sent"}
            assert len(session.exec(select(Delivery)).all()) == EVENTS
        return took

    def quiet(self) -> tuple[int, int]:
        """Requests and writes of a round in which nothing changed, after the one that sees our own."""
        self._round(NOW + timedelta(minutes=15))
        self.fetcher.methods.clear()
        self._round(NOW + timedelta(minutes=30))
        return len(self.fetcher.methods), sum(one in ("PUT", "DELETE") for one in self.fetcher.methods)

    def _deliver(self) -> None:
        deliver(Outbox(self.db, self.doors, self.vault, lambda: NOW, timedelta(minutes=15), "bench"), "maple")

    def _round(self, now: datetime) -> None:
        with self.db.write() as session:
            plan_entries(session, self.school, now)
        self._deliver()
        with self.db.read() as session:
            row = center(session, "maple", "eastside")
        look(self.db, self.doors, self.vault, self.school, row, now)


def _bare(server: CalendarServer, calendar: str, bodies: dict[str, bytes]) -> float:
    """The same PUTs by http.client over one connection: seconds."""
    server.make_calendar(calendar)
    sign_in = b64encode(f"{server.user}:{server.users[server.user]}".encode()).decode()
    headers = {
        "Content-Type": "text/calendar; charset=utf-8",
        "If-None-Match": "*",
        "Authorization": f"Basic {sign_in}",
    }
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    began = time.perf_counter()
    for name, body in bodies.items():
        connection.request("PUT", f"/{server.user}/{calendar}/{name}", body, headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 201
    took = time.perf_counter() - began
    connection.close()
    return took


def _feed() -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//school//EN"]
    for number in range(EVENTS):
        day = NOW + timedelta(days=2 + number)
        lines += [
            "BEGIN:VEVENT",
            f"UID:event{number}@maple.example",
            f"DTSTART;TZID=America/Chicago:{day:%Y%m%d}T180000",
        ]
        lines += [
            "DURATION:PT2H",
            f"SUMMARY:Evening {number}",
            "LOCATION:Gym",
            "DESCRIPTION:Bring a friend.",
            "END:VEVENT",
        ]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])

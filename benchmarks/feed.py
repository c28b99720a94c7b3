"""An unchanged feed of 5,000 events: how much quicker than the first time? The same file, in the same run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.fernet import Fernet

from benchmarks.figures import Beside, Figure, times_as_fast
from connector.doors import Doors
from mirroring.intake import Intake, take_in
from models.database import Database
from models.migrate import migrate
from models.school import School, schools
from models.source import Source, sources
from models.vault import Vault

EVENTS, TIMES, WANTED = 5_000, 5, 50


def measure() -> Iterator[Figure]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "many.ics").write_bytes(many(EVENTS, datetime.now(UTC)))
        read = _reader(folder)
        first, intake = _timed(read)
        assert intake.outcome == "taken" and intake.counts["added"] >= EVENTS, intake
        again = []
        for _ in range(TIMES):
            seconds, intake = _timed(read)
            assert intake.outcome == "unchanged", intake
            again.append(seconds)
    reading = Beside("the first reading", first)
    yield Figure(f"unchanged feed of {EVENTS:,} events", statistics.median(again), "s", times_as_fast(WANTED), reading)


def many(count: int, now: datetime) -> bytes:
    """A calendar of `count` events over a year: single ones, all-day ones, weekly series of twelve."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//pta-bridge//benchmark//EN"]
    for number in range(count):
        start = (now + timedelta(hours=number % 8_000)).strftime("%Y%m%dT%H0000Z")
        lines += [
            "BEGIN:VEVENT",
            f"UID:{number}@benchmark.example",
            "DTSTAMP:20260101T000000Z",
            f"SUMMARY:Event number {number}",
        ]
        lines += [f"DTSTART;VALUE=DATE:{start[:8]}" if number % 3 == 0 else f"DTSTART:{start}"]
        lines += ["RRULE:FREQ=WEEKLY;COUNT=12"] if number % 7 == 0 else []
        lines += [f"LOCATION:Room {number % 40}", "END:VEVENT"]
    return ("\r\n".join([*lines, "END:VCALENDAR"]) + "\r\n").encode()


def _reader(folder: Path) -> Callable[[], Intake]:
    db, doors = Database(f"sqlite:///{folder / 'feed.db'}"), Doors()
    vault = Vault(Fernet.generate_key().decode())
    migrate(db)
    now = datetime.now(UTC)
    with db.write() as session:
        session.add(
            School(slug="oak", name="Oak", timezone="America/Chicago", languages=["en"], fallback="x", loaded_at=now)
        )
        session.flush()
        session.add(Source(school="oak", slug="many", kind="ics", address=str(folder / "many.ics")))

    def read() -> Intake:
        with db.read() as session:
            school, source = schools(session)[0], sources(session, "oak")[0]
        return take_in(db, doors, vault, school, source, datetime.now(UTC))

    return read


def _timed(read: Callable[[], Intake]) -> tuple[float, Intake]:
    begun = time.perf_counter()
    intake = read()
    return time.perf_counter() - begun, intake

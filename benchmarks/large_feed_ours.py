"""Our part of benchmarks/large_feed.py, one task a process: `read` a file, `take` it into rows, `poll` it again."""

from __future__ import annotations

import json
import statistics
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from benchmarks.figures import peak
from calendars.expand import occurrences
from calendars.gates import check
from calendars.split import split
from connector.doors import Doors
from mirroring.dated import AHEAD, PAST
from mirroring.intake import Intake, take_in
from models.database import Database
from models.migrate import migrate
from models.school import School, schools
from models.source import Source, sources
from models.vault import Vault

POLLS = 5


def read(path: Path, now: datetime) -> dict[str, Any]:
    """Gates, groups, every event and its dates, as the peer does."""
    body = path.read_bytes()
    begun = time.process_time()
    check(body)
    dates, problems = occurrences(split(body), "America/Chicago", now - PAST, now + AHEAD)
    assert problems == []
    return {"seconds": time.process_time() - begun, "dates": len(dates)}


def take(folder: Path, now: datetime) -> dict[str, Any]:
    db = Database(f"sqlite:///{folder / 'large.db'}")
    migrate(db)
    with db.write() as session:
        session.add(
            School(slug="oak", name="Oak", timezone="America/Chicago", languages=["en"], fallback="x", loaded_at=now)
        )
        session.flush()
        session.add(Source(school="oak", slug="large", kind="ics", address=str(folder / "first.ics")))
    seconds, intake = _timed(db, now)
    return {"seconds": seconds, "outcome": intake.outcome}


def poll(folder: Path, now: datetime) -> dict[str, Any]:
    (folder / "again.ics").replace(folder / "first.ics")
    db = Database(f"sqlite:///{folder / 'large.db'}")
    timed = [_timed(db, now + timedelta(minutes=15 * n)) for n in range(1, POLLS + 1)]
    return {"seconds": statistics.median(seconds for seconds, _ in timed), "outcome": timed[0][1].outcome}


def _timed(db: Database, now: datetime) -> tuple[float, Intake]:
    with db.read() as session:
        school, source = schools(session)[0], sources(session, "oak")[0]
    begun = time.process_time()
    intake = take_in(db, Doors(), Vault(Fernet.generate_key().decode()), school, source, now)
    return time.process_time() - begun, intake


def main(task: str, place: str, now: str) -> None:
    told = {"read": read, "take": take, "poll": poll}[task](Path(place), datetime.fromisoformat(now))
    print(json.dumps({**told, "peak": peak()}))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""A feed of 50,000 events: read the first time, and looked at again with all its stamps new.

The peer is icalendar with recurring-ical-events over the whole file, in the same run. Each in a process of its own, by the
processor's time, so that what else runs here counts for nobody.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.figures import Beside, Figure, at_most, times_as_fast
from benchmarks.school_feed import feed
from benchmarks.table import main

EVENTS = 50_000
FASTER, MOST_MB, SPEED = 80, 160, 0.9


def measure() -> Iterator[Figure]:
    with TemporaryDirectory() as name:
        folder, now = Path(name), datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        first, again = folder / "first.ics", folder / "again.ics"
        first.write_bytes(feed(EVENTS, now, now))
        again.write_bytes(feed(EVENTS, now, now + timedelta(days=1)))
        peer = _child("benchmarks.large_feed_peer", str(first), now.isoformat())
        reader = _child("benchmarks.large_feed_ours", "read", str(first), now.isoformat())
        rows = _child("benchmarks.large_feed_ours", "take", str(folder), now.isoformat())
        poll = _child("benchmarks.large_feed_ours", "poll", str(folder), now.isoformat())
    assert reader["dates"] == peer["dates"], (reader, peer)
    assert (rows["outcome"], poll["outcome"]) == ("taken", "unchanged"), (rows, poll)
    took, held = Beside("icalendar", peer["seconds"]), Beside("icalendar", peer["peak"])
    yield Figure(f"{EVENTS:,} events, all stamps new", poll["seconds"], "s", times_as_fast(FASTER), took)
    yield Figure(f"{EVENTS:,} events, all stamps new: peak memory", poll["peak"], "MB", at_most(MOST_MB))
    yield Figure(f"{EVENTS:,} events read first", reader["seconds"], "s", times_as_fast(SPEED), took)
    yield Figure(f"{EVENTS:,} events read first: peak memory", reader["peak"], "MB", beside=held)
    yield Figure(f"{EVENTS:,} events, all rows written", rows["seconds"], "s")
    yield Figure(f"{EVENTS:,} events, all rows written: peak memory", rows["peak"], "MB")


def _child(module: str, *arguments: str) -> dict[str, Any]:
    home = Path(__file__).resolve().parent.parent
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=home, capture_output=True, text=True, check=True
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


if __name__ == "__main__":
    main(measure)

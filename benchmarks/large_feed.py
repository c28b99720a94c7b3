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

from benchmarks.figures import Figure
from benchmarks.school_feed import feed

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
    faster, speed = peer["seconds"] / poll["seconds"], peer["seconds"] / reader["seconds"]
    yield Figure(f"{EVENTS:,} events, all stamps new, times faster than its peer", f"{faster:,.0f}x", f"at least {FASTER}x",
                 faster >= FASTER)  # fmt: skip
    yield Figure("the same: peak memory", f"{poll['peak']:,.0f} MB", f"under {MOST_MB} MB", poll["peak"] < MOST_MB)
    yield Figure(
        f"{EVENTS:,} events read first, speed of its peer", f"{speed:.2f}", f"at least {SPEED}", speed >= SPEED
    )
    yield Figure("the same: peak memory, and the peer's", f"{reader['peak']:,.0f}, {peer['peak']:,.0f} MB", "reported")
    yield Figure("the same with all rows written", f"{rows['seconds']:.0f} s, {rows['peak']:,.0f} MB", "reported")


def _child(module: str, *arguments: str) -> dict[str, Any]:
    home = Path(__file__).resolve().parent.parent
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=home, capture_output=True, text=True, check=True
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


if __name__ == "__main__":
    for figure in measure():
        print(f"{figure.name:60} {figure.measured:>18}   {figure.wanted}")

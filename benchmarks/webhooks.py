"""Webhooks: how many signed ones are kept durably in a second, against the same server with one bare insert.

Both run as processes of their own, and are asked for a second before they count: what is first compiled and cached is no
burst. A few connections send as fast as they are answered. Then the delay at half that rate.
"""

from __future__ import annotations

import sqlite3
import statistics
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.types import Receive, Scope, Send

from benchmarks.callers import p99, paced, rate
from benchmarks.figures import Beside, Figure, aim, at_least
from benchmarks.servers import SECRET, running, serve_app
from config.settings import Settings
from config.wording import load_wordings
from connector.doors import Doors
from inbox.language.guess import Guesser
from models.database import PRAGMAS, Database
from models.migrate import migrate
from models.vault import Vault
from schedulers.embedded import Embedded
from schedulers.house import House
from schedulers.wishes import HEED
from web.app import build
from web.context import Wake

WANTED = 0.6
WARM, SECONDS, TURNS = 1.0, 2.0, 5


def measure() -> Iterator[Figure]:
    rates: dict[str, list[float]] = {"floor": [], "ours": []}
    with TemporaryDirectory() as name:
        folder = Path(name)
        for turn in range(TURNS):  # in turns, since other work on the machine comes and goes
            for which, serve in (("floor", _serve_floor), ("ours", _serve_ours)):
                with running(serve, folder / f"{which}{turn}.db") as port:
                    rate(port, WARM)
                    rates[which].append(rate(port, SECONDS))
        ours = statistics.median(rates["ours"])
        with running(_serve_ours, folder / "paced.db") as port:
            delays = paced([port], ours / 2, SECONDS)
    floor = Beside("bare insert", statistics.median(rates["floor"]))
    yield Figure("webhooks kept durably", ours, "/s", at_least(WANTED), floor)
    yield Figure("webhooks at half that rate: p99", p99(delays), "ms", aim(200))


# --- the two servers


def _serve_floor(port: int, database: Path) -> None:
    """What nothing can do without: a server, and one row on the disk before the answer."""
    connection = sqlite3.connect(database, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute("PRAGMA " + pragma)
    connection.execute("CREATE TABLE parcel (body BLOB)")

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        connection.execute("INSERT INTO parcel VALUES (?)", (message["body"],))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"3")]})
        await send({"type": "http.response.body", "body": b"ok\n"})

    serve_app(app, port)


def _serve_ours(port: int, database: Path) -> None:
    """The whole application, and the clock that unpacks what came."""
    db, settings = Database(f"sqlite:///{database}").everywhere, Settings(data=database.parent, fb_app_secret=SECRET)
    migrate(db)
    wordings, doors = load_wordings(), Doors()
    jobs = Embedded(House(db, doors, Vault(""), settings, wordings, Guesser(()), _now))
    jobs.start()
    serve_app(build(db, settings, wordings, _now, Wake(heed=lambda session: jobs.ask(session, HEED))), port)


def _now() -> datetime:
    return datetime.now(UTC)

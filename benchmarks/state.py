"""A state's worth of pages in a database of its own, each known to be quiet, and who polls them."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, create_engine, insert, text, update
from sqlmodel import Session

from config.settings import Settings
from connector.doors import Doors
from connector.graph.batch import MOST
from inbox.held import WINDOW
from inbox.language.guess import Guesser
from models.database import Database, table
from models.migrate import migrate
from models.page import OfPage, Page
from models.school import School
from models.vault import Vault
from schedulers.house import House
from schedulers.poll import look, pick
from schedulers.wishes import Wish

PAGES_OF_A_SCHOOL = 4
THREADS = 16


def database(server: str, name: str) -> str:
    """A migrated database with nothing in it."""
    with create_engine(server, isolation_level="AUTOCOMMIT").connect() as admin:
        admin.execute(text(f"CREATE DATABASE {name}"))
    url = server.replace("/postgres?", f"/{name}?")
    db = Database(url).everywhere
    migrate(db)
    db.close()
    return url


def house(url: str, key: str, graph: str) -> House:
    """As a worker has it, all ears included."""
    guesser = Guesser()
    guesser.guess("¿A qué hora empieza la fiesta?", ["en", "es", "vi"])
    settings = Settings(data=Path("unused"), graph_url=graph, database_url=url)
    doors = Doors(graph_url=graph, app_secret="benchmark")
    return House(Database(url).everywhere, doors, Vault(key), settings, {}, guesser, lambda: datetime.now(UTC))


def fill(url: str, key: str, graph: str, count: int) -> None:
    """`count` pages in a quarter as many schools; each is as if its last collecting had left nothing to do."""
    here = house(url, key, graph)
    now = here.clock()
    schools = [
        {**filled(School), "slug": f"s{n}", "name": f"School {n}", "timezone": "America/Chicago", "fallback": "f@s.example",
         "loaded_at": now} for n in range(-(-count // PAGES_OF_A_SCHOOL))
    ]  # fmt: skip
    pages = [_page(n, here.vault, now) for n in range(count)]
    with here.db.write() as session:
        session.execute(insert(table(School)), schools)
        session.execute(insert(table(Page)), pages)
    for at in range(0, count, MOST):
        _seal(here, pages[at : at + MOST], now)
    with create_engine(url, isolation_level="AUTOCOMMIT").connect() as admin:
        admin.execute(text("VACUUM ANALYZE"))
    here.db.close()


def _page(number: int, vault: Vault, now: datetime) -> dict[str, Any]:
    return {
        **filled(Page), "school": f"s{number // PAGES_OF_A_SCHOOL}", "slug": f"p{number}", "facebook_id": str(10**9 + number),
        "token_sealed": vault.seal(f"EAAG{number:09}{'x' * 170}"), "connected_at": now, "token_kind": "page", "read_at": now,
        "census_at": now,
    }  # fmt: skip


def _seal(here: House, pages: list[dict[str, Any]], now: datetime) -> None:
    tokens = [(one["facebook_id"], here.vault.open(one["token_sealed"])) for one in pages]
    found = here.doors.glimpse(tokens, now - WINDOW)
    statement = update(table(Page)).where(
        table(Page).c.school == bindparam("of"), table(Page).c.slug == bindparam("named")
    )
    rows = [{"of": one["school"], "named": one["slug"], "seal": it.seal} for one, it in zip(pages, found, strict=True)]
    with here.db.write() as session:
        session.connection().execute(statement.values(quiet=bindparam("seal")), rows)


def filled(model: Any) -> dict[str, Any]:
    """The columns that have a default, with it."""
    return {
        name: (one.default_factory() if one.default_factory else one.default)
        for name, one in model.model_fields.items()
        if not one.is_required()
    }


# --- polling


def all_due(here: House) -> None:
    with here.db.write() as session:
        session.execute(update(table(Page)).values(poll_at=None))


def cycle(here: House, threads: int = THREADS) -> tuple[float, int]:
    """Every page that is due is looked at once, as the jobs do it. Seconds, and how many had news (none should)."""
    news: list[Wish] = []

    def ask(session: Session, *wishes: Wish) -> None:
        news.extend(wishes)

    begun = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        running = []
        while chunks := picked(here):
            running += [pool.submit(look, here, ask, chunk) for chunk in chunks]
        for one in running:
            one.result()
    return time.perf_counter() - begun, len(news)


def picked(here: House) -> list[list[OfPage]]:
    with here.db.write() as session:
        return pick(session, here.clock(), take=True)

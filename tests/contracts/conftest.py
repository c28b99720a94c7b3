"""What the contract suites share: web servers and calendar servers of our own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest
from sqlalchemy import create_engine, text

from models.database import Database
from models.migrate import migrate
from tests.connector.radicale_server import radicale
from tests.connector.site import site, sites

__all__ = ["site", "sites"]


@pytest.fixture(scope="session")
def radicale_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with radicale(tmp_path_factory.mktemp("radicale")) as address:
        yield address


@pytest.fixture(scope="module")
def databases(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Callable[[str], Database]]:
    """One migrated database of each kind, made when it is first asked for."""
    with ExitStack() as open_ones:

        @cache
        def database(kind: str) -> Database:
            url = f"sqlite:///{tmp_path_factory.mktemp('contracts') / 'bridge.db'}"
            if kind == "postgresql":
                server = request.getfixturevalue("postgres_server")
                admin = create_engine(server, isolation_level="AUTOCOMMIT")
                with admin.connect() as connection:
                    connection.execute(text("CREATE DATABASE contracts"))
                admin.dispose()
                url = server.replace("/postgres?", "/contracts?")
            found = Database(url).everywhere
            migrate(found)
            open_ones.callback(found.close)
            return found

        yield database

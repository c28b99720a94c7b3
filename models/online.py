"""Changes to large tables while people work: for migrations only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from alembic import op
from sqlalchemy import text

from models.upgrade import LONGEST_WAIT


def create_index(name: str, table: str, columns: Sequence[str], only: str = "") -> None:
    """An index that nobody has to wait for: PostgreSQL builds it beside those who write. `only`: a condition.

    What the migration did before is committed by it, so it comes last, in a migration of its own where that matters.
    A build that was broken off leaves a useless index behind: it goes first.
    """
    where: dict[str, Any] = {"sqlite_where": text(only), "postgresql_where": text(only)} if only else {}
    if op.get_bind().dialect.name == "sqlite":
        op.create_index(name, table, columns, **where)
        return
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")  # it stands in nobody's way, and may have to wait for a long question to end
        op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)
        op.create_index(name, table, columns, postgresql_concurrently=True, **where)
        op.execute(f"SET lock_timeout = '{LONGEST_WAIT}'")

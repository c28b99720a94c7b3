"""Brings a database to today's shape. Runs at every start; a database that is already there costs one query."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

import models.tables  # noqa: F401  (foreign keys name tables that a command may not have imported)
from models.database import Database

# Any fixed number: two processes that start together on PostgreSQL migrate one after the other.
_LOCK = 7_202_611


class DatabaseNewer(Exception):
    """The database was written by a newer program than this one."""


def migration_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def is_current(database: Database) -> bool:
    """Is the database in today's shape? Raises SQLAlchemyError when it does not answer."""
    head = ScriptDirectory.from_config(migration_config()).get_current_head()
    with database.read() as session:
        return MigrationContext.configure(session.connection()).get_current_revision() == head


def migrate(database: Database) -> None:
    """Upgrade to the newest revision. Raises DatabaseNewer when this program is older than the database."""
    config = migration_config()
    scripts = ScriptDirectory.from_config(config)
    with database.engine.begin() as connection:
        if not database.is_sqlite:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        current = MigrationContext.configure(connection).get_current_revision()
        if current == scripts.get_current_head():
            return
        if current and current not in {one.revision for one in scripts.walk_revisions()}:
            raise DatabaseNewer(
                "The database was written by a newer version of pta-bridge: update the program, or restore the backup made before."
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

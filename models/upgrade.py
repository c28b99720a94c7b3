"""Upgrades a database with Alembic. Apart from `migrate`, which needs it only when there is something to do."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def migration_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def knows(revision: str) -> bool:
    scripts = ScriptDirectory.from_config(migration_config())
    return revision in {one.revision for one in scripts.walk_revisions()}


def upgrade(connection: Connection) -> None:
    """To the newest revision, inside the caller's transaction."""
    config = migration_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")

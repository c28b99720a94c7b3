"""Upgrades a database with Alembic. Apart from `migrate`, which needs it only when there is something to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from models.migrate import VERSIONS
from models.wall import EVERYWHERE

LONGEST_WAIT = "1s"  # for a table that somebody else is using; meanwhile all others wait, too


def migration_config(versions: Path = VERSIONS) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("version_locations", str(versions))
    config.set_main_option("path_separator", "newline")
    return config


def knows(revision: str, versions: Path = VERSIONS) -> bool:
    scripts = ScriptDirectory.from_config(migration_config(versions))
    return revision in {one.revision for one in scripts.walk_revisions()}


def upgrade(connection: Connection, versions: Path = VERSIONS) -> None:
    """To the newest revision, inside the caller's transaction where there is one, else each in its own."""
    config = migration_config(versions)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@contextmanager
def patient(engine: Engine) -> Iterator[Connection]:
    """A connection to PostgreSQL of its own, that does not wait long for a table and sees all schools in each transaction."""
    with engine.connect() as connection:
        connection.execute(text(f"SET lock_timeout = '{LONGEST_WAIT}'"))
        connection.execute(text("SELECT set_config('bridge.school', :reach, false)"), {"reach": EVERYWHERE})
        connection.commit()
        try:
            yield connection
        finally:
            connection.invalidate()  # what was set here never comes to somebody else with it

"""The root: builds everything that commands need, once, from the settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from commands.outside import open_doors
from config.logs import start_logging
from config.settings import Settings, read_settings
from config.wording import Wording, load_wordings
from connector.doors import Doors
from models.database import Database
from models.migrate import migrate
from models.vault import Vault, key_from


@dataclass(frozen=True, slots=True)
class Bridge:
    """What the whole program is made of."""

    settings: Settings
    db: Database
    vault: Vault
    doors: Doors
    wordings: Mapping[str, Wording]
    clock: Callable[[], datetime]


def open_bridge(settings: Settings | None = None, *, logs: bool = False) -> Bridge:
    """Everything, with the database brought to today's shape. Raises SettingsUnusable, KeyUnusable, DatabaseNewer.

    `logs`: for what runs unattended. A person at a command reads its answer; of the logs they get warnings only.
    """
    settings = settings or read_settings()
    start_logging(settings.log, quiet=not logs and settings.log == "text", secrets=settings.secrets)
    vault = Vault(key_from(settings.secret_key, settings.data))
    db = Database(settings.database)
    migrate(db)
    return Bridge(settings, db, vault, open_doors(settings), load_wordings(settings.data / "wording"), now)


def now() -> datetime:
    return datetime.now(UTC)

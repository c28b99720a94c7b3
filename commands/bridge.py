"""The root: builds everything that commands need, once, from the settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from commands.outside import open_doors
from commands.telling import aside
from config.logs import start_logging
from config.settings import Settings, read_settings
from config.wording import Wording, load_wordings
from connector.doors import Doors
from models.database import Database
from models.migrate import migrate
from models.vault import Vault, key_from
from upkeep.keys import anything_sealed
from upkeep.pause import notice


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
    if settings.secret_key:
        Vault(settings.secret_key)  # a key that is none is told before anything is made
    db = Database(settings.database).everywhere  # a command is the operator's; rounds and pages narrow it
    migrate(db)
    vault = _vault(settings, db)
    if paused := notice(db, settings.data, now()):
        aside(paused)
    wordings = load_wordings(settings.data / "wording")
    return Bridge(settings, db, vault, open_doors(settings, wordings), wordings, now)


def _vault(settings: Settings, db: Database) -> Vault:
    """A key is made where nothing is sealed yet. If it went missing later, all that needs none goes on without it."""
    with db.read() as session:
        make = not anything_sealed(session)
    keys = key_from(settings.secret_key, settings.data, make=make)
    return Vault(keys, again=lambda: key_from(settings.secret_key, settings.data, make=False))


def now() -> datetime:
    return datetime.now(UTC)

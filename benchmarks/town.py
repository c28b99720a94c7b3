"""A connected school to measure on: real servers on this machine, a temporary database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cryptography.fernet import Fernet

from config.settings import Settings
from config.site import read_site
from config.wording import load_wordings, wording_languages
from connector.doors import Doors
from connector.fetch import Answer, Fetcher
from inbox.language.guess import Guesser
from models.database import Database
from models.migrate import migrate
from models.school import School, schools
from models.vault import Vault
from rehearsal.facebook.server import PretendFacebook
from rehearsal.facebook.towns import APP_ID, APP_SECRET, PAGE_TOKEN
from rehearsal.radicale import CalendarServer
from rehearsal.town.site import CENTER_SLUG
from rehearsal.town.write import write_town
from schedulers.house import House
from upkeep.load import load


class CountingFetcher(Fetcher):
    """Counts what goes to calendar servers."""

    sent = 0

    def request(self, *args: Any, **more: Any) -> Answer:
        self.sent += 1
        return super().request(*args, **more)


@dataclass(frozen=True, slots=True)
class Town:
    house: House
    school: School
    facebook: PretendFacebook
    calendars: CalendarServer
    folder: Path
    fetcher: CountingFetcher


@contextmanager
def town(calendar_url: str | None = None, *allowed: str) -> Iterator[Town]:
    """`calendar_url`: where the school's feed is; by default a file. `allowed`: hosts that feeds may reach besides."""
    with TemporaryDirectory() as name, PretendFacebook() as facebook:
        folder = Path(name)
        with CalendarServer(folder / "calendars") as calendars:
            choices = {"ics_path_or_url": calendar_url} if calendar_url else {}
            site = write_town(
                folder / "town", datetime.now(UTC).date(), page_token=PAGE_TOKEN, daily_limit=20,
                center_url=calendars.collection_url(CENTER_SLUG), **choices,  # type: ignore[typeddict-item]
            )  # fmt: skip
            hosts = ",".join((f"127.0.0.1:{calendars.port}", *allowed))
            fetcher = CountingFetcher(allow_hosts=hosts)
            house, school = _connected(folder, site, facebook, fetcher)
            yield Town(house, school, facebook, calendars, folder, fetcher)


def _connected(folder: Path, site: Path, facebook: PretendFacebook, fetcher: CountingFetcher) -> tuple[House, School]:
    settings = Settings(data=folder / "data", graph_url=facebook.url)
    db = Database(settings.database).everywhere
    migrate(db)
    vault = Vault(Fernet.generate_key().decode())
    doors = Doors(graph_url=facebook.url, app_id=APP_ID, app_secret=APP_SECRET)
    doors.fetcher = fetcher
    with db.write() as session:
        load(session, vault, read_site(site, {}, wording_languages=wording_languages()), datetime.now(UTC))
    with db.read() as session:
        school = schools(session)[0]
    return House(db, doors, vault, settings, load_wordings(), Guesser(), lambda: datetime.now(UTC)), school

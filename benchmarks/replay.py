"""Days of the sample school, replayed with a clock of their own: rounds, families, staff, and what goes wrong."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from cryptography.fernet import Fernet

from benchmarks import misfortunes
from benchmarks.feed_server import FeedServer
from benchmarks.people import People
from benchmarks.tally import Tally
from config.settings import Settings
from config.site import read_site
from config.wording import load_wordings, wording_languages
from connector.doors import Doors
from connector.fetch import Fetcher
from inbox.language.guess import Guesser
from models.database import Database
from models.delivery import in_state
from models.migrate import migrate
from models.school import School, schools
from models.vault import Vault
from rehearsal.facebook import towns
from rehearsal.facebook.server import PretendFacebook
from rehearsal.facebook.world import World
from rehearsal.town.office import Office
from rehearsal.town.places import ZONE
from rehearsal.town.write import write_town
from schedulers.house import House
from schedulers.round import run_round
from upkeep.load import load

ROUNDS = (time(7, 10), time(12, 40), time(19, 20))  # of a day, in the school's time
LOOK_AGAIN = timedelta(minutes=6)  # while something is in doubt
LOOKS = 5


class Now:
    """The one clock: ours, and the pretend Facebook's."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Replay:
    """`day(n)` replays one day; `tally` holds what was counted."""

    start: date
    now: Now
    house: House
    school: School
    world: World
    feed: FeedServer
    people: People
    tally: Tally
    office: Office
    chance: random.Random
    connect: Callable[[str], None]
    broken: misfortunes.Broken | None = None
    mended_at: datetime | None = None

    def day(self, number: int) -> None:
        today = self.start + timedelta(days=number)
        self._school_works(today, number)
        misfortunes.facebook(self.world, number, self.chance)
        self._token(number)
        self._export_breaks(number)
        for hour in ROUNDS:
            at = datetime.combine(today, hour, ZoneInfo(ZONE)).astimezone(UTC)
            self.now.at = max(self.now.at, at) + timedelta(seconds=self.chance.randint(1, 600))
            self._publish(today)
            self.people.families(self.now.at)
            self._rounds()
        self.people.morning(self.now.at, accident=self.broken is not None)

    def settle(self) -> None:
        """Nothing goes wrong any more: what is owed goes out, what was said comes in."""
        self.world.faults.clear()
        for _ in range(12):
            self.now.at += timedelta(minutes=20)
            self._round()

    def _rounds(self) -> None:
        self._round()
        self.people.staff(self.now.at)
        for _ in range(LOOKS):
            with self.house.db.read() as session:
                if not in_state(session, self.school.slug, "unsure"):
                    return
            self.now.at += LOOK_AGAIN
            self._round()

    def _round(self) -> None:
        run_round(self.house, self.school, everything=True)
        self.tally.after_round(self.now.at, accident=self.broken)

    def _export_breaks(self, number: int) -> None:
        """One misfortune at a time; one that is rare and certain comes before one by chance."""
        if self.broken is not None and number not in misfortunes.RARE:
            return
        if begins := misfortunes.export(number, self.chance):
            self.broken, self.mended_at = begins, self.now.at + timedelta(days=begins.days)
            self.tally.counts[f"export: {begins.name}"] += 1

    def _school_works(self, today: date, number: int) -> None:
        self.office.work(today)
        if number in misfortunes.CLEAN_UPS:
            self.office.clean_up(today)
        if number == misfortunes.NEW_SOFTWARE:
            self.office.change_software()
        if number == misfortunes.SNOW[0]:
            self.office.snow(today, misfortunes.SNOW[1])

    def _publish(self, today: date) -> None:
        if self.mended_at is not None and self.now.at >= self.mended_at:
            self.broken = self.mended_at = None
        body = self.office.calendar(today)
        self.feed.body = self.broken.bend(body) if self.broken else body
        self.feed.status = self.broken.status if self.broken else 200

    def _token(self, number: int) -> None:
        if number == misfortunes.TOKEN_DIES:
            self.world.tokens[towns.PAGE_TOKEN].revoked = 460
        if number == misfortunes.TOKEN_RENEWED:
            towns.new_token(self.world, "page", towns.APP_ID, towns.ADMIN_ID, value="PAGE-10001-RENEWED",
                            page_id=towns.PAGE_ID, tasks=self.world.people[towns.ADMIN_ID].tasks[towns.PAGE_ID])  # fmt: skip
            self.connect("PAGE-10001-RENEWED")


@contextmanager
def replay(start: date, seed: int) -> Iterator[Replay]:
    """A connected school on the evening before `start`. Its center has only a subscribed feed: no calendar server runs."""
    now = Now(datetime.combine(start, time(0, 30), ZoneInfo(ZONE)).astimezone(UTC))
    world = towns.furnish(World(clock=lambda: now.at.timestamp()))
    chance = random.Random(seed)
    with TemporaryDirectory() as name, PretendFacebook(world) as facebook, FeedServer() as feed:
        folder = Path(name)
        settings = Settings(data=folder / "data", graph_url=facebook.url)
        db, vault = Database(settings.database).everywhere, Vault(Fernet.generate_key().decode())
        migrate(db)
        doors = Doors(graph_url=facebook.url, app_id=towns.APP_ID, app_secret=towns.APP_SECRET)
        doors.fetcher = Fetcher(allow_hosts=feed.place)

        def connect(token: str) -> None:
            site = write_town(folder / "town", start, page_token=token, quiet_hours="21:00-07:00",
                              ics_path_or_url=f"http://{feed.place}/maple.ics")  # fmt: skip
            with db.write() as session:
                load(session, vault, read_site(site, {}, wording_languages=wording_languages()), now())

        connect(towns.PAGE_TOKEN)
        with db.read() as session:
            school = schools(session)[0]
        house = House(db, doors, vault, settings, load_wordings(), Guesser(), now)
        office = Office(random.Random(seed + 1))
        tally = Tally(db, school.slug, world, office)
        people = People(db, school.slug, world, office, tally, random.Random(seed + 2))
        yield Replay(start, now, house, school, world, feed, people, tally, office, chance, connect)
        db.close()

"""A week of a school's feed as real ones are: each day other bytes, and once something that really changed.

Past days drop out, every DTSTAMP is new, the order changes. With `pytest -s` each day tells which writes followed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.fernet import Fernet

from benchmarks.feed_server import FeedServer
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
from rehearsal.facebook import towns
from rehearsal.facebook.server import PretendFacebook
from rehearsal.facebook.world import World
from rehearsal.radicale import CalendarServer
from rehearsal.town.calendar import events, published
from rehearsal.town.event import Event
from rehearsal.town.places import ZONE
from rehearsal.town.site import CENTER_SLUG
from rehearsal.town.write import write_town
from schedulers.house import House
from schedulers.round import run_round
from upkeep.load import load

MONDAY = date(2026, 9, 21)
DAYS, CHANGE = 7, 3  # the change comes on Thursday
HOURS = timedelta(hours=2)
_LIMITS = (
    ('announce = "14d"', 'announce = "400d"'),
    ('remind = ["1d"]', "remind = []"),
)  # nothing is due by time alone


class Counting(Fetcher):
    """Counts what is written to calendar servers."""

    def __init__(self, hosts: str) -> None:
        super().__init__(allow_hosts=hosts)
        self.writes: Counter[str] = Counter()

    def request(self, method: str, *args: Any, **more: Any) -> Answer:
        if method in ("PUT", "DELETE"):
            self.writes[f"calendar {method}"] += 1
        return super().request(method, *args, **more)


@dataclass
class Week:
    house: House
    school: School
    world: World
    feed: FeedServer
    fetcher: Counting
    calendars: CalendarServer
    at: list[datetime]
    told: list[Event]

    def day(self, number: int) -> Counter[str]:
        """One poll of that day's snapshot; returns the writes that followed, by kind."""
        today = MONDAY + timedelta(days=number)
        self.at[0] = datetime.combine(today, time(9), ZoneInfo(ZONE)).astimezone(UTC)
        self.feed.body = snapshot(self.told, today)
        before = self.written()
        report = run_round(self.house, self.school, everything=True)
        assert report.troubles == []
        return self.written() - before

    def written(self) -> Counter[str]:
        with self.world.lock:
            return Counter(self.world.writes) + self.fetcher.writes


def snapshot(told: list[Event], today: date) -> bytes:
    """As the school's software writes it that day: what is over left out, all stamps new, the order of the day."""
    stamp = datetime.combine(today, time(6))
    kept = [replace(event, stamped=stamp) for event in told if not over(event, today)]
    return published(MONDAY, reversed(kept) if today.day % 2 else kept)


def over(event: Event, today: date) -> bool:
    """Single events only: a series stays as long as it has dates to come."""
    last = event.ends or event.starts
    repeats = any(line.startswith(("RRULE", "RDATE", "RECURRENCE-ID")) for line in event.extra)
    return not repeats and (last.date() if isinstance(last, datetime) else last) < today


@contextmanager
def week(folder: Path) -> Iterator[Week]:
    at = [datetime.combine(MONDAY, time(8), ZoneInfo(ZONE)).astimezone(UTC)]
    world = towns.furnish(World(clock=lambda: at[0].timestamp()))
    with PretendFacebook(world) as facebook, FeedServer() as feed, CalendarServer(folder / "calendars") as calendars:
        settings = Settings(data=folder / "data", graph_url=facebook.url)
        db, vault = Database(settings.database).everywhere, Vault(Fernet.generate_key().decode())
        migrate(db)
        doors = Doors(graph_url=facebook.url, app_id=towns.APP_ID, app_secret=towns.APP_SECRET)
        doors.fetcher = fetcher = Counting(f"{feed.place},127.0.0.1:{calendars.port}")
        site = write_town(
            folder / "town", MONDAY, page_token=towns.PAGE_TOKEN, daily_limit=500,
            ics_path_or_url=f"http://{feed.place}/maple.ics", center_url=calendars.collection_url(CENTER_SLUG),
        )  # fmt: skip
        for old, new in _LIMITS:
            assert old in site.read_text()
            site.write_text(site.read_text().replace(old, new))
        with db.write() as session:
            load(session, vault, read_site(site, {}, wording_languages=wording_languages()), at[0])
        with db.read() as session:
            school = schools(session)[0]
        house = House(db, doors, vault, settings, load_wordings(), Guesser(), lambda: at[0])
        yield Week(house, school, world, feed, fetcher, calendars, at, events(MONDAY))
        db.close()


def test_only_what_really_changed_in_a_week_of_snapshots_is_written(tmp_path: Path) -> None:
    with week(tmp_path) as this:
        first = this.day(0)
        print(f"\n{MONDAY:%A}: the first reading, {dict(first)}")
        assert first["posts"] > 20
        assert first["calendar PUT"] > 20
        assert not this.written() - first
        for number in range(1, DAYS):
            moved = number == CHANGE
            if moved:
                change(this)
            followed = this.day(number)
            print(f"{MONDAY + timedelta(days=number):%A}: {dict(followed) or 'nothing'}")
            assert followed == (Counter({"post edits": 1, "comments": 1, "calendar PUT": 1}) if moved else Counter())


def change(this: Week) -> None:
    """One event of the week after moves by two hours."""
    soon = MONDAY + timedelta(days=9)
    moved = next(
        one for one in this.told if isinstance(one.starts, datetime) and one.starts.date() >= soon and not one.extra
    )
    ends = moved.ends + HOURS if isinstance(moved.ends, datetime) else None
    this.told[this.told.index(moved)] = replace(moved, starts=moved.starts + HOURS, ends=ends)

"""The small town of the crash harness: a school with one page, one center and three events, as it stands after a first
round; then its calendar changes and its families write.
"""

from __future__ import annotations

import http.client
import pickle
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from time import sleep
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from config.site import read_site
from models.installation import installed
from models.migrate import migrate
from models.school import schools
from models.vault import Vault
from rehearsal.facebook.happenings import add_comment
from rehearsal.facebook.saving import NOUNS
from rehearsal.facebook.server import PretendFacebook
from rehearsal.facebook.towns import PAGE_ID, PAGE_TOKEN
from rehearsal.facebook.world import World
from rehearsal.radicale import CalendarServer
from schedulers.lock import round_lock
from schedulers.round import run_round
from tests.crash.program import SCHOOL, Loaded, Start, house_of
from tests.crash.stores import Store
from tests.mirroring.feed import calendar, vevent
from upkeep.load import load

SITE = """
[school]
slug = "maple"
name = "Maple Street Elementary"
timezone = "America/Chicago"
languages = ["en", "es"]

[[groups]]
slug = "pta"
kind = "pta"
name = "Maple Street PTA"

[[sources]]
slug = "calendar"
kind = "ics"
path = "maple.ics"

[[pages]]
slug = "pta-page"
group = "pta"
facebook_id = "{page}"
token = "{token}"
languages = ["en"]
announce = "30d"
remind = []
approval = "auto"
quiet_hours = ""
daily_limit = 50

[[centers]]
slug = "eastside"
name = "Eastside Community Center"
kind = "caldav"
url = "{center}"
username = "bridge"
password = "secret"

[[staff]]
email = "office@maple.example"
name = "School office"
role = "owner"
languages = ["en"]

[routing]
fallback = "office@maple.example"
"""
FIRST_WORDS = (
    "Is there childcare during the book fair this week?",
    "¿A qué hora empieza el concierto de los niños?",
    "Can grandparents come to the reading night too?",
)
LATER_WORDS = (
    "What should we bring for the science evening?",
    "¿Hay lugar para estacionar cerca de la escuela?",
    "Will there be somebody who speaks Somali?",
    "Is the gym door open already at five?",
    "Who can we ask about the bus on that day?",
)


class Town:
    """`start_anew` puts everything back: the database, the page, the center's calendar, the hours."""

    def __init__(self, folder: Path, store: Store, loaded: Loaded) -> None:
        self.folder, self.store, self.loaded, self.hours = folder, store, loaded, loaded.hours
        self.facebook = PretendFacebook().start()
        self.world.clock = self.hours.seconds
        address = urlsplit(self.facebook.url)
        self._line = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
        self.center = CalendarServer(folder / "center").start()
        self._today = self.hours.now()
        self._settle_in()

    @property
    def world(self) -> World:
        return self.facebook.world

    def start(self, **more: object) -> Start:
        return Start(graph=self.facebook.url, folder=str(self.folder), **more)  # type: ignore[arg-type]

    def start_anew(self) -> None:
        self.quiet()
        self.store.put_back()
        self.hours.start_anew()
        _restore(self.world, self._kept)
        _put_folder(self.folder / "center-kept", self.folder / "center" / "collections")
        for name in ("diary", "trouble", "bridge.db.instance", "postgresql.instance"):
            (self.folder / name).unlink(missing_ok=True)
        self._calendar(changed=False)

    def change_calendar(self) -> None:
        """One event moves to another room, one is cancelled, two are new. A second time nothing changes."""
        self._calendar(changed=True)

    def quiet(self) -> None:
        """Returns when no request is under way at the pretend Facebook, also none of a process that was killed."""
        self._line.request("GET", "/_rehearsal/faults")  # whoever connected before us is noticed by now
        self._line.getresponse().read()
        self._line.close()
        while self.facebook.busy:
            sleep(0.001)

    def family_says(self, number: int, late: int) -> None:
        """One more family's comment under one of the first posts; `late` seconds until reads show it."""
        with self.world.lock:
            posts = [one for one in self.world.posts.values() if one.page_id == PAGE_ID]
            author = self.world.person_named(f"Family {number}").id
            words = LATER_WORDS[number % len(LATER_WORDS)]
            add_comment(self.world, posts[number % 3], words, author_id=author, lag=late)

    def stop(self) -> None:
        self.facebook.stop()
        self.center.stop()
        self.store.close()

    # --- how it came to stand as it does

    def _settle_in(self) -> None:
        self._calendar(changed=False)
        migrate(self.loaded.db)
        with self.loaded.db.write() as session:
            load(session, Vault(self.loaded.key), self._site(), self.hours.now())
        self._first_rounds()
        with self.loaded.db.write() as session:
            installed(session).rounds = 0  # each schedule begins with a copy, which must not count as one
        self.loaded.db.close()
        self.store.keep()
        self._kept = _remembered(self.world)
        _put_folder(self.folder / "center" / "collections", self.folder / "center-kept")

    def _site(self):  # type: ignore[no-untyped-def]
        path = self.folder / "site.toml"
        path.write_text(SITE.format(page=PAGE_ID, token=PAGE_TOKEN, center=self.center.collection_url("eastside")))
        return read_site(path, {}, wording_languages=("en", "es"))

    def _first_rounds(self) -> None:
        house = house_of(self.loaded, self.start())
        with house.db.read() as session:
            (school,) = schools(session, SCHOOL)
        for words in ((), FIRST_WORDS):
            for number, text in enumerate(words):
                posts = list(self.world.posts.values())
                author = self.world.person_named(f"Early family {number}").id
                add_comment(self.world, posts[number], text, author_id=author)
            with round_lock(house.db):
                report = run_round(house, school, everything=True)
            assert not report.troubles, report.troubles

    def _calendar(self, changed: bool) -> None:
        day = self._today.astimezone(ZoneInfo("America/Chicago")) + timedelta(days=6)
        at = [_local(day + timedelta(days=number)) for number in range(5)]
        fair = vevent("fair", at[0], f"LOCATION:{'Gym' if changed else 'Library'}", title="Book fair")
        choir = vevent("choir", at[1], *(["STATUS:CANCELLED"] if changed else []), title="Choir concert")
        reading = vevent("reading", at[2], title="Reading night")
        new = [vevent("science", at[3], title="Science evening"), vevent("bake", at[4], title="Bake sale")]
        (self.folder / "maple.ics").write_bytes(calendar(fair, choir, reading, *(new if changed else [])))


def _local(day: datetime) -> str:
    return f"{day:%Y%m%d}T180000"


def _remembered(world: World) -> bytes:
    return pickle.dumps({**{noun: dict(getattr(world, noun)) for noun in NOUNS}, "counters": world.counters})


def _restore(world: World, kept: bytes) -> None:
    with world.lock:
        for name, things in pickle.loads(kept).items():
            getattr(world, name).clear()
            getattr(world, name).update(things)
        for log in (world.faults, world.calls, world.writes, world.hook_log, world.overwrites):
            log.clear()  # type: ignore[attr-defined]
        world.app_calls = 0


def _put_folder(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)

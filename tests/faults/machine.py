"""A machine whose clock a test sets: one school, its calendar on a web server, its page on the pretend Facebook."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from sqlmodel import select

from config.settings import Settings
from config.wording import load_wordings
from connector.clocks import Clocks
from connector.doors import Doors
from inbox.language.guess import Guesser
from models.card import Card
from models.database import Database
from models.delivery import Attempt, Delivery
from models.event import Event, EventText, Occurrence
from models.page import Page
from models.post import Post
from models.run import Run
from models.school import School, school_named
from models.source import FeedItem, Source
from models.vault import Vault
from rehearsal.facebook.server import PretendFacebook
from rehearsal.facebook.towns import PAGE_TOKEN
from schedulers.house import House
from schedulers.report import RoundReport
from schedulers.round import run_round
from tests.connector.site import Site
from tests.mirroring.feed import calendar
from tests.models import rows

KEPT = (Card, Delivery, Attempt, Event, EventText, Occurrence, Page, Post, FeedItem, Source)


@dataclass
class Machine:
    """Time passes by `later`; `wrong` is by how much its clock is off. Neighbours tell the time as it is."""

    db: Database
    site: Site
    facebook: PretendFacebook
    folder: Path
    zone: str = "America/Chicago"
    rules: dict[str, Any] = field(default_factory=dict)
    begin: datetime | None = None  # None: today. Another day is one for neighbours, too: only `wrong` is off
    later: timedelta = timedelta(0)
    wrong: timedelta = timedelta(0)
    vault: Vault = field(default_factory=lambda: Vault(Fernet.generate_key().decode()))

    def __post_init__(self) -> None:
        self._shift = (self.begin - datetime.now(UTC)) if self.begin else timedelta(0)
        self.facebook.world.switches.refuse_duplicates = False  # else its 506 would keep a second one away
        given: dict[str, Any] = {"approval": "auto", "quiet_hours": "", "remind": ["1d"], "daily_limit": 99}
        with self.db.write() as session:
            session.add(rows.school(timezone=self.zone))
            session.flush()
            session.add(rows.source(address=self.site.on("/maple.ics", lambda _: None)))
            session.add(rows.page(token_sealed=self.vault.seal(PAGE_TOKEN), **{**given, **self.rules}))
        self.starts_anew()

    def starts_anew(self) -> None:
        """A new process: it heard no neighbour yet."""
        clocks = Clocks(wall=lambda: time.time() + self.wrong.total_seconds())
        doors = Doors(graph_url=self.facebook.url, allow_hosts=f"127.0.0.1:{self.site.server_port}", clocks=clocks)
        settings = Settings(
            graph_url=self.facebook.url, data=self.folder, public_url="http://127.0.0.1:8000", unsure_wait=900.0
        )
        self.house = House(self.db, doors, self.vault, settings, load_wordings(), Guesser(()), self.clock)

    def clock(self) -> datetime:
        return datetime.now(UTC) + self._shift + self.later + self.wrong

    def serve(self, *vevents: str) -> None:
        self.site.says("/maple.ics", 200, calendar(*vevents))

    def at(self, moment: datetime) -> RoundReport:
        """A round at that moment of true time, which Facebook shares."""
        self.later += moment - (self.clock() - self.wrong)
        self.facebook.world.switches.clock_offset = (self._shift + self.later).total_seconds()
        return self.round()

    def round(self) -> RoundReport:
        with self.db.read() as session:
            school = school_named(session, "maple")
        return run_round(self.house, school, everything=True)

    def school(self) -> School:
        with self.db.read() as session:
            return school_named(session, "maple")

    def standing(self) -> list[str]:
        return [one.message for one in self.facebook.world.posts.values() if not one.removed_at]

    def written(self) -> int:
        """How many posts Facebook was asked for, whether they stand or not."""
        return sum(one["method"] == "POST" and one["path"].endswith("/feed") for one in self.facebook.world.calls)

    def all(self, model: Any) -> list[Any]:
        with self.db.read() as session:
            return list(session.exec(select(model)))

    def kept(self, *models: Any) -> list[str]:
        """Rows as text: equal before and after means that nothing was planned, withdrawn, expired or counted as over."""
        return sorted(repr(row) for model in models or KEPT for row in self.all(model))

    def outcomes(self) -> list[str]:
        """Of all rounds, in no order."""
        return sorted(row.outcome for row in self.all(Run))

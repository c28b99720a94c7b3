"""A school, a center's Google calendar on the stand-in, and the round between them by a clock that we move."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from connector.doors import Doors
from mirroring.entries import plan_entries
from mirroring.intake import take_in
from mirroring.look import Looked, look
from models.center import CalendarEntry, Center, center, entries
from models.database import Database
from models.delivery import Delivery, deliveries
from models.school import schools
from models.source import sources
from models.vault import Vault
from outbox.deliver import deliver
from outbox.ledger import Delivered, Outbox
from rehearsal.google.server import PretendGoogle
from tests.mirroring.feed import NOW, on_disk
from tests.models import rows

ID = "center@group.calendar.google.com"


@dataclass
class GoogleTown:
    db: Database
    google: PretendGoogle
    folder: Path
    now: Any = NOW
    vault: Vault = field(default_factory=lambda: Vault(Fernet.generate_key().decode()))
    doors: Doors = field(init=False)

    def __post_init__(self) -> None:
        self.calendar = self.google.calendar(ID)
        self.again()
        credentials = self.vault.seal(self.google.accounts.service_account())
        with self.db.write() as session:
            session.add(rows.school())
            session.flush()
            session.add(rows.source(address=str(on_disk(self.folder))))
            given = {"name": "Eastside", "kind": "google", "calendar": ID, "credentials_sealed": credentials}
            session.add(Center(school="maple", slug="eastside", **given))

    def again(self) -> None:
        """The program starts anew: nothing is signed in."""
        self.doors = Doors(google_url=self.google.url, cancelled={"en": "Cancelled"})

    def round(self, *vevents: str, later: timedelta = timedelta(minutes=15)) -> Delivered:
        """Reads these events (the same as before, if none are given), and goes on as a round does."""
        self.now += later
        self.google.calls.clear()
        if vevents:
            on_disk(self.folder, *vevents)
        with self.db.read() as session:
            school, source = schools(session)[0], sources(session, "maple")[0]
        take_in(self.db, self.doors, self.vault, school, source, self.now)
        with self.db.write() as session:
            plan_entries(session, schools(session)[0], self.now)
        report = self.deliver()
        if self.look().owed:
            self.deliver()
        return report

    def deliver(self) -> Delivered:
        outbox = Outbox(self.db, self.doors, self.vault, lambda: self.now, timedelta(minutes=15), "test")
        return deliver(outbox, "maple")

    def look(self) -> Looked:
        with self.db.read() as session:
            school, row = schools(session)[0], center(session, "maple", "eastside")
        return look(self.db, self.doors, self.vault, school, row, self.now)

    def events(self) -> list[dict[str, Any]]:
        """What stands there, without single dates of series."""
        heads = (one for one in self.calendar.events.values() if "recurringEventId" not in one)
        return [one for one in heads if one["status"] != "cancelled"]

    def event(self) -> dict[str, Any]:
        [only] = self.events()
        return only

    def entries(self) -> list[CalendarEntry]:
        with self.db.read() as session:
            return entries(session, "maple")

    def entry(self) -> CalendarEntry:
        [only] = self.entries()
        return only

    def deliveries(self) -> list[Delivery]:
        with self.db.read() as session:
            return deliveries(session, "maple")

    def center(self) -> Center:
        with self.db.read() as session:
            return center(session, "maple", "eastside")

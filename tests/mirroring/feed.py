"""A school's calendar on a real web server, taken in again and again by a clock that we move."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import col, select

from connector.doors import Doors
from mirroring.intake import Intake, take_in
from models.database import Database
from models.event import Event, EventText, Occurrence, events, texts
from models.school import School
from models.source import FeedItem, Source
from models.vault import Vault
from tests.connector.site import Site

NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)  # a Tuesday, nine in the morning in Chicago


def vevent(uid: str, start: str, *more: str, title: str = "Book fair", hours: int = 2) -> str:
    """`start` is local: 20261208T180000; a rule or anything else comes in `more`, as lines."""
    lines = [f"UID:{uid}", f"DTSTART;TZID=America/Chicago:{start}", f"DURATION:PT{hours}H", f"SUMMARY:{title}", *more]
    return "\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT"])


def calendar(*vevents: str) -> bytes:
    return "\r\n".join(
        ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//school//EN", *vevents, "END:VCALENDAR", ""]
    ).encode()


def many(count: int, prefix: str = "e") -> list[str]:
    """One event a day from 2026-12-10 on."""
    day = datetime(2026, 12, 10)
    starts = [(day + timedelta(days=n)).strftime("%Y%m%dT180000") for n in range(count)]
    return [vevent(f"{prefix}{n}", start, title=f"Evening {n}") for n, start in enumerate(starts)]


WEEKLY = vevent("club", "20261203T160000", "RRULE:FREQ=WEEKLY;COUNT=6", title="Chess club")
MOVED = vevent("club", "20261211T160000", "RECURRENCE-ID;TZID=America/Chicago:20261210T160000", title="Chess club")


@dataclass
class Feed:
    """One school that reads one calendar."""

    db: Database
    site: Site
    school: School
    doors: Doors
    vault: Vault
    now: datetime = NOW
    slug: str = "calendar"
    seen: list[Intake] = field(default_factory=list)

    def serve(self, *vevents: str) -> None:
        self.site.says("/maple.ics", 200, calendar(*vevents))

    def read(self, *vevents: str, later: timedelta = timedelta(minutes=15)) -> Intake:
        """Serve these events, if any are given, and read the calendar as it is now."""
        if vevents:
            self.serve(*vevents)
        self.now += later
        self.seen.append(take_in(self.db, self.doors, self.vault, self.school, self.source(), self.now))
        return self.seen[-1]

    def source(self) -> Source:
        with self.db.read() as session:
            return session.exec(select(Source).where(Source.school == self.school.slug, Source.slug == self.slug)).one()

    def change(self, **values: object) -> None:
        with self.db.write() as session:
            row = session.exec(select(Source).where(Source.school == self.school.slug, Source.slug == self.slug)).one()
            for name, value in values.items():
                setattr(row, name, value)

    def release(self) -> None:
        self.change(released_at=self.now, released_by="pat@maple.example")

    def events(self) -> list[Event]:
        with self.db.read() as session:
            return events(session, self.school.slug, self.slug)

    def event(self, uid: str) -> Event:
        return next(one for one in self.events() if one.uid == uid and not one.series)

    def statuses(self) -> dict[str, str]:
        return {one.uid: one.status for one in self.events() if not one.series}

    def dates(self, uid: str) -> list[str]:
        """Local starts, soonest first."""
        with self.db.read() as session:
            rows = session.exec(
                select(Occurrence)
                .join(Event, col(Occurrence.series) == col(Event.id))
                .where(Event.uid == uid)
                .order_by(col(Occurrence.starts_at))
            ).all()
        chicago = timedelta(hours=-6)
        return [(one.starts_at + chicago).strftime("%m-%d %H:%M") for one in rows]

    def texts(self, uid: str) -> dict[str, EventText]:
        with self.db.read() as session:
            return texts(session, self.school.slug)[self.event(uid).id]

    def everything(self) -> list[str]:
        """All rows that reading may write, as text: equal before and after means that nothing was written."""
        with self.db.read() as session:
            rows = [row for model in (Event, EventText, Occurrence, FeedItem) for row in session.exec(select(model))]
            return sorted(repr(row) for row in rows)


def on_disk(folder: Path, *vevents: str) -> Path:
    path = folder / "maple.ics"
    path.write_bytes(calendar(*vevents))
    return path

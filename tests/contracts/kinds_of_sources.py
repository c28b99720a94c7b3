"""The same school calendar, published as each kind of source. A new kind is one class here, and its name in `KINDS`."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from connector.fetch import Fetcher
from tests.connector.site import Site

_NUMBERS = itertools.count()


@dataclass(frozen=True)
class Entry:
    """One event, two hours long. `hurt`: as it is now, nobody can say when it is."""

    title: str
    day: str  # 2026-12-10
    at: str = "18:00"
    place: str = "Gym"
    hurt: bool = False

    @property
    def id(self) -> str:
        return self.title.replace(" ", "-").casefold()


class Published(Protocol):
    """A calendar outside. `columns` are those of its source's row."""

    columns: dict[str, str]

    def shows(self, entries: Sequence[Entry], stamp: int = 0) -> None:
        """From now on. Another `stamp` is the same calendar in other bytes: stamps, order, spelling."""

    def is_down(self, down: bool) -> None: ...


def vevent(entry: Entry, stamp: int, hurt: str = "DTSTART:soon") -> str:
    start = f"{entry.day.replace('-', '')}T{entry.at.replace(':', '')}00"
    begins = hurt if entry.hurt else f"DTSTART;TZID=America/Chicago:{start}"
    lines = [
        "BEGIN:VEVENT", f"UID:{entry.id}", f"DTSTAMP:202611{stamp + 1:02}T000000Z", begins, "DURATION:PT2H",
        f"SUMMARY:{entry.title}", f"LOCATION:{entry.place}", "END:VEVENT",
    ]  # fmt: skip
    return "\r\n".join(lines)


def calendar(*vevents: str) -> bytes:
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//school//EN"]
    return "\r\n".join([*head, *vevents, "END:VCALENDAR", ""]).encode()


class _OnTheWeb:
    """One file at an address."""

    kind = ""

    def __init__(self, site: Site) -> None:
        self.site, self.body = site, b""
        self.columns = {"kind": self.kind, "address": f"http://127.0.0.1:{site.server_port}/calendar"}

    def says(self, body: bytes) -> None:
        self.body = body
        self.site.says("/calendar", 200, body)

    def is_down(self, down: bool) -> None:
        self.site.says("/calendar", 503 if down else 200, b"" if down else self.body)


class Ics(_OnTheWeb):
    kind = "ics"

    def shows(self, entries: Sequence[Entry], stamp: int = 0) -> None:
        self.says(calendar(*(vevent(entry, stamp) for entry in (reversed(entries) if stamp % 2 else entries))))


class Csv(_OnTheWeb):
    """Lines that an office types, without ids."""

    kind = "csv"
    columns_said = ("Title", "Date", "Time", "Duration", "Location")

    def shows(self, entries: Sequence[Entry], stamp: int = 0) -> None:
        ordered = list(reversed(entries) if stamp % 2 else entries)
        sign = ",;\t"[stamp % 3]
        lines = [sign.join(self.columns_said), *(sign.join(self.cells(entry)) for entry in ordered)]
        self.says(("\r\n" if stamp % 2 else "\n").join([*lines, ""]).encode())

    def cells(self, entry: Entry) -> list[str]:
        return [entry.title, "soon" if entry.hurt else entry.day, entry.at, "2 h", entry.place]


class CsvWithIds(Csv):
    columns_said = ("Title", "Date", "Time", "Duration", "Location", "ID")

    def cells(self, entry: Entry) -> list[str]:
        return [*super().cells(entry), entry.id]


class CalDav:
    """A collection on a real Radicale."""

    def __init__(self, address: str) -> None:
        self.url = f"{address}/bridge/school-{next(_NUMBERS)}/"
        self.columns = {"kind": "caldav", "address": self.url, "username": "bridge"}
        self.fetcher = Fetcher(allow_hosts="127.0.0.1")
        self.there: set[str] = set()
        self.ask("MKCALENDAR", self.url)

    def ask(self, method: str, url: str, body: bytes | None = None) -> None:
        headers = {"Content-Type": "text/calendar; charset=utf-8"} if body else {}
        answer = self.fetcher.request(
            method, url, subject="Radicale", auth=("bridge", "secret"), headers=headers, body=body
        )
        assert answer.status in (200, 201, 204), (answer.status, answer.body)

    def shows(self, entries: Sequence[Entry], stamp: int = 0) -> None:
        wanted = {f"{entry.id}.ics": entry for entry in entries}
        for name in self.there - wanted.keys():
            self.ask("DELETE", self.url + name)
        for name, entry in wanted.items():
            # A calendar server takes no date that is none; a rule without end is what it lets through.
            hurt = "DTSTART:20261210T180000Z\r\nRRULE:FREQ=SECONDLY"
            self.ask("PUT", self.url + name, calendar(vevent(entry, stamp, hurt)))
        self.there = set(wanted)

    def is_down(self, down: bool) -> None:
        self.columns["address"] = "http://127.0.0.1:9/bridge/" if down else self.url


def on_disk(folder: Path, entries: Sequence[Entry]) -> Path:
    path = folder / "events.csv"
    path.write_text("\n".join(["Title,Date,Time", *(f"{one.title},{one.day},{one.at}" for one in entries)]))
    return path


KINDS: dict[str, Callable[[Site, str], Published]] = {
    "ics": lambda site, radicale: Ics(site),
    "csv": lambda site, radicale: Csv(site),
    "csv-with-ids": lambda site, radicale: CsvWithIds(site),
    "caldav": lambda site, radicale: CalDav(radicale),
}

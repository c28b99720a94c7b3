"""The school's office through a year: it adds, moves, renames and cancels events, and now and then publishes nonsense.

`meant` is what the school means; `Office.calendar` is what it publishes. Everything follows from the random numbers given.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from rehearsal.town.calendar import events, published
from rehearsal.town.event import Event, timed
from rehearsal.town.places import CENTER, SCHOOL

_ZONED = re.compile(rb";TZID=[^:\r\n]+:(\d{8}T\d{6})")
_DATE_OF_SERIES = re.compile(r"RECURRENCE-ID[^:]*:(\d{8})")
_EXTRAS = (
    "Bake Sale",
    "Coat Swap",
    "Chess Afternoon",
    "Garden Day",
    "Homework Help",
    "Board Game Night",
    "Choir Rehearsal",
)
_PLACES = (f"{SCHOOL}, Room 12", f"{SCHOOL}, Cafeteria", f"{CENTER}, Upstairs Hall")


@dataclass(slots=True)
class Office:
    """`edited`, `off`: by the UIDs that events had at first. `off` holds what was cancelled or taken out, and is meant so:
    (UID, None), or (UID, date) for one date of a series.
    """

    chance: random.Random
    edited: dict[str, Event] = field(default_factory=dict)
    added: list[Event] = field(default_factory=list)
    off: set[tuple[str, date | None]] = field(default_factory=set)
    taken_out: set[str] = field(default_factory=set)
    kept_since: date = date.min
    prefix: str = ""  # other software gives every event another UID

    def meant(self, today: date) -> list[Event]:
        """The events as the school means them, by their first UIDs."""
        found = [self.edited.get(event.uid, event) if event.uid else event for event in events(today)]
        found += [self.edited.get(event.uid, event) for event in self.added]
        return [one for one in found if one.uid not in self.taken_out and self._is_kept(one)]

    def calendar(self, today: date) -> bytes:
        told = [replace(one, uid=one.uid and self.prefix + one.uid) for one in self.meant(today)]
        return published(today, sorted(told, key=lambda event: (event.starts.isoformat(), event.uid)))

    def first_uid(self, uid: str) -> str:
        """The UID that an event had before other software renamed it."""
        return uid.removeprefix("v2-")

    def is_off(self, uid: str, date_of_series: date | None = None) -> bool:
        """Did the school itself cancel this event, or this date of it, or take it out?"""
        return (self.first_uid(uid), date_of_series) in self.off

    # --- what the office does on a day

    def work(self, today: date) -> None:
        """Some days nothing, some days one thing."""
        self.off |= {(one.uid, _date_of_series(one)) for one in events(today) if "STATUS:CANCELLED" in one.extra}
        for often, deed in ((0.30, self._move), (0.12, self._rename), (0.08, self._cancel), (0.05, self._take_out)):
            if self.chance.random() < often:
                deed(today)
        if self.chance.random() < 0.10:
            self._add(today)

    def clean_up(self, today: date) -> None:
        """Past events leave the calendar."""
        self.kept_since = today

    def change_software(self) -> None:
        self.prefix = "v2-"

    def snow(self, today: date, days: int) -> None:
        """School is closed: what falls into these days is taken out, not cancelled."""
        for event in self._one_offs(today, 0, days):
            self._out(event)

    def _move(self, today: date) -> None:
        def later(event: Event) -> Event:
            by = self.chance.choice((timedelta(hours=1), timedelta(minutes=30), timedelta(days=1), timedelta(days=7)))
            place = self.chance.choice((event.place, *_PLACES))
            return replace(event, starts=event.starts + by, ends=event.ends and event.ends + by, place=place)

        self._change(today, later)

    def _rename(self, today: date) -> None:
        self._change(today, lambda event: replace(event, title=f"{event.title.removesuffix(' (new)')} (new)"))

    def _cancel(self, today: date) -> None:
        def cancelled(event: Event) -> Event:
            self.off.add((event.uid, None))
            return replace(event, extra=(*event.extra, "STATUS:CANCELLED"))

        self._change(today, cancelled)

    def _take_out(self, today: date) -> None:
        if found := self._one_offs(today, 2, 20):
            self._out(self.chance.choice(found))

    def _out(self, event: Event) -> None:
        self.off.add((event.uid, None))
        self.taken_out.add(event.uid)

    def _add(self, today: date) -> None:
        day = today + timedelta(days=self.chance.randint(3, 40))
        uid = f"extra-{len(self.added)}@maple.example"
        title = f"{self.chance.choice(_EXTRAS)} {len(self.added) + 1}"
        text = "Everybody is welcome. Nothing to bring."
        self.added.append(timed(uid, day, (16, 0), 90, title, _PLACES[0], text, "PTA"))

    def _change(self, today: date, how: Callable[[Event], Event]) -> None:
        if not (found := self._one_offs(today, 1, 20)):
            return
        event = self.chance.choice(found)
        number = sum(int(line.partition(":")[2]) for line in event.extra if line.startswith("SEQUENCE:"))
        rest = tuple(line for line in event.extra if not line.startswith("SEQUENCE:"))
        self.edited[event.uid] = how(replace(event, extra=(*rest, f"SEQUENCE:{number + 1}")))

    def _one_offs(self, today: date, first: int, last: int) -> list[Event]:
        """Single timed events so many days ahead that still take place."""
        return [
            one
            for one in self.meant(today)
            if isinstance(one.starts, datetime) and first <= (one.starts.date() - today).days <= last
            if one.uid
            and (one.uid, None) not in self.off
            and not any(line.startswith(("RRULE", "RECURRENCE")) for line in one.extra)
            if sum(1 for other in self.meant(today) if other.uid == one.uid) == 1
        ]

    def _is_kept(self, event: Event) -> bool:
        day = event.starts.date() if isinstance(event.starts, datetime) else event.starts
        return day >= self.kept_since or any(line.startswith("RRULE") for line in event.extra)


def _date_of_series(event: Event) -> date | None:
    found = next((match for line in event.extra if (match := _DATE_OF_SERIES.match(line))), None)
    return datetime.strptime(found.group(1), "%Y%m%d").date() if found else None


def half_of_it(body: bytes) -> bytes:
    """Every second event is lost on the way."""
    head, *rest = body.split(b"BEGIN:VEVENT")
    kept = [b"BEGIN:VEVENT" + one for number, one in enumerate(rest) if number % 2 or number == len(rest) - 1]
    return head + b"".join(kept)


def none_of_it(body: bytes) -> bytes:
    return body.split(b"BEGIN:VEVENT")[0] + b"END:VCALENDAR\r\n"


def in_the_wrong_zone(body: bytes) -> bytes:
    """Wall times, written as if they were UTC."""
    return _ZONED.sub(rb":\1Z", body)


def cut(body: bytes) -> bytes:
    return body[: len(body) * 2 // 3]

"""A school, a center, and everything that may go wrong between them, in any order: a rule-based state machine.

Kills before and after any request, lost answers, a second writer between reading and writing; and people on both sides who
change, cancel, rename, move, take out and put back. After quiet rounds what stands is what should stand.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from connector.collection import Collection
from connector.doors import Doors
from mirroring.double_booking import find_double_bookings
from mirroring.entries import plan_entries
from mirroring.intake import take_in
from mirroring.look import look
from mirroring.take_back import take_back
from models.center import CalendarEntry, Center, centers, entries
from models.database import Database
from models.delivery import in_state
from models.event import events
from models.migrate import migrate
from models.school import schools
from models.source import sources
from models.staff import StaffMember
from models.vault import Vault
from outbox.deliver import deliver
from outbox.ledger import Outbox
from outbox.settle import recover
from tests.centers.model import Happening
from tests.contracts.strict import StrictServer
from tests.mirroring.feed import NOW, on_disk
from tests.models import rows

CALENDAR, OWNER = "eastside", "pat@maple.example"
SOON, LONG = timedelta(minutes=15), timedelta(hours=3)
FATES = ("none", "none", "none", "killed before", "killed after", "answer lost", "second writer")
LINES = {"title": "SUMMARY", "location": "LOCATION", "note": "X-NOTE", "time": "DTSTART"}
MOST_EVENTS, MOST_FAULTS, MOST_OUT, QUIET_AFTER = 5, 4, 2, 12


class Killed(BaseException):
    """The process is gone."""


class Fated:
    """A door behind which the process dies at one call, before or after it took effect."""

    def __init__(self, door: Collection, call: Callable[[str], None]) -> None:
        self._door, self._call, self.subject = door, call, door.subject

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._door, name)

        def called(*args: Any, **more: Any) -> Any:
            self._call("before")
            answer = method(*args, **more)
            self._call("after")
            return answer

        return called


class FatedDoors(Doors):
    """All doors of one process; `fate` is when it dies: ("before" | "after", number of the call), or none."""

    fate: tuple[str, int] | None = None
    calls = 0

    def calendar(self, *args: Any, **more: Any) -> Any:
        return Fated(super().calendar(*args, **more), self._call)

    def _call(self, when: str) -> None:
        if self.fate == (when, self.calls):
            self.fate = None
            raise Killed
        self.calls += when == "after"


class Machine(RuleBasedStateMachine):
    server: StrictServer  # shared by all runs; each has a calendar of its own
    template: Path  # a migrated database
    runs = 0

    @initialize()
    def begin(self) -> None:
        type(self).runs += 1
        self.folder = Path(tempfile.mkdtemp(prefix="centers"))
        shutil.copy(self.template, self.folder / "bridge.db")
        self.db = Database(f"sqlite:///{self.folder / 'bridge.db'}")
        self.vault, self.now, self.number = Vault(Fernet.generate_key().decode()), NOW, 0
        self.calendar = f"{CALENDAR}{self.runs}"
        self.server.make_calendar(self.calendar)
        self.happenings: list[Happening] = []
        self.foreign: dict[str, str] = {}
        self.faults = self.outs = 0
        self.doors = FatedDoors(allow_hosts="127.0.0.1")
        with self.db.write() as session:
            session.add(rows.school())
            session.flush()
            session.add(rows.source(address=str(on_disk(self.folder))))
            session.add(StaffMember(school="maple", email=OWNER, name="Pat", role="owner", made_by="site"))
            session.add(
                Center(
                    school="maple", slug=CALENDAR, name="Eastside", kind="caldav", username="bridge",
                    url=self.server.collection_url(self.calendar), password_sealed=self.vault.seal("secret"),
                )
            )  # fmt: skip

    def teardown(self) -> None:
        if hasattr(self, "db"):
            self.all_is_quiet()
            self.db.close()
            shutil.rmtree(self.folder)

    # --- the school

    @rule()
    @precondition(lambda self: len(self.happenings) < MOST_EVENTS)
    def school_adds(self) -> None:
        new = Happening(self._new("uid"), self._new("Title"), self._new("Room"), self._new_time())
        new.times = {new.time}
        self.happenings.append(new)

    @rule(which=st.integers(0, MOST_EVENTS), what=st.sampled_from(["title", "location", "time", "cancelled"]))
    @precondition(lambda self: self.happenings)
    def school_changes(self, which: int, what: str) -> None:
        one = self._happening(which)
        if what == "cancelled":
            one.cancelled, one.clean = not one.cancelled, False
        else:
            one.says(**{what: self._new_time() if what == "time" else self._new("New" + what)})

    # --- people at the center

    @rule(which=st.integers(0, MOST_EVENTS), what=st.sampled_from(["title", "location", "time", "note"]))
    @precondition(lambda self: self.happenings)
    def person_edits(self, which: int, what: str) -> None:
        self._edit(self._happening(which), what)

    @rule(which=st.integers(0, MOST_EVENTS))
    @precondition(lambda self: self.happenings and self.outs < MOST_OUT)
    def person_takes_out(self, which: int) -> None:
        one = self._happening(which)
        if (found := self._object(one)) is not None:
            self.outs += 1
            self.server.delete(self.calendar, found[0])
            one.taken_out()

    @rule(which=st.integers(0, 3))
    def person_writes_an_entry_of_their_own(self, which: int) -> None:
        name = ["Yoga class.ics", "deadbeef.ics", "ä.ics", "choir.ics"][which]
        at = self.happenings[0].location if self.happenings else "Hall"
        body = Happening(f"foreign-{which}", self._new("Own"), at, "20270301T100000").vevent()
        self.foreign[name] = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//center//EN\r\n{body}\r\nEND:VCALENDAR\r\n"
        self.server.put(self.calendar, name, self.foreign[name])

    @rule()
    @precondition(lambda self: self.foreign)
    def person_removes_an_entry_of_their_own(self) -> None:
        name, _ = self.foreign.popitem()
        self.server.delete(self.calendar, name)

    @rule(which=st.integers(0, MOST_EVENTS), fate=st.sampled_from(FATES[:-1]), at=st.integers(0, 4))
    @precondition(lambda self: self.happenings)
    def owner_takes_back(self, which: int, fate: str, at: int) -> None:
        self.all_is_quiet()
        one = self._happening(which)
        entry = self._entry(one)
        if entry is None or not entry.conflicts:
            return
        with self.db.write() as session:
            take_back(session, "maple", entry.id, OWNER, self.now)
        self._round(fate, at, which)
        note = one.note
        one.forget_edits()
        one.note = note
        self.all_is_quiet()

    # --- rounds

    @rule(fate=st.sampled_from(FATES), at=st.integers(0, 8), which=st.integers(0, MOST_EVENTS))
    def a_round(self, fate: str, at: int, which: int) -> None:
        if fate != "none":
            self.faults += 1
        if self.faults > MOST_FAULTS:
            self.all_is_quiet()
        self._round(fate, at, which)

    @rule()
    def all_is_quiet(self) -> None:
        for _ in range(QUIET_AFTER):
            begun = len(self.server.seen)
            self._round("none", 0, 0, later=LONG)
            if not self._wrote(begun) and not self._open():
                break
        else:
            raise AssertionError(f"it never comes to rest: {self._open()}")
        self._check()
        self.faults = self.outs = 0

    # --- the inside

    def _round(self, fate: str, at: int, which: int, later: timedelta = SOON) -> None:
        self.now += later
        self._prepare(fate, at, which)
        on_disk(self.folder, *(one.vevent() for one in self.happenings))
        try:
            recover(self.db, "maple", self.now, lease=timedelta(0), alone=True)
            with self.db.read() as session:
                school, source = schools(session)[0], sources(session, "maple")[0]
            take_in(self.db, self.doors, self.vault, school, source, self.now)
            with self.db.write() as session:
                plan_entries(session, school, self.now)
            for one in self.happenings:
                one.planned()
            outbox = Outbox(self.db, self.doors, self.vault, lambda: self.now, SOON, f"process {self.number}")
            deliver(outbox, "maple")
            with self.db.read() as session:
                [center] = centers(session, "maple")
            if look(self.db, self.doors, self.vault, school, center, self.now).owed:
                deliver(outbox, "maple")
            find_double_bookings(self.db, school, center, self.now)
        except Killed:
            pass
        self._prepare("none", 0, 0)

    def _prepare(self, fate: str, at: int, which: int) -> None:
        number = len(self.server.seen) + at
        self.server.before, self.server.lose, self.doors.fate, self.doors.calls = {}, set(), None, 0
        if fate.startswith("killed"):
            self.doors.fate = (fate.removeprefix("killed "), at)
        elif fate == "answer lost":
            self.server.lose = {number}
        elif fate == "second writer" and self.happenings:
            self.server.before = {number: lambda: self._edit(self._happening(which), "title")}

    def _edit(self, one: Happening, what: str) -> None:
        if (found := self._object(one)) is None:
            return
        name, body = found
        value = self._new_time(person=True) if what == "time" else self._new("Their" + what)
        if what == "time":
            body = re.sub(
                r"(DT(?:START|END);TZID=America/Chicago:)\S+", lambda hit: hit[1] + _ends(hit[0], value), body
            )
        elif f"\r\n{LINES[what]}:" in body:
            body = re.sub(rf"\r\n{LINES[what]}:[^\r]*", f"\r\n{LINES[what]}:{value}", body)
        else:
            body = body.replace("\r\nSUMMARY", f"\r\n{LINES[what]}:{value}\r\nSUMMARY")
        self.server.put(self.calendar, name, body)
        one.edited(what, value)

    def _check(self) -> None:
        objects = self.server.objects(self.calendar)
        assert {name: objects.get(name) for name in self.foreign} == self.foreign, "nobody's own entries are touched"
        assert len(objects) == len(self.foreign) + sum(self._object(one) is not None for one in self.happenings)
        for one in self.happenings:
            self._check_one(one, [body for body in objects.values() if f"\r\nUID:{one.uid}\r\n" in body])
        begun = len(self.server.seen)
        self._round("none", 0, 0)
        assert not self._wrote(begun), "the same again writes nothing"
        assert len(self.server.seen) - begun <= 2

    def _check_one(self, one: Happening, bodies: list[str]) -> None:
        assert len(bodies) <= 1, "each event stands once at most"
        assert one.present is None or bool(bodies) == one.present, (one, bodies)
        stands = {what: _line(bodies[0], name) for what, name in LINES.items()} if bodies else {}
        if bodies:
            assert stands["title"] == one.kept.get("title", one.title), (one, bodies)
            assert stands["location"] == one.kept.get("location", one.location), (one, bodies)
            assert stands["note"] == one.note, (one, bodies)
            assert stands["time"] in one.times, (one, bodies)
            assert ("STATUS:CANCELLED" in bodies[0]) == one.cancelled, (one, bodies)
            entry = self._entry(one)
            told = {conflict["property"] for conflict in entry.conflicts} if entry else set()
            assert told == one.kept.keys() | ({"when"} if stands["time"] != one.time else set()), (one, told)
        one.settled(bool(bodies), stands.get("time", ""))

    def _happening(self, which: int) -> Happening:
        return self.happenings[which % len(self.happenings)]

    def _object(self, one: Happening) -> tuple[str, str] | None:
        found = self.server.objects(self.calendar).items()
        return next(((name, body) for name, body in found if f"\r\nUID:{one.uid}\r\n" in body), None)

    def _entry(self, one: Happening) -> CalendarEntry | None:
        with self.db.read() as session:
            heads = {event.uid: event.id for event in events(session, "maple")}
            return next((row for row in entries(session, "maple") if row.event_id == heads.get(one.uid)), None)

    def _open(self) -> list[str]:
        with self.db.read() as session:
            left = in_state(session, "maple", "due", "sending", "unsure", "needs-person")
            return [f"{one.kind} {one.state} {one.error}" for one in left]

    def _wrote(self, begun: int) -> bool:
        return bool({"PUT", "DELETE"} & set(self.server.seen[begun:]))

    def _new(self, what: str) -> str:
        self.number += 1
        return f"{what} {self.number}" if what != "uid" else f"uid{self.number}"

    def _new_time(self, person: bool = False) -> str:
        """Each time is said once only, in the months to come."""
        self.number += 1
        day = NOW + timedelta(days=60 + self.number % 300)
        return f"{day:%Y%m%d}T{10 + self.number % 8:02}{30 if person else 0:02}{self.number % 60:02}"


def _ends(line: str, start: str) -> str:
    return start if line.startswith("DTSTART") else f"{start[:9]}{int(start[9:11]) + 2:02}{start[11:]}"


def _line(body: str, name: str) -> str:
    found = re.search(rf"^{name}[^:\r\n]*:([^\r\n]*)", body.partition("BEGIN:VEVENT")[2], re.MULTILINE)
    return found[1] if found else ""


def template(folder: Path) -> Path:
    path = folder / "template.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.close()
    return path

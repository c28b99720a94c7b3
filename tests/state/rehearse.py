"""The state in which things go wrong: its parts put together, and the incidents one after the other."""

from __future__ import annotations

import http.client
import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from config.site import read_site
from models.account import Account
from models.database import Database
from models.vault import Vault
from tests.state.front import Front
from tests.state.machines import LONG, Machines, until
from tests.state.outside import Outside
from tests.state.staff import Staff
from tests.state.tally import Late, Tally, not_begun, not_yet, tally, wrong
from upkeep.load import load
from upkeep.sign_in import begin

DOING = "SELECT id FROM procrastinate_jobs WHERE status = 'doing' AND queue_name = 'work'"
READER = 0.1  # seconds between two looks of families at an agenda


@dataclass(frozen=True, slots=True)
class Incident:
    """`took`: seconds until it was over by its own measure, which `what` names. `begun`, `ended`: seconds since 1970."""

    name: str
    what: str
    took: float
    begun: float
    ended: float
    late: Late | None = None


@dataclass
class State:
    """`lost`: what does not stand exactly once at the end. `reads`: agendas that families opened; `unread`: when they got none."""

    machines: Machines
    outside: Outside
    front: Front
    staff: Staff
    begun: float = 0.0
    incidents: list[Incident] = field(default_factory=list)
    moved: dict[str, float] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    reads: int = 0
    unread: list[float] = field(default_factory=list)

    def go_on(self, seconds: float) -> None:
        """Nothing happens but what happens every day."""
        begun = self._begins()
        time.sleep(seconds)
        self._over("an ordinary time", "", begun, 0.0)

    def end_a_worker(self) -> None:
        """SIGTERM: it ends what it has under way."""
        begun, ending = self._begins(), self.machines.workers.pop(0)
        self._busy()
        code, took = self.machines.end(ending)
        assert code == 0, f"a worker that was asked to end ended with {code}"
        self.machines.start_worker()
        self._over("a worker ended (SIGTERM)", "until it had ended", begun, took)

    def roll_a_web_process(self) -> None:
        begun, port = self._begins(), next(iter(self.machines.webs))
        code, took = self.machines.end(self.machines.webs.pop(port))
        assert code == 0, f"a web process that was asked to end ended with {code}"
        self.machines.start_web(port)
        until(lambda: port in self.front.ready, "the new web process")
        self._over("a web process rolled", "until it had ended", begun, took)

    def restart_the_database(self) -> None:
        begun = self._begins()
        self._busy()
        self.machines.stop_database()
        time.sleep(1)
        self.machines.start_database()
        there = time.monotonic()
        until(lambda: len(self.front.ready) == len(self.machines.webs), "all web processes")
        self._over("PostgreSQL restarted", "until all web processes were ready", begun, time.monotonic() - there)

    def kill_the_clock(self, away: float) -> None:
        begun = self._begins()
        self.machines.kill(self.machines.clocks.pop())
        time.sleep(away)
        self.machines.start_clock()
        self._over(f"the clock killed, away for {away:.0f} s", "", begun, 0.0)

    def kill_a_worker(self) -> None:
        """Amid its work: some of what is under way is its own, and resumes when it counts as dead."""
        begun, hers = self._begins(), set[int]()
        for _ in range(5):
            under_way, killed = self._busy(), time.monotonic()
            self.machines.kill(self.machines.workers.pop(0))
            self.machines.start_worker()
            hers = under_way & self._doing()
            if hers:
                break
        until(lambda: not hers & self._doing(), "what a dead worker had under way")
        self._over("a worker killed (SIGKILL)", "until its work resumed", begun, time.monotonic() - killed)

    def _doing(self) -> set[int]:
        return {id for (id,) in self.machines.ask(DOING)}

    def _busy(self) -> set[int]:
        """Much to do at once, and jobs under way on all workers, as far as one can tell."""
        self.outside.burst(20)
        return until(lambda: found if len(found := self._doing()) > 3 else None, "busy workers", every=0.01)

    def _over(self, name: str, what: str, begun: float, took: float) -> None:
        self.incidents.append(Incident(name, what, took, begun, time.time()))

    def _begins(self) -> float:
        """A school that has not done so yet moves its event, and will not again; when that was."""
        begun = time.time()
        for school in [one.slug for one in self.outside.schools if one.slug not in self.moved][:1]:
            self.moved[school] = self.outside.move(school)
        return begun


@contextmanager
def living_state(folder: Path, schools: int, pages: int, rate: float) -> Iterator[State]:
    """Two workers, one clock, two web processes; everything that was there at the beginning is read and told.

    `rate`: comments a second.
    """
    with ExitStack() as standing:
        outside = standing.enter_context(Outside(schools, pages))
        machines = standing.enter_context(Machines(folder))
        front = standing.enter_context(Front(lambda: list(machines.webs)))
        machines.settle_in(facebook=outside.facebook, feeds=outside.feeds, public=front.url)
        tokens = _settle(machines, outside)
        outside.call_back(f"{front.url}/webhooks/facebook")
        state = State(machines, outside, front, Staff(machines, front.port, tokens, 0.1))
        for start in (machines.start_web, machines.start_worker) * 2:
            start()
        machines.start_clock()
        until(lambda: not not_begun(machines, outside.look()), "the first round")
        standing.enter_context(_reading(state))
        state.begun = time.time()
        outside.write_on(rate)
        state.staff.start()
        yield state


def settled(state: State, patience: float = LONG) -> Tally:
    """Families fall silent; what is on its way arrives; what is lost is told."""
    state.outside.fall_silent()
    missing = ""

    def arrived() -> bool:
        nonlocal missing
        missing = not_yet(state.machines, state.outside.look(), state.staff.answered, state.begun)
        return not missing

    with suppress(AssertionError):
        until(arrived, "everything", patience, every=0.5)
    state.staff.stop()
    seen = state.outside.look()
    late = [f"after {patience:.0f} seconds there was still to come: {missing}"] if missing else []
    state.lost = [*late, *wrong(state.machines, seen, state.staff.answered), *state.staff.refused]
    return tally(state.machines, seen, state.staff.answered, state.moved)


def _settle(machines: Machines, outside: Outside) -> dict[str, str]:
    """All schools loaded, as `load` does, and somebody of each signed in: a token by school."""
    db, tokens, now = Database(machines.database).everywhere, dict[str, str](), datetime.now(UTC)
    file = machines.folder / "school.toml"
    for school in outside.schools:
        file.write_text(outside.site(school), encoding="utf-8")
        site = read_site(file, {}, wording_languages=school.languages)
        with db.write() as session:
            load(session, Vault(machines.key), site, now)
            session.add(Account(email=school.office, made_at=now))
            session.flush()
            row, tokens[school.slug] = begin(session, school.office, "a rehearsal", "password", now)
            row.school = school.slug
    db.close()
    return tokens


@contextmanager
def _reading(state: State) -> Iterator[None]:
    """Families open one agenda after the other, all the time."""
    ended = threading.Event()
    slugs = itertools.cycle(one.slug for one in state.outside.schools)

    def read() -> None:
        while not ended.wait(READER):
            state.reads += 1
            if not _is_shown(state.front.port, f"/s/{next(slugs)}/"):
                state.unread.append(time.time())

    reader = threading.Thread(target=read, name="reader", daemon=True)
    reader.start()
    yield
    ended.set()
    reader.join()


def _is_shown(port: int, path: str) -> bool:
    with suppress(OSError, http.client.HTTPException):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", path)
        status = connection.getresponse().status
        connection.close()
        return status == 200
    return False

"""The world outside as a process of its own: the pretend Facebook, the schools' calendars, families who write all the time."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any

from rehearsal.facebook import faults
from rehearsal.facebook.server import PretendFacebook
from rehearsal.facebook.towns import APP_ID, furnish
from rehearsal.facebook.world import World
from rehearsal.state.families import Families
from rehearsal.state.feeds import PretendFeeds
from rehearsal.state.pages import furnish_state
from rehearsal.state.schools import StateSchool, site_file, state_schools

LATENCY = 0.05  # seconds until Facebook answers
READ_EVERY = "1m"  # the calendars


@dataclass(frozen=True, slots=True)
class Stands:
    """A post or comment by a Page: what it says now, when it was made and changed (seconds since 1970)."""

    id: str
    page: str
    under: str
    text: str
    at: float
    changed: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """What a passer-by would see. `comments`: of families, id → when it was written. `hours`: of each school's first event.

    `pages`: their ids, by school.
    """

    comments: dict[str, float]
    answers: tuple[Stands, ...]
    posts: tuple[Stands, ...]
    hours: dict[str, int]
    pages: dict[str, tuple[str, ...]]


class Outside:
    """A context manager. `facebook` and `feeds` are addresses; what is asked of it is done before the answer comes."""

    def __init__(self, schools: int, pages: int) -> None:
        self.schools = _near(state_schools(schools, pages))
        here, there = multiprocessing.get_context("spawn").Pipe()
        self._line = here
        self._process = multiprocessing.get_context("spawn").Process(
            target=_live, args=(there, self.schools), daemon=True
        )

    def __enter__(self) -> Outside:
        self._process.start()
        self.facebook, self.feeds = self._line.recv()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._line.close()
        self._process.join(20)
        self._process.kill()

    def site(self, school: StateSchool) -> str:
        """The text of its site file."""
        return site_file(school, f"http://{self.feeds}/{school.slug}.ics", every=READ_EVERY)

    def call_back(self, address: str) -> None:
        """Where webhooks go, as somebody writes it into Meta's dashboard."""
        self._ask("call_back", address)

    def write_on(self, rate: float) -> None:
        """Families write, `rate` comments a second, until `fall_silent`."""
        self._ask("write_on", rate)

    def burst(self, count: int) -> None:
        self._ask("burst", count)

    def fall_silent(self) -> None:
        self._ask("fall_silent")

    def move(self, school: str) -> float:
        """A school moves its first event by an hour; when that was."""
        return float(self._ask("move", school))

    def look(self) -> Seen:
        seen = self._ask("look")
        assert isinstance(seen, Seen)
        return seen

    def _ask(self, *wish: Any) -> Any:
        self._line.send(wish)
        return self._line.recv()


def _near(schools: Sequence[StateSchool]) -> tuple[StateSchool, ...]:
    """Each school has one event soon enough to be told now, and no second one."""
    return tuple(replace(one, first_event_in=3 + one.number % 7) for one in schools)


def _live(line: Connection, schools: Sequence[StateSchool]) -> None:
    world = furnish(World())
    furnish_state(world, schools)
    world.switches.webhook_ways = 4
    faults.add(world, {"kind": "slow", "seconds": LATENCY, "times": None})
    with PretendFacebook(world) as facebook, PretendFeeds(schools, datetime.now(UTC).date()) as feeds:
        playing = _Playing(world, feeds, Families(world, schools))
        line.send((facebook.url, f"127.0.0.1:{feeds.port}"))
        while True:
            try:
                name, *given = line.recv()
            except EOFError:
                return
            line.send(getattr(playing, name)(*given))


class _Playing:
    def __init__(self, world: World, feeds: PretendFeeds, families: Families) -> None:
        self.world, self.feeds, self.families = world, feeds, families

    def call_back(self, address: str) -> None:
        with self.world.lock:
            app = self.world.apps[APP_ID]
            app.callback_url, app.callback_fields = address, ["feed"]

    def write_on(self, rate: float) -> None:
        self.families.start(rate)

    def fall_silent(self) -> None:
        self.families.stop()

    def burst(self, count: int) -> None:
        for _ in range(count):
            self.families.write()

    def move(self, school: str) -> float:
        self.feeds.change(school)
        return self.world.now()

    def look(self) -> Seen:
        with self.world.lock:
            comments = [one for one in self.world.comments.values() if not one.removed_at]
            posts = [one for one in self.world.posts.values() if one.app_id and not one.removed_at]
            return Seen(
                {one.id: one.created_at for one in comments if not one.by_page},
                tuple(
                    Stands(one.id, one.page_id, one.parent_id or one.post_id, one.message, one.created_at)
                    for one in comments
                    if one.by_page
                ),
                tuple(
                    Stands(one.id, one.page_id, "", one.message, one.created_at, tuple(edit.at for edit in one.edits))
                    for one in posts
                ),
                {slug: self.feeds.events(slug)[0].starts.hour for slug in self.feeds.schools},
                {slug: tuple(page.id for page in one.pages) for slug, one in self.feeds.schools.items()},
            )

"""The whole pretend state, running: its Pages, its calendars, its families. Nothing of it is kept."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date
from types import TracebackType

from rehearsal.facebook import faults
from rehearsal.facebook.server import PretendFacebook
from rehearsal.facebook.towns import APP_ID, furnish
from rehearsal.facebook.world import World
from rehearsal.state.families import Families
from rehearsal.state.feeds import PretendFeeds
from rehearsal.state.pages import furnish_state
from rehearsal.state.schools import StateSchool, site_file, state_schools


class PretendState:
    """`schools` with `pages` on a Facebook that answers after `latency` seconds. A context manager; `facebook.world` holds all.

    `every`: how often a school's calendar is to be read.
    """

    def __init__(
        self, schools: int, pages: int, today: date, *, latency: float = 0.05, every: str = "5m", comments: int = 1,
        seed: int = 7,
    ) -> None:  # fmt: skip
        self.schools = state_schools(schools, pages, seed)
        self.every = every
        world = furnish(World())
        world.switches.webhook_ways = 8
        furnish_state(world, self.schools, comments=comments, seed=seed)
        if latency:
            faults.add(world, {"kind": "slow", "seconds": latency, "times": None})
        self.facebook = PretendFacebook(world)
        self.feeds = PretendFeeds(self.schools, today)
        self.families = Families(world, self.schools, seed)
        self._standing = ExitStack()

    def site(self, school: StateSchool) -> str:
        """The text of the school's site file."""
        return site_file(school, self.feeds.address(school), every=self.every)

    def send_webhooks_to(self, url: str) -> None:
        """Facebook tells of every page's changes there, as if each had been subscribed long ago."""
        world = self.facebook.world
        with world.lock:
            world.apps[APP_ID].callback_url, world.apps[APP_ID].callback_fields = url, ["feed"]
            for page in world.pages.values():
                page.subscribed[APP_ID] = ["feed"]

    def change_a_calendar(self) -> None:
        """Some school moves an event."""
        self.feeds.change(self.families.chance.choice(self.schools).slug)

    def __enter__(self) -> PretendState:
        self._standing.enter_context(self.facebook)
        self._standing.enter_context(self.feeds)
        self._standing.callback(self.families.stop)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._standing.close()

"""What the demo of a state shows, step by step, each looked up where it must have happened: in the inbox, on the Pages.

A step that did not happen, or not in time, ends it with Untrue.
"""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import select

from commands.bridge import Bridge
from commands.demo_crew import Crew
from commands.demo_steps import Untrue
from inbox.replies import reply
from models.conversation import Message
from models.progress import Progress, arrivals, progress
from rehearsal.facebook.towns import APP_ID
from rehearsal.facebook.world import Comment, Post
from rehearsal.state.families import Written
from rehearsal.state.play import PretendState
from schedulers.many.queue import waiting

LINE_EVERY = 5.0  # seconds
LARGE = 500  # pages
ANSWER = "¡Gracias por preguntar! Thank you for asking: yes, and it is free."


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything a state is played on. `webs`: addresses; Facebook calls the first."""

    bridge: Bridge
    state: PretendState
    crew: Crew
    webs: Sequence[str]
    folder: Path


class StateStory:
    """Plays the steps in order on one stage."""

    def __init__(self, stage: Stage, say: Callable[[str], None]) -> None:
        self.stage, self.say = stage, say
        self.begun = datetime.now(UTC)
        self.pages = sum(len(school.pages) for school in stage.state.schools)
        self._told = time.monotonic()

    def play(self) -> None:
        self._every_page()
        written = self._families()
        self._changed_event()
        self._answer(written)
        self._nothing_twice()

    def all_came_in(self) -> None:
        """Every comment that families wrote is in the inbox, once."""
        self._wait_for("every comment is in the inbox", lambda: not self._missing(), 120)
        late = self._lateness()
        self._done(
            f"{len(late):,} comments are in the inbox, each once: half within {statistics.median(late):.1f} s, "
            f"the last after {max(late):.1f} s"
        )

    def tell_progress(self) -> None:
        """One line: pages, comments and how late, posts, jobs."""
        done, late = self._progress(), self._lateness()
        lag = f", half within {statistics.median(late):.1f} s, the last {max(late):.1f} s" if late else ""
        self.say(
            f"  {time.strftime('%H:%M:%S')}  pages {done.read:,} of {self.pages:,} · "
            f"comments {len(late):,} of {len(self._families_wrote()):,}{lag} · posts {done.posts:,} · "
            f"owed {done.owed:,} · jobs waiting {self._jobs():,}"
        )

    # --- the steps

    def _every_page(self) -> None:
        self.say("1. Every page is looked at")
        begun = time.monotonic()
        self._wait_for("every page is read", lambda: self._progress().read == self.pages, 60 + 0.5 * self.pages)
        self._done(f"{self.pages:,} pages were read, {time.monotonic() - begun:.0f} s after the processes began")

    def _families(self) -> list[Written]:
        count = max(20, self.pages // 50)
        self.say(f"2. {count} families write, each in a language of their school; Facebook tells us at once")
        written = []
        for _ in range(count):
            written.append(self.stage.state.families.write())
            time.sleep(0.05)
        self.all_came_in()
        return written

    def _changed_event(self) -> None:
        self.say("3. A school moves an event")
        school = self.stage.state.schools[0]
        pages = {page.id for page in school.pages}
        self._wait_for("the event is announced", lambda: {post.page_id for post in self._ours(pages)} == pages, 300)
        before = {post.id: post.message for post in self._ours(pages)}
        begun = time.monotonic()
        title = self.stage.state.feeds.change(school.slug)

        def stands() -> bool:
            posts = self._ours(pages)
            told = {one.post_id for one in self._comments() if one.post_id in before and one.app_id == APP_ID}
            return all(post.message != before[post.id] for post in posts) and told == set(before)

        self._wait_for("the change stands on its pages", stands, 600)
        self._done(
            f"{title}: {len(before)} posts are edited, a comment tells it, {time.monotonic() - begun:.0f} s after the feed"
        )

    def _answer(self, written: Sequence[Written]) -> None:
        self.say("4. Staff answer a family; the answer stands under its comment")
        asked = written[0]
        begun = time.monotonic()
        with self.stage.bridge.db.write() as session:
            row = session.exec(select(Message).where(Message.external_id == asked.id)).one()
            office = next(one for one in self.stage.state.schools if one.slug == row.school).office
            reply(session, row.school, row.conversation_id, office, ANSWER, self.stage.bridge.clock())

        def answers() -> list[Comment]:
            return [one for one in self._comments() if one.parent_id == asked.id and one.message == ANSWER]

        self._wait_for("the answer stands on the page", lambda: bool(answers()), 120)
        self._done(f"it stands there, {time.monotonic() - begun:.1f} s after it was written")

    def _nothing_twice(self) -> None:
        self.say("5. Nothing is said twice")
        self._wait_for("all that is owed is sent", lambda: self._progress().owed == 0, 60 + 0.2 * self.pages)
        said = Counter((post.page_id, post.link) for post in self._ours(None))
        said += Counter((one.post_id + one.parent_id, one.message) for one in self._comments() if one.app_id == APP_ID)
        twice = [what for what, count in said.items() if count > 1]
        self._check(not twice, f"{len(twice)} posts or comments stand twice")
        self._done(f"{len(said):,} posts and comments of ours stand on the pages, each once")

    # --- looking it up

    def _missing(self) -> list[Written]:
        there = {id for id, _ in self._arrived()}
        return [one for one in self._families_wrote() if one.id not in there]

    def _lateness(self) -> list[float]:
        """Seconds from when a family wrote until we had it, of all that came."""
        written = {one.id: one.at for one in self._families_wrote()}
        arrived = [(id, at) for id, at in self._arrived() if id in written]
        self._check(len(arrived) == len({id for id, _ in arrived}), "a comment stands twice in the inbox")
        return [max(0.0, at.timestamp() - written[id]) for id, at in arrived]

    def _arrived(self) -> list[tuple[str, datetime]]:
        with self.stage.bridge.db.read() as session:
            return arrivals(session, self.begun)

    def _families_wrote(self) -> list[Written]:
        return list(self.stage.state.families.written)

    def _progress(self) -> Progress:
        with self.stage.bridge.db.read() as session:
            return progress(session)

    def _jobs(self) -> int:
        with self.stage.bridge.db.read() as session:
            return waiting(session)

    def _ours(self, pages: set[str] | None) -> list[Post]:
        """Posts by the program, on these pages or all."""
        world = self.stage.state.facebook.world
        with world.lock:
            return [
                post
                for post in world.posts.values()
                if post.app_id == APP_ID and (pages is None or post.page_id in pages)
            ]

    def _comments(self) -> list[Comment]:
        world = self.stage.state.facebook.world
        with world.lock:
            return list(world.comments.values())

    def _wait_for(self, what: str, true: Callable[[], bool], seconds: float) -> None:
        ends = time.monotonic() + seconds
        while not true():
            if fallen := self.stage.crew.fallen():
                raise Untrue(f"{', '.join(fallen)} ended unasked; its last words are in {self.stage.folder}")
            self._check(time.monotonic() < ends, f"it did not happen within {seconds:.0f} s: {what}")
            if time.monotonic() - self._told > LINE_EVERY:
                self._told = time.monotonic()
                self.tell_progress()
            time.sleep(0.2 if self.pages < LARGE else 2.0)  # to look costs more there

    def _check(self, true: object, otherwise: str) -> None:
        if not true:
            raise Untrue(otherwise)

    def _done(self, what: str) -> None:
        self.say(f"  ✓ {what}")

"""Families all over the state who write comments, so many a minute, in the languages of their schools."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from rehearsal.facebook.happenings import add_comment
from rehearsal.facebook.world import Comment, Person, World
from rehearsal.state.schools import StatePage, StateSchool
from rehearsal.state.words import question

_PEOPLE = 500


@dataclass(frozen=True, slots=True)
class Written:
    """A comment that a family wrote: its id, when (seconds since 1970), and the language it is in."""

    id: str
    page: str
    at: float
    language: str


class Families:
    """`write` one comment now, or `start` writing `rate` of them a second until `stop`. All that was written is in `written`."""

    def __init__(self, world: World, schools: Sequence[StateSchool], seed: int = 7) -> None:
        self.world, self.schools, self.chance = world, schools, Random(seed)
        self.written: list[Written] = []
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._people = [f"8{number:05}" for number in range(_PEOPLE)]
        world.people |= {id: Person(id, f"Parent {id}") for id in self._people}

    def write(self, school: StateSchool | None = None, page: StatePage | None = None) -> Written:
        """Under one of the page's three newest posts; school and page are drawn where none is given."""
        school = school or self.chance.choice(self.schools)
        page = page or self.chance.choice(school.pages)
        language, text = question(self.chance, school.languages, len(self.written) + 1)
        comment = self._add(page, text)
        written = Written(comment.id, page.id, comment.created_at, language)
        self.written.append(written)
        return written

    def start(self, rate: float) -> None:
        self._thread = threading.Thread(target=self._go_on, args=(rate,), name="families", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def _go_on(self, rate: float) -> None:
        begun = time.monotonic()
        turn = 0
        while not self._ended.wait(max(0.0, begun + turn / rate - time.monotonic())):
            self.write()
            turn += 1

    def _add(self, page: StatePage, text: str) -> Comment:
        with self.world.lock:
            posts = [one for one in self.world.posts.under(page.id) if not one.removed_at][-3:]
            return add_comment(self.world, self.chance.choice(posts), text, author_id=self.chance.choice(self._people))

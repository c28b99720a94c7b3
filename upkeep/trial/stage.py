"""The test Page while a trial goes on: what was written on it, and taking all of it down again."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connector.errors import Gone, OutcomeUnknown, OutsideError
from connector.graph.experiment import remove, unsubscribe
from connector.graph.page import FacebookPage
from connector.graph.values import PageReading, Published, RemoteComment, RemotePost

TITLE = "[pta-bridge trial"  # every test post begins so
_PATIENCE = (0, 1, 2, 4, 8, 15, 30)  # seconds between looks for what may show late
_LEFT_BEHIND = timedelta(days=2)  # how far back posts of a trial that was killed are looked for


@dataclass(slots=True)
class Stage:
    """`public_url` is where families reach us. `unreachable` says why they cannot, "" when they can. `same` makes two
    texts equal that the outbox takes for one. `pause` waits some seconds.
    """

    page: FacebookPage
    public_url: str
    unreachable: str
    app_id: str
    app_secret: str
    unsure_wait: timedelta
    same: Callable[[str], str]
    clock: Callable[[], datetime]
    pause: Callable[[float], None]
    code: str = field(default_factory=lambda: secrets.token_hex(4))
    posts: dict[str, str] = field(default_factory=dict)  # ours that stand: id -> permalink
    comments: dict[str, str] = field(default_factory=dict)  # what a step calls it -> id
    main: str = ""  # the post on which most is tried
    doubts: int = 0  # writes of which nobody knows whether they stand
    subscribed: bool = False  # by us
    reading: PageReading | None = None  # the wide read, once it was made

    @property
    def address(self) -> str:
        """Looks like the address in a post of ours, whose code finds it again."""
        return f"{self.public_url}/e/trial{self.code}"

    def text(self, words: str) -> str:
        return f"{TITLE} {self.code}] {words}"

    def publish(self, text: str, link: str | None = None) -> Published:
        try:
            made = self.page.publish(text, link)
        except OutcomeUnknown:
            self.doubts += 1
            raise
        self.posts[made.id] = made.permalink_url
        return made

    def take_down(self, id: str) -> None:
        """A post or comment of ours."""
        remove(self.page, id)
        self.posts.pop(id, None)

    def seconds_until(self, there: Callable[[], bool]) -> float | None:
        """How long it took until `there` was true; None when it was not within a minute."""
        begun = self.clock()
        for wait in _PATIENCE:
            if wait:
                self.pause(wait)
            if there():
                return (self.clock() - begun).total_seconds()
        return None

    def clear(self) -> list[str]:
        """Takes down all test posts, those of an earlier trial that was killed too. What could not be, in sentences."""
        left: list[str] = []
        try:
            self._find_lost()
        except OutsideError as wrong:
            left.append(f"The Page could not be read ({wrong.message}) Look there for posts that begin with “{TITLE}”.")
        if self.doubts:
            left.append(f"A test post may show up later: look on the Page for posts that begin with “{TITLE}”.")
        for id, link in list(self.posts.items()):
            try:
                self.take_down(id)
            except Gone:
                self.posts.pop(id, None)
            except OutsideError as wrong:
                left.append(f"Test post {id} still stands: remove it by hand at {link or id}. {wrong.message}")
        return left + self._unsubscribed()

    def _find_lost(self) -> None:
        """Posts that stand without our knowing: their answer was lost. They may show late, so look for some time."""

        def found_all() -> bool:
            before = len(self.posts)
            for post in self.page.own_posts(self.clock() - _LEFT_BEHIND).posts:
                if post.message.startswith(TITLE):
                    self.posts.setdefault(post.id, post.permalink_url)
            self.doubts = max(0, self.doubts - (len(self.posts) - before))
            return not self.doubts

        self.seconds_until(found_all)

    def _unsubscribed(self) -> list[str]:
        if not self.subscribed:
            return []
        try:
            unsubscribe(self.page)
        except OutsideError as wrong:
            return [
                f"The app is still subscribed to the Page's changes: remove it in the Page's settings. {wrong.message}"
            ]
        self.subscribed = False
        return []

    # --- the wide read, for steps that look at it

    def our_post(self) -> RemotePost | None:
        posts = self.reading.posts if self.reading else ()
        return next((one for one in posts if one.id == self.main), None)

    def our_comment(self, name: str) -> RemoteComment | None:
        post, id = self.our_post(), self.comments.get(name, "")
        last = id.rpartition("_")[2]
        return next((one for one in post.comments if one.id.rpartition("_")[2] == last), None) if post else None

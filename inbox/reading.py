"""Reads one page with as few calls as will do: one when nothing changed, more only where something is unknown."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connector.errors import NotAllowed, OutsideError, Refused, SignInNeeded, Throttled
from connector.graph import sentences
from connector.graph.page import FacebookPage, identity
from connector.graph.usage import READING_ENDS
from connector.graph.values import PageReading, RemotePost
from inbox.held import WINDOW, Held
from inbox.one_post import ASKED_ONE_BY_ONE, Aim, PostReading, read_no_further, read_post

BACK = timedelta(days=365)  # how far a census asks for old posts of which Facebook does not tell when they moved
TROUBLES = 3  # posts that cannot be read, after which the rest wait for the next round


@dataclass(slots=True)
class Reading:
    """What one round read. `problem` is the first trouble, or what ended it, or None. `census`: old posts were read, too.

    `heeded`: what hints named and was read since, whatever came of it. `seal`: see PageReading.
    """

    posts: list[PostReading] = field(default_factory=list)
    gone_posts: list[str] = field(default_factory=list)
    problem: OutsideError | None = None
    census: bool = False
    heeded: list[str] = field(default_factory=list)
    seal: str = ""


def read_page(
    door: FacebookPage, held: Held, now: datetime, *, census: bool, silence_counts: bool, hinted: Collection[str] = ()
) -> Reading:
    """`silence_counts`: the token is proven to be the Page's own. `hinted`: posts to be read in any case ("" = the page).

    Raises OutsideError when nothing could be read.
    """
    first = door.read(now - WINDOW)
    reader = _Reader(door, held, Aim(now, census, silence_counts), first)
    reader.take_shown()
    if silence_counts:
        reader.heed(hinted)
        reader.ask_for(reader.absent())
        if census and first.problem is None:
            reader.take_census()
    return reader.reading


class _Reader:
    """One reading under way. A post that cannot be read never hides the others; a throttle or a dead token ends all."""

    def __init__(self, door: FacebookPage, held: Held, aim: Aim, first: PageReading) -> None:
        self.door, self.held, self.aim, self.first = door, held, aim, first
        self.reading = Reading(seal=first.seal)
        self.shown = {identity(post.id) for post in first.posts}
        self.troubles = 0
        self._is_there: bool | None = None
        if first.problem is not None:
            self._went_wrong(first.problem)

    @property
    def may_ask(self) -> bool:
        usage = self.door.door.usage
        return self.troubles < TROUBLES and (usage is None or usage.highest < READING_ENDS)

    def take_shown(self) -> None:
        for post in self.first.posts:
            if self._counts(post):
                self._take(post)

    def absent(self) -> list[str]:
        """Known posts that the page's feed does not show: old ones that draw comments, or gone ones.

        Not all in one round, and not always the same ones.
        """
        if self.first.problem is not None:
            return []
        since = self.aim.now - WINDOW
        ids = sorted(
            row.external_id
            for name, row in self.held.posts.items()
            if name not in self.shown and row.gone_at is None
            if row.created_at >= since or self.held.is_drawing(row.external_id, self.aim.now)
        )
        turn = int(self.aim.now.timestamp() // 300) * ASKED_ONE_BY_ONE % max(1, len(ids))
        return [*ids[turn:], *ids[:turn]][:ASKED_ONE_BY_ONE]

    def take_census(self) -> None:
        """Posts from before the window that moved within it, as they do when somebody comments, since we read them."""
        if not self.first.to_the_end and self.may_ask:
            try:
                found = self.door.every_post()
            except OutsideError as wrong:
                self._went_wrong(wrong)
                return
            self.ask_for([post.id for post in found.posts if post.is_published and self._moved(post)])
            if found.problem is not None:
                self._went_wrong(found.problem)
                return
        self.reading.census = self.may_ask

    def heed(self, hinted: Collection[str]) -> None:
        """What webhooks named. What cannot be read now, or is one too many for one reading, stays a hint."""
        shown = [one for one in hinted if not one or identity(one) in self.shown]
        if self.first.problem is None:
            self.reading.heeded += shown
        for post_id in [one for one in hinted if one not in shown][:ASKED_ONE_BY_ONE]:
            if self.may_ask and self._heed(post_id):
                self.reading.heeded.append(post_id)

    def _heed(self, post_id: str) -> bool:
        """A refusal uses a hint up, too: one that names what we may not see must not spoil the reading of its page."""
        troubles = self.troubles
        self.shown.add(identity(post_id))
        try:
            post = self.door.post(post_id)
        except (NotAllowed, Refused):
            return True
        except OutsideError as wrong:
            self._went_wrong(wrong)
            return False
        if post is not None and self._counts(post):
            self._take(post)
        return self.troubles == troubles

    def ask_for(self, post_ids: Sequence[str]) -> None:
        for post_id in post_ids:
            if self.may_ask and identity(post_id) not in self.shown:
                self.shown.add(identity(post_id))
                self._ask_for(post_id)

    def _ask_for(self, post_id: str) -> None:
        try:
            post = self.door.post(post_id)
            if post is not None:
                self._take(post) if self._counts(post) else self._only_note(post)
            elif self.first.complete and self._page_is_there():
                self.reading.gone_posts.append(post_id)
        except OutsideError as wrong:
            self._went_wrong(wrong)

    def _take(self, post: RemotePost) -> None:
        if not self.may_ask:
            self.reading.posts.append(read_no_further(post, self.door.page_id, self.aim))
            return
        found, wrong = read_post(self.door, post, self.held, self.aim)
        self.reading.posts.append(found)
        if wrong is not None:
            self._went_wrong(wrong)

    def _only_note(self, post: RemotePost) -> None:
        """Nobody commented lately: it moved for another reason, and is not asked for again because of that."""
        nothing = post.comments_total == 0
        self.reading.posts.append(PostReading(post, (), counted=nothing, whole=nothing))

    def _went_wrong(self, wrong: OutsideError) -> None:
        final = isinstance(wrong, (Throttled, SignInNeeded))
        self.troubles += TROUBLES if final else 1
        if self.reading.problem is None or final:
            self.reading.problem = wrong

    def _counts(self, post: RemotePost) -> bool:
        """Of the last 60 days, still drawing comments, or known to us."""
        since = self.aim.now - WINDOW
        recent = post.created_at >= since or any(one.created_at >= since for one in post.comments)
        return post.is_published and (recent or bool(self.held.under(post.id)))

    def _moved(self, post: RemotePost) -> bool:
        """Facebook tells when a post last moved; where it does not, it is asked for the posts of the last year."""
        row, since = self.held.posts.get(identity(post.id)), self.aim.now - WINDOW
        if post.updated_at is None:
            return post.created_at >= self.aim.now - BACK
        return post.updated_at >= since and (row is None or row.updated_at != post.updated_at)

    def _page_is_there(self) -> bool:
        """A page that shows nothing of what stood on it may be unpublished: then nothing on it counts as gone.

        Raises OutsideError when the page itself is not shown.
        """
        if self._is_there is None:
            known = {name for name, row in self.held.posts.items() if row.gone_at is None}
            self._is_there = bool(known & {identity(post.id) for post in self.first.posts}) or self.door.is_published()
            if not self._is_there:
                self._went_wrong(NotAllowed(sentences.UNPUBLISHED, subject="Facebook"))
        return self._is_there

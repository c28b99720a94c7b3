"""A Page as somebody who was erased left it to us: their words stand on Facebook, and are not taken up again.

What we hold a nameless row of is given that row's id and nothing else; what we hold nothing of is left out. What they
write after they were erased is new, and comes through.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from connector.graph.page import FacebookPage, identity
from connector.graph.values import PageReading, RemoteComment, RemotePost
from connector.graph.walk import Walk
from inbox.held import Held
from models.conversation import Message
from models.erasure import NOBODY, TOMB, Erased


def veiled(door: FacebookPage, erased: Erased, held: Held) -> FacebookPage:
    """`door`, unless nobody was erased."""
    return VeiledPage(door, Veil(erased, held, door.page_id)) if erased else door


class Veil:
    """Pure: what Facebook shows, without what was erased."""

    def __init__(self, erased: Erased, held: Held, page_id: str) -> None:
        self._erased, self._page_id = erased, page_id
        self._rows: Mapping[str, Message] = {str(row.external_id): row for row in held.tombs}

    def comments(self, shown: Sequence[RemoteComment]) -> tuple[RemoteComment, ...]:
        return tuple(one for one in map(self._comment, shown) if one is not None)

    def post(self, shown: RemotePost) -> RemotePost:
        comments = self.comments(shown.comments)
        if not self._is_theirs(shown):
            return replace(shown, comments=comments)
        return replace(shown, comments=comments, message="", permalink_url="", author_id=NOBODY, author_name=None)

    def _comment(self, one: RemoteComment) -> RemoteComment | None:
        tomb = self._erased.tomb(identity(one.id))
        row = self._rows.get(tomb)
        if row is not None:
            return self._shadow(one, row)
        if tomb or self._erased.wrote(one.author_id, one.created_at):
            return None
        above = self._erased.tomb(identity(one.parent_id)) if one.parent_id else ""
        return replace(one, parent_id=above if above in self._rows else None) if above else one

    def _shadow(self, one: RemoteComment, row: Message) -> RemoteComment:
        """As we hold it: nothing about it is news but that it stands, and whether it is hidden."""
        ours = one.author_id if one.author_id == self._page_id else None
        return RemoteComment(
            id=str(row.external_id), message=row.text, created_at=one.created_at, author_id=ours, author_name=None,
            parent_id=row.parent_external_id or None, is_hidden=one.is_hidden, attachment=None, permalink_url="", tags=(),
        )  # fmt: skip

    def _is_theirs(self, post: RemotePost) -> bool:
        return bool(self._erased.tomb(identity(post.id))) or self._erased.wrote(post.author_id, post.created_at)


class VeiledPage(FacebookPage):
    """The same door, read through a veil."""

    def __init__(self, door: FacebookPage, veil: Veil) -> None:
        super().__init__(door.door, door.page_id, page_limit=door.page_limit, comment_limit=door.comment_limit)
        self.app, self._veil = door.app, veil

    def read(self, until: datetime) -> PageReading:
        return self._through(super().read(until))

    def every_post(self) -> PageReading:
        return self._through(super().every_post())

    def post(self, post_id: str) -> RemotePost | None:
        found = super().post(post_id)
        return found and self._veil.post(found)

    def comments(self, post_id: str, *, after: str | None = None, oldest_first: bool = False) -> Walk[RemoteComment]:
        return _VeiledWalk(super().comments(post_id, after=after, oldest_first=oldest_first), self._veil)

    def replies(self, comment_id: str) -> tuple[tuple[RemoteComment, ...], bool]:
        found, whole = super().replies(comment_id)
        return self._veil.comments(found), whole

    def comment_exists(self, comment_id: str) -> bool:
        """Whether an erased one still stands cannot be asked, and does not matter: nothing of it is shown."""
        return not comment_id.startswith(TOMB) and super().comment_exists(comment_id)

    def _through(self, reading: PageReading) -> PageReading:
        return replace(reading, posts=tuple(self._veil.post(one) for one in reading.posts))


class _VeiledWalk(Walk[RemoteComment]):
    def __init__(self, walk: Walk[RemoteComment], veil: Veil) -> None:
        self._walk, self._veil = walk, veil

    @property
    def complete(self) -> bool:
        return self._walk.complete

    def __iter__(self) -> Iterator[tuple[RemoteComment, ...]]:
        return self

    def __next__(self) -> tuple[RemoteComment, ...]:
        return self._veil.comments(next(self._walk))

"""Compares the comments under one post with the messages we hold, and finds the conversation of each new one. Pure.

A conversation is a named person under one post; without a name it is one top-level comment with its thread. The Page's
own words belong to the thread they answer.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from connector.graph.page import identity
from connector.graph.values import Attachment, RemoteComment, RemotePost
from models.conversation import Conversation, Message
from models.erasure import NOBODY

Order = tuple[datetime, int, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """What stands on Facebook otherwise than in our rows."""

    new: tuple[RemoteComment, ...] = ()
    edited: tuple[tuple[Message, RemoteComment], ...] = ()
    hidden: tuple[tuple[Message, RemoteComment], ...] = ()  # hidden, or shown again
    returned: tuple[tuple[Message, RemoteComment], ...] = ()  # was taken as removed, and stands
    met: tuple[tuple[Message, RemoteComment], ...] = ()  # sent from here, and read for the first time


@dataclass(frozen=True, slots=True)
class Thread:
    """New comments that belong together. `conversation_id` is None for a conversation that begins with them."""

    conversation_id: str | None
    comments: tuple[RemoteComment, ...]


@dataclass(frozen=True, slots=True)
class Ours:
    """How the Page's own words are known: by author, by id, or as a reply of ours that is still being sent."""

    page_id: str
    external: frozenset[str] = frozenset()  # identities of what our posts and deliveries made
    underway: frozenset[str] = frozenset()  # the normal texts of replies under this post whose id is not known yet

    def wrote(self, comment: RemoteComment) -> bool:
        return comment.author_id == self.page_id or identity(comment.id) in self.external

    def sending(self, comment: RemoteComment) -> bool:
        """It is the outbox that finds this one and writes its id to the row that exists."""
        return self.wrote(comment) and normal(comment.message) in self.underway


def compare(comments: Sequence[RemoteComment], known: Iterable[Message]) -> Difference:
    """`known` are the messages under the same post. Order and duplicates don't matter."""
    held = by_identity(known)
    shown = {identity(one.id): one for one in sorted(comments, key=order_of)}
    both = [(held[name], one) for name, one in shown.items() if name in held]
    return Difference(
        new=tuple(one for name, one in shown.items() if name not in held),
        edited=tuple((row, one) for row, one in both if normal(row.text) != normal(one.message)),
        hidden=tuple((row, one) for row, one in both if (row.hidden_at is not None) != one.is_hidden),
        returned=tuple((row, one) for row, one in both if row.removed_at is not None),
        met=tuple((row, one) for row, one in both if row.author and row.direction == "sent" and not row.permalink),
    )


def missing(comments: Sequence[RemoteComment], known: Iterable[Message], *, whole: bool) -> tuple[Message, ...]:
    """What we hold and the reading should have shown. Unless it is `whole`, only what is newer than its oldest comment.

    A visitor's post itself is no comment, and is never missing among them.
    """
    shown = {identity(one.id) for one in comments}
    floor = None if whole else min((one.created_at for one in comments), default=None)
    if not whole and floor is None:
        return ()
    return tuple(
        row
        for row in known
        if row.external_id
        and row.removed_at is None
        and row.external_id != row.post_external_id
        and identity(row.external_id) not in shown
        and (floor is None or row.created_at > floor)
    )


def place(
    new: Sequence[RemoteComment],
    post_id: str,
    known: Sequence[Message],
    conversations: Sequence[Conversation],
    ours: Ours,
) -> tuple[Thread, ...]:
    """Which conversation each new comment belongs to. What the outbox is still sending is left out."""
    sorter = _Sorter(post_id, known, conversations, ours)
    for comment in sorted(new, key=order_of):
        if not ours.sending(comment):
            sorter.take(comment)
    return tuple(Thread(sorter.ids.get(key), tuple(found)) for key, found in sorter.found.items())


def visitors_post(post: RemotePost, page_id: str) -> RemoteComment | None:
    """A visitor's post as the message that it is; None for the Page's own, and for that of somebody who was erased."""
    if post.author_id in (page_id, NOBODY):
        return None
    wordless = Attachment("post", "", post.permalink_url, "") if not post.message.strip() else None
    return RemoteComment(
        id=post.id, message=post.message, created_at=post.created_at, author_id=post.author_id,
        author_name=post.author_name, parent_id=None, is_hidden=False, attachment=wordless,
        permalink_url=post.permalink_url, tags=(),
    )  # fmt: skip


def by_identity(known: Iterable[Message]) -> dict[str, Message]:
    return {identity(row.external_id): row for row in known if row.external_id}


def order_of(comment: RemoteComment) -> Order:
    """Facebook counts time in whole seconds; within one, its ids tell what came first."""
    return order(comment.created_at, comment.id)


def order(at: datetime, external_id: str | None) -> Order:
    name = identity(external_id or "")
    return at, len(name), name


def normal(text: str) -> str:
    """Facebook may trim and re-compose what it stores; compare without that."""
    return " ".join(unicodedata.normalize("NFC", text).split())


class _Sorter:
    """Puts comments, oldest first, to their conversations. A key is a conversation's id, or the first comment's."""

    def __init__(
        self, post_id: str, known: Sequence[Message], conversations: Sequence[Conversation], ours: Ours
    ) -> None:
        self.post = identity(post_id)
        self.ours = ours
        self.ids: dict[str, str] = {row.id: row.id for row in conversations}
        self.people: dict[str, str] = {
            row.author_external_id: row.id for row in conversations if row.author_external_id
        }
        self.where: dict[str, str] = {name: row.conversation_id for name, row in by_identity(known).items()}
        self.found: dict[str, list[RemoteComment]] = {}

    def take(self, comment: RemoteComment) -> None:
        key = self._key(comment)
        self.where[identity(comment.id)] = key
        if comment.parent_id:  # a reply whose comment we may not see still holds its thread together
            self.where.setdefault(identity(comment.parent_id), key)
        self.found.setdefault(key, []).append(comment)

    def _key(self, comment: RemoteComment) -> str:
        thread = self.where.get(identity(comment.parent_id)) if comment.parent_id else None
        if self.ours.wrote(comment):
            return self._answered(comment) or thread or self._under_visitor(comment) or comment.id
        if comment.author_id:
            return self.people.setdefault(comment.author_id, comment.id)
        return thread or comment.id

    def _answered(self, comment: RemoteComment) -> str | None:
        """Whom the Page names in its answer."""
        return next((self.people[tag.id] for tag in comment.tags if tag.id in self.people), None)

    def _under_visitor(self, comment: RemoteComment) -> str | None:
        """What the Page says right under a visitor's post answers that post."""
        return self.where.get(self.post) if not comment.parent_id else None


def normals(texts: Collection[str]) -> frozenset[str]:
    return frozenset(normal(one) for one in texts)

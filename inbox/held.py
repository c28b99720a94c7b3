"""What we hold of one page before and while it is read: its posts, the messages under them, their conversations.

A page of many years holds tens of thousands of messages. Those under posts that are young or spoken on are at hand; others
are looked up where a reading comes upon them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlmodel import Session, col, select

from connector.graph.page import identity
from inbox.threads import Ours, normals
from models.conversation import Conversation, Message, messages_under
from models.database import Database
from models.erasure import TOMB
from models.page import PagePost, page_posts
from models.post import Post

WINDOW = timedelta(days=60)
Row = TypeVar("Row", Message, Conversation)


class Older:
    """What one page holds besides: asked for in sessions of its own, each post once."""

    def __init__(self, db: Database, school: str, page: str) -> None:
        self._db, self._school, self._page = db, school, page
        self._found: dict[str, Sequence[Message]] = {}

    def under(self, external_id: str) -> Sequence[Message]:
        if external_id not in self._found:
            with self._db.read() as session:
                self._found[external_id] = messages_under(session, self._school, self._page, [external_id])
        return self._found[external_id]

    def received(self) -> Sequence[Any]:
        """Of all that families ever wrote on the page: where, whose it is, and its language."""
        query = select(  # type: ignore[call-overload]  # knows four columns
            Message.post_external_id, Message.parent_external_id, Message.external_id, Message.author_external_id,
            Message.direction, Message.language, Message.confidence, Message.language_by,
        ).where(
            Message.school == self._school, Message.page == self._page, Message.direction == "received",
            col(Message.external_id).is_not(None),
        )  # fmt: skip
        with self._db.read() as session:
            return list(session.exec(query))


@dataclass(frozen=True, slots=True)
class Held:
    """Rows by the identity of the post they stand under (`connector.graph.page.identity`).

    `tombs`: what stands in place of erased comments, under whatever post. `older` None: all there is is here.
    """

    posts: Mapping[str, PagePost]
    messages: Mapping[str, Sequence[Message]] = field(default_factory=dict)
    conversations: Mapping[str, Sequence[Conversation]] = field(default_factory=dict)
    made: frozenset[str] = frozenset()  # identities of the posts and comments that our own posts became
    tombs: Sequence[Message] = ()
    older: Older | None = None

    def under(self, post_id: str) -> Sequence[Message]:
        name = identity(post_id)
        row = self.posts.get(name)
        if name in self.messages or self.older is None or row is None or row.gone_at is not None:
            return self.messages.get(name, ())
        return self.older.under(row.external_id)

    def received(self) -> Iterable[Any]:
        """What families wrote under posts that stand (`Older.received`)."""
        rows: Iterable[Any] = (row for rows in self.messages.values() for row in rows)
        if self.older is not None:
            standing = {row.external_id for row in self.posts.values() if row.gone_at is None}
            rows = (row for row in self.older.received() if row.post_external_id in standing)
        return rows

    def ours(self, post_id: str, page_id: str) -> Ours:
        """A reply whose outcome a person must settle may stand already: it is still taken as under way."""
        sent = [row for row in self.under(post_id) if row.direction == "sent" and not row.external_id]
        replies = [row for row in sent if not row.private]  # a private one never stands among the comments
        return Ours(page_id, self.made, normals([row.text for row in replies if row.state in ("due", "needs-person")]))

    def is_drawing(self, post_id: str, now: datetime) -> bool:
        """Whether families spoke under it within the window, however old the post is."""
        return any(row.created_at >= now - WINDOW for row in self.messages.get(identity(post_id), ()))


def unseen(row: PagePost | None, known: Iterable[Message]) -> int:
    """How many comments Facebook counted under a post beyond `known`, those that we hold."""
    if row is None or row.comments_told is None:
        return 0
    standing = sum(
        1 for one in known if one.external_id and one.removed_at is None and one.external_id != one.post_external_id
    )
    return max(0, row.comments_told - standing)


def held(
    db: Database, session: Session, school: str, page: str, now: datetime, hinted: Collection[str], *, tombs: bool
) -> Held:
    """To read a page with. `hinted`: posts that will be read in any case. `tombs`: somebody was erased here."""
    posts, since = page_posts(session, school, page), now - WINDOW
    near = {identity(one) for one in (*hinted, *_spoken_on(session, school, page, since))}
    names = {*hinted, *(name for name, row in posts.items() if _is_near(row, near, since))}
    erased = select(Message).where(
        Message.school == school, Message.page == page, col(Message.external_id).startswith(TOMB)
    )
    at_hand: dict[str, list[Message]] = {identity(name): [] for name in names}
    return Held(
        {identity(name): row for name, row in posts.items()},
        at_hand | _by_post(messages_under(session, school, page, names)),
        made=_made(session, school, page),
        tombs=list(session.exec(erased)) if tombs else (),
        older=Older(db, school, page),
    )


def _is_near(row: PagePost, near: Collection[str], since: datetime) -> bool:
    return row.gone_at is None and (row.created_at >= since or identity(row.external_id) in near)


def _spoken_on(session: Session, school: str, page: str, since: datetime) -> Sequence[str]:
    """Posts under which something was said since, or otherwise done: whatever is said changes its conversation."""
    query = select(Conversation.post_external_id).where(
        Conversation.school == school, Conversation.updated_at >= since, Conversation.page == page
    )
    return list(session.exec(query.distinct()))


def held_under(session: Session, school: str, page: str, post_ids: Collection[str]) -> Held:
    """To write with: everything under these posts, also where they are known by another spelling of their ids."""
    wanted = {identity(one) for one in post_ids}
    posts = page_posts(session, school, page)
    names = {*post_ids, *(name for name in posts if identity(name) in wanted)}
    query = select(Conversation).where(
        Conversation.school == school, Conversation.page == page, col(Conversation.post_external_id).in_(names)
    )
    return Held(
        {identity(name): row for name, row in posts.items()},
        _by_post(messages_under(session, school, page, names)),
        _by_post(list(session.exec(query.order_by(col(Conversation.opened_at), col(Conversation.id))))),
        _made(session, school, page),
    )


def _made(session: Session, school: str, page: str) -> frozenset[str]:
    made = select(Post.external_id).where(Post.school == school, Post.page == page, col(Post.external_id).is_not(None))
    return frozenset(identity(str(one)) for one in session.exec(made))


def _by_post(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(identity(row.post_external_id), []).append(row)
    return found

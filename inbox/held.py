"""What we hold of one page before and while it is read: its posts, the messages under them, their conversations."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from sqlmodel import Session, col, select

from connector.graph.page import identity
from inbox.threads import Ours, normals
from models.conversation import Conversation, Message, messages_under
from models.page import PagePost, page_posts
from models.post import Post

WINDOW = timedelta(days=60)
Row = TypeVar("Row", Message, Conversation)


@dataclass(frozen=True, slots=True)
class Held:
    """Rows by the identity of the post they stand under (`connector.graph.page.identity`)."""

    posts: Mapping[str, PagePost]
    messages: Mapping[str, Sequence[Message]] = field(default_factory=dict)
    conversations: Mapping[str, Sequence[Conversation]] = field(default_factory=dict)
    made: frozenset[str] = frozenset()  # identities of the posts and comments that our own posts became

    def under(self, post_id: str) -> Sequence[Message]:
        return self.messages.get(identity(post_id), ())

    def ours(self, post_id: str, page_id: str) -> Ours:
        """A reply whose outcome a person must settle may stand already: it is still taken as under way."""
        sent = [row for row in self.under(post_id) if row.direction == "sent" and not row.external_id]
        replies = [row for row in sent if not row.private]  # a private one never stands among the comments
        return Ours(page_id, self.made, normals([row.text for row in replies if row.state in ("due", "needs-person")]))

    def is_drawing(self, post_id: str, now: datetime) -> bool:
        """Whether families spoke under it within the window, however old the post is."""
        return any(row.created_at >= now - WINDOW for row in self.under(post_id))


def unseen(row: PagePost | None, known: Iterable[Message]) -> int:
    """How many comments Facebook counted under a post beyond `known`, those that we hold."""
    if row is None or row.comments_told is None:
        return 0
    standing = sum(
        1 for one in known if one.external_id and one.removed_at is None and one.external_id != one.post_external_id
    )
    return max(0, row.comments_told - standing)


def held(session: Session, school: str, page: str, post_ids: Collection[str] = ()) -> Held:
    """Everything under the posts that are known to stand, and under `post_ids`."""
    posts = page_posts(session, school, page)
    names = {*post_ids, *(name for name, row in posts.items() if row.gone_at is None)}
    query = select(Conversation).where(
        Conversation.school == school, Conversation.page == page, col(Conversation.post_external_id).in_(names)
    )
    made = select(Post.external_id).where(Post.school == school, Post.page == page, col(Post.external_id).is_not(None))
    return Held(
        {identity(name): row for name, row in posts.items()},
        _by_post(messages_under(session, school, page, names)),
        _by_post(list(session.exec(query.order_by(col(Conversation.opened_at), col(Conversation.id))))),
        frozenset(identity(str(one)) for one in session.exec(made)),
    )


def _by_post(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(identity(row.post_external_id), []).append(row)
    return found

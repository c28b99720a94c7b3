"""Everything that is held of one person at one school: somebody Facebook names, or one nameless thread."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import or_
from sqlmodel import Session, col, select

from config.mistake import Mistake
from connector.graph.page import identity
from models.conversation import Conversation, Message, Visitor, conversation, messages
from models.erasure import TOMB
from models.page import PagePost

NAMELESS = "conversation:"  # begins the key of somebody without a name
_LONG_ENOUGH = 8  # characters of a text by which it is known again in another place


@dataclass(frozen=True)
class Person:
    """`key` is Facebook's id of them, or NAMELESS and the conversation's. `posts` are those that they made on a page.

    `stray` are words of theirs in conversations of others.
    """

    school: str
    key: str
    visitors: tuple[Visitor, ...]
    conversations: tuple[Conversation, ...]
    messages: tuple[Message, ...]
    stray: tuple[Message, ...]
    posts: tuple[PagePost, ...]

    @property
    def is_held(self) -> bool:
        return bool(self.visitors or self.conversations or self.stray or self.posts)

    @property
    def subject(self) -> str:
        """An id of ours that names them in the audit, and nobody once they are erased."""
        ids = (
            [one.id for one in self.visitors] + [one.id for one in self.conversations] + [one.id for one in self.stray]
        )
        return next(iter(ids), "")

    @property
    def name(self) -> str:
        return next(iter(self.names), "")

    @property
    def said(self) -> tuple[Message, ...]:
        return (*self.messages, *self.stray)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """As Facebook tells them, without those that are only a word: that is not theirs alone."""
        rows = [one.name for one in self.visitors] + [one.author_name for one in self.conversations]
        rows += [one.author for one in self.said if one.direction == "received"]
        return tuple(dict.fromkeys(one for one in rows if one))

    @cached_property
    def comment_ids(self) -> tuple[str, ...]:
        """Facebook's ids of what they wrote and of what was answered, but for posts: others wrote under those."""
        posts = {one.external_id for one in self.posts} | {one.post_external_id for one in self.said}
        ids = [one.external_id or "" for one in self.said] + [one.comment_external_id for one in self.conversations]
        return tuple(dict.fromkeys(one for one in ids if one and one not in posts and not one.startswith(TOMB)))

    @cached_property
    def marks(self) -> tuple[str, ...]:
        """Strings by which they are known in other places: ids, full names, what they wrote, addresses."""
        found = [] if self.key.startswith(NAMELESS) else [self.key]
        found += [identity(one) for one in self.comment_ids]
        found += [one for one in self.names if is_full(one)]
        for one in self.said:
            found += [one.text.strip(), one.permalink, *(str(value) for value in one.attachment.values())]
        return tuple(dict.fromkeys(one for one in found if len(one) >= _LONG_ENOUGH))


def is_full(name: str) -> bool:
    """A name of one word is that of many."""
    return " " in name.strip() or len(name) >= _LONG_ENOUGH


def whole_person(session: Session, school: str, asked: str) -> Person:
    """`asked`: Facebook's id of the person, or our id of a visitor or a conversation. Mistake where nothing is held."""
    if asked.startswith("vi_"):
        query = select(Visitor.external_id).where(Visitor.school == school, Visitor.id == asked)
        asked = session.exec(query).first() or asked
    found = _of_conversation(session, school, asked.removeprefix(NAMELESS)) or _named(session, school, asked)
    if not found.is_held:
        raise Mistake(
            f"Nothing is held of {asked} at {school}",
            "look them up by name, Facebook id or words of a comment with `find`",
        )
    return found


def _of_conversation(session: Session, school: str, id: str) -> Person | None:
    row = conversation(session, school, id) if id.startswith("co_") else None
    if row is None:
        return None
    if row.author_external_id:
        return _named(session, school, row.author_external_id)
    if row.closed_reason == "erased":
        return None
    said = messages(session, school, [row.id])[row.id]
    return Person(school, NAMELESS + row.id, (), (row,), tuple(said), (), _posts_of(session, school, said))


def _posts_of(session: Session, school: str, said: list[Message]) -> tuple[PagePost, ...]:
    """A visitor's post is the message that begins its conversation."""
    own = {one.external_id for one in said if one.external_id == one.post_external_id and one.direction == "received"}
    query = select(PagePost).where(PagePost.school == school, col(PagePost.external_id).in_(own))
    return tuple(session.exec(query)) if own else ()


def _named(session: Session, school: str, external_id: str) -> Person:
    people = select(Visitor).where(Visitor.school == school, Visitor.external_id == external_id)
    visitors = tuple(session.exec(people))
    theirs = or_(
        col(Conversation.author_external_id) == external_id,
        col(Conversation.visitor_id).in_([one.id for one in visitors]),
    )
    query = select(Conversation).where(Conversation.school == school, theirs)
    talks = tuple(session.exec(query.order_by(col(Conversation.opened_at), col(Conversation.id))))
    said = [one for rows in messages(session, school, [row.id for row in talks]).values() for one in rows]
    known = {one.id for one in said}
    words = select(Message).where(Message.school == school, Message.author_external_id == external_id)
    stray = tuple(one for one in session.exec(words) if one.id not in known)
    posts = select(PagePost).where(PagePost.school == school, PagePost.author_external_id == external_id)
    made = {(one.page, one.external_id): one for one in (*session.exec(posts), *_posts_of(session, school, said))}
    if not external_id:
        raise Mistake("Nobody is named", "give Facebook's id of the person, or the id of a conversation")
    return Person(school, external_id, visitors, talks, tuple(said), stray, tuple(made.values()))
